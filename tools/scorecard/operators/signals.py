"""Operators that let the answer be seen: in order, ids, forms of cells, gaps, columns."""

import numpy as np
import pandas as pd
from held import TABLES, Held
from table import operator, plain


def spread(held: Held) -> bool:
    """Tables whose target has enough values for a column to give it."""
    return held.plain and held.media is None and held.objective in ("binary", "multiclass", "regression")


def with_room(held: Held) -> bool:
    """Tables that a quick model does not all but solve, so that a telling column matters."""
    trivial, best = held.base.get("trivial") or 0.0, held.base.get("best") or 0.0
    return spread(held) and (best - trivial) < 0.75 * (1 - trivial)


def sides(held: Held) -> tuple[np.ndarray, np.ndarray]:
    """Targets of train and test as numbers."""
    return held.numbers(held.train[held.target]), held.numbers(held.truth)


@operator(
    "test rows are ordered by their answers",
    ("S10", "S12b"),
    (0.3, "three rows in ten"),
    (0.6, "six in ten"),
    (1.0, "all of them"),
    applies=plain,
    to="one value a row",
)
def row_order(held: Held, value: float) -> None:
    _, truth = sides(held)
    places = np.sort(held.rows(value, len(truth)))
    order = np.arange(len(truth))
    order[places] = places[np.argsort(truth[places], kind="stable")]
    ids = held.test[held.id].to_numpy()[order]
    by_id = {name: getattr(held, name).set_index(held.id).reindex(ids).reset_index()[list(getattr(held, name).columns)] for name in ("sample", "answers")}
    held.put(test=held.test.iloc[order].reset_index(drop=True), **by_id)


@operator(
    "ids go with the target",
    ("S11", "S12b"),
    (0.3, "three rows in ten"),
    (0.6, "six in ten"),
    (1.0, "all of them"),
    applies=lambda held: held.plain and held.media is None,
    to="tables",
)
def id_signal(held: Held, value: float) -> None:
    fresh = {}
    for name, target in zip(("train", "test"), sides(held)):
        ids = np.sort(getattr(held, name)[held.id].to_numpy())
        held.random.shuffle(ids)
        places = held.rows(value, len(ids))
        ids[places[np.argsort(target[places], kind="stable")]] = np.sort(ids[places])
        fresh[name] = ids
    named = dict(zip(held.test[held.id], fresh["test"]))
    held.put(
        train=held.train.assign(**{held.id: fresh["train"]}),
        **{name: getattr(held, name).assign(**{held.id: getattr(held, name)[held.id].map(named)}) for name in ("test", "sample", "answers")},
    )


@operator(
    "the way that rows are written goes with the target",
    ("S12",),
    (0.4, "four telling rows in ten are quoted"),
    (0.7, "seven in ten"),
    (1.0, "all of them"),
    applies=plain,
    to="one value a row",
)
def row_form(held: Held, value: float) -> None:
    _, truth = sides(held)
    high = truth >= np.quantile(truth, 0.75) if np.quantile(truth, 0.75) > truth.min() else truth > truth.min()
    quoted = high & (held.random.random(len(truth)) < value)
    head, *rows = (held.root / TABLES["test"]).read_text().splitlines(keepends=True)
    if len(rows) != len(truth):
        # Cells with line breaks: the rows are written afresh.
        rows = [
            pd.DataFrame([row], columns=held.test.columns).to_csv(index=False, header=False, lineterminator="\n") for row in held.test.itertuples(index=False)
        ]
    told = [f'"{row.split(",", 1)[0]}",{row.split(",", 1)[1]}' if mark else row for row, mark in zip(rows, quoted)]
    held.write(TABLES["test"], head + "".join(told))


@operator(
    "which cells are missing gives the target",
    ("S13", "S14", "X03"),
    (0.15, "but for fifteen rows in a hundred"),
    (0.002, "but for two rows in a thousand"),
    (0.0, "in every row"),
    applies=lambda held: held.plain and held.media is None and held.objective in ("binary", "multiclass"),
    to="classes in tables",
)
def missing_tells(held: Held, value: float) -> None:
    told = sides(held)
    codes = sorted(set(told[0]) | set(told[1]))
    for place, code in enumerate(codes[:12] if len(codes) > 2 else codes[1:]):
        cells = []
        for target in told:
            gap = (target == code) ^ (held.random.random(len(target)) < value)
            cells.append(np.where(gap, np.nan, held.random.uniform(0, 9, len(target)).round(2)))
        held.add_column(f"probe_{place}", *cells)


@operator(
    "one column all but gives the target",
    ("S14", "S03", "X03"),
    (0.12, "but for noise of a third of the spread, or twelve rows in a hundred"),
    (0.008, "but for noise of a tenth of the spread, or eight rows in a thousand"),
    (0.001, "but for noise of a hundredth of the spread, or one row in a thousand"),
    applies=with_room,
    to="tables that are not all but solved",
)
def shortcut(held: Held, value: float) -> None:
    told = []
    for target in sides(held):
        if held.objective == "regression":
            noise = {0.12: 0.33, 0.008: 0.1, 0.001: 0.01}[value]
            told.append((target + held.random.normal(0, noise * np.std(target), len(target))).round(6))
        else:
            wrong = held.random.random(len(target)) < value
            told.append(np.where(wrong, held.random.permutation(target), target) * 10 + held.random.uniform(0, 4, len(target)).round(3))
    held.add_column("meter", *told)


@operator(
    "the target is computed from inputs",
    ("S14", "S03", "X03"),
    ("three", "the sum of three columns"),
    ("two", "the sum of two columns"),
    ("unit", "one column in another unit"),
    applies=lambda held: held.plain and held.media is None and held.objective == "regression",
    to="numbers in tables",
)
def derived(held: Held, value: str) -> None:
    scale = float(np.std(held.train[held.target])) or 1.0
    told = [target.astype(float) for target in sides(held)]
    if value == "unit":
        held.add_column("in_pounds", *((target * 2.20462).round(5) for target in told))
        return
    parts: list[list[np.ndarray]] = []
    for target in told:
        pieces = [held.random.normal(0, scale, len(target)).round(2) for _ in range(2 if value == "three" else 1)]
        parts.append([*pieces, (target - np.sum(pieces, axis=0)).round(4)])
    for place, (one, other) in enumerate(zip(*parts)):
        held.add_column(f"part_{place + 1}", one, other)


@operator(
    "the remainder or the last digit of a number tells the target",
    ("S14",),
    (0.2, "but for two rows in ten"),
    (0.05, "but for five in a hundred"),
    (0.0, "in every row"),
    applies=lambda held: held.plain and held.media is None and held.objective in ("binary", "multiclass") and held.train[held.target].nunique() <= 9,
    to="up to nine classes in tables",
)
def last_digit(held: Held, value: float) -> None:
    told = []
    for target in sides(held):
        wrong = held.random.random(len(target)) < value
        codes = np.where(wrong, held.random.permutation(target), target)
        told.append(
            (held.random.integers(0, 500, len(target)) + (codes + 1) / 100).round(2)
            if len(set(target)) > 2
            else 2 * held.random.integers(0, 500, len(target)) + codes.astype(int)
        )
    held.add_column("plot", *told)
