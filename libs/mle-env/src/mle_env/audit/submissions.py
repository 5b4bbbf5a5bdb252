"""Submissions that must be refused, made from the perfect one."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from .facts import Facts

Maker = Callable[[pd.DataFrame], pd.DataFrame]


def illegal(facts: Facts) -> dict[str, Maker]:
    """M03 and M04: one cell, one row or one column is wrong."""
    identity, target = facts.id, facts.target
    strange: dict[str, Any] = {"nan": float("nan"), "none": None, "empty": "", "text": "not a prediction"}
    if facts.kind != "label":
        strange |= {"infinite": float("inf"), "minus infinite": float("-inf"), "huge": 1e308}
    if facts.kind == "nonnegative":
        strange |= {"negative": -1.0}
    return (
        {f"cell {name}": cell(target, value) for name, value in strange.items()}
        | {f"cell {name}": make for name, make in crowded(facts).items()}
        | {
            "row missing": lambda table: table.iloc[1:],
            "row twice": lambda table: pd.concat([table, table.iloc[:1]]),
            "id twice": lambda table: table.assign(**{identity: [table[identity].iloc[1], *table[identity].iloc[1:]]}),
            "id unknown": lambda table: table.assign(
                **{identity: [10**9 + 7 if pd.api.types.is_numeric_dtype(table[identity]) else "no such id", *table[identity].iloc[1:]]}
            ),
            "column missing": lambda table: table[[identity]],
            "column renamed": lambda table: table.rename(columns={target: "something_else"}),
            "no rows": lambda table: table.iloc[:0],
        }
    )


def crowded(facts: Facts) -> dict[str, Maker]:
    """Cells of several answers that hold too many."""
    if facts.kind == "tags":
        return {
            "one tag more": altered(facts.target, lambda text: f"{text} {text.split(' ')[0]}"),
            "two spaces": altered(facts.target, lambda text: f"{text}  {text}"),
        }
    if facts.kind == "labels":
        return {
            "label twice": altered(facts.target, lambda text: f"{text} {text}"),
            "unknown label": altered(facts.target, lambda text: f"{text} no-such-label"),
        }
    return {}


def altered(target: str, change: Callable[[str], str]) -> Maker:
    return lambda table: cell(target, change(str(table[target].iloc[0])))(table)


#: M13: what is no probability, and the nearest one.
NO_PROBABILITIES = {"above one": (1.5, 1.0), "below zero": (-0.5, 0.0)}


def cell(target: str, value: Any) -> Maker:
    def put(table: pd.DataFrame) -> pd.DataFrame:
        values = table[target].astype(object).to_numpy(copy=True)
        values[0] = value
        return table.assign(**{target: pd.Series(values, index=table.index)})

    return put


def hostile(facts: Facts) -> dict[str, Maker]:
    """M11: submissions that are made to break a grader."""
    target = facts.target
    return {
        "hundredfold": lambda table: pd.concat([table] * 100),
        "megabyte cell": lambda table: table.assign(**{target: ["9" * 1_000_000, *table[target].iloc[1:].astype(object)]}),
        "formula": lambda table: table.assign(**{target: ["=HYPERLINK(1)", *table[target].iloc[1:].astype(object)]}),
        "pickle": lambda table: table.assign(**{target: ["cos\nsystem\n(S'true'\ntR.", *table[target].iloc[1:].astype(object)]}),
    }
