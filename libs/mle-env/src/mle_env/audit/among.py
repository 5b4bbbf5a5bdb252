"""What test rows of one thing tell of each other's answers: totals so far, finals, values of the row before."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from mle_env.profile.trajectories import PARTS
from mle_env.rounding import significant
from mle_env.screen.encoding import encode, instants
from mle_env.screen.scores import units_of, whole_entities

from .facts import Facts

ROWS = 4_000
LEAST_THINGS = 20
MOST_COLUMNS = 100
#: Squared correlation from which a number gives the target, as far as it leaves no more than half of what the row's own cells leave.
GIVES = 0.98


def among_rows(facts: Facts, labelled: pd.DataFrame, test: pd.DataFrame, y: np.ndarray, names: list[str], best: float) -> list[dict[str, Any]]:
    """Columns by which whoever sees all rows of a thing knows the target of each: {column, what, score}, the score a squared correlation with the target.

    Measured on train, for splits that hold out things of several rows each. `y` is the target of `labelled` as numbers or codes of classes, `best` the
    scale-free score of the row's own cells.
    """
    if facts.group is None or facts.group not in labelled or facts.group not in test or test[facts.group].value_counts().median() < 2:
        return []
    places = whole_entities(labelled[facts.group], ROWS, LEAST_THINGS)
    part, codes = labelled.iloc[places], units_of(labelled[facts.group].iloc[places])
    outcomes = indicators(y[places], facts)
    numbers = {name: encode(part[name]) for name in names[:MOST_COLUMNS] if name != facts.group and pd.api.types.is_numeric_dtype(part[name])}
    ordered = orders(part, names)
    limit = max(GIVES, 1 - (1 - best) / 2)
    found = []
    for name, values in numbers.items():
        alone = told(values, outcomes)
        for what, feature in seen_together(values, codes, ordered):
            share = told(feature, outcomes)
            if share >= limit > alone:
                found.append({"column": name, "what": what, "score": significant(share, 4)})
    return found


def indicators(y: np.ndarray, facts: Facts) -> list[np.ndarray]:
    """The target as it is, or each class of it as 0 and 1."""
    if facts.objective not in ("binary", "multiclass"):
        return [y]
    return [(y == code).astype(float) for code in np.unique(y)[:50]]


def told(feature: np.ndarray, outcomes: list[np.ndarray]) -> float:
    """The largest squared correlation with an outcome, over the rows that have the number, if those are most."""
    known = np.isfinite(feature)
    if known.mean() < 0.5 or np.ptp(feature[known]) == 0:
        return 0.0
    squares = [np.corrcoef(feature[known], outcome[known])[0, 1] ** 2 for outcome in outcomes if np.ptp(outcome[known]) > 0]
    return float(max(squares, default=0.0))


def orders(part: pd.DataFrame, names: list[str]) -> dict[str, np.ndarray]:
    """Ranks of the rows by what can order them: columns of instants, and the parts of one."""
    found = {
        name: encode(part[name])
        for name in names
        if instants(part[name] if pd.api.types.is_numeric_dtype(part[name]) else part[name].astype("string")) is not None
    }
    parts = [name for wanted in PARTS for name in names if name.lower() == wanted and pd.api.types.is_numeric_dtype(part[name])]
    if len(parts) > 1:
        places = np.lexsort([part[name].to_numpy(float) for name in reversed(parts)])
        ranks = np.empty(len(part))
        ranks[places] = np.arange(len(part))
        found["the parts of an instant"] = ranks
    return found


def seen_together(values: np.ndarray, codes: np.ndarray, ordered: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """What a column says of a row to whoever sees the other rows of its thing: (what, one number a row)."""
    groups = pd.Series(values).groupby(codes)
    for what in ("max", "min", "mean", "sum"):
        yield what, groups.transform(what).to_numpy(float)
    for name, keys in {**ordered, "itself": values}.items():
        rows = np.lexsort([keys, codes])
        along = pd.Series(values[rows]).groupby(codes[rows])
        for what, feature in (
            ("next", along.shift(-1)),
            ("previous", along.shift(1)),
            # A total so far starts at nothing.
            ("change", pd.Series(values[rows]) - along.shift(1).fillna(0)),
            ("change to the next", along.shift(-1) - values[rows]),
            *([] if name == "itself" else [("first", along.transform("first")), ("last", along.transform("last"))]),
        ):
            back = np.empty(len(values))
            back[rows] = feature.to_numpy(float)
            yield f"{what} by {name}", back
