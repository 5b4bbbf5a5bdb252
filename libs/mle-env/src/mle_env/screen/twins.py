"""Finds columns whose repeated values always come with the same answer: rows about one thing, told more than once."""

import numpy as np
import pandas as pd

#: A category of few levels names nothing, however its rare levels answer.
LEAST_REPEATED = 10
LEAST_SHARE = 0.02
MOST_ROWS_A_VALUE = 20
AGREEMENT = 0.9


def twins(values: pd.Series, target: np.ndarray) -> float | None:
    """The share of rows whose value comes again, where such rows agree in the answer far more often than others do; else None.

    Agreement is that of neighbouring rows of one value, less that of rows of any value, as a share of what is possible.
    A number with a fraction whose next values agree half as well is a measure that the answer depends on, and names nothing.
    """
    table = pd.DataFrame({"value": values.astype("string").to_numpy(), "target": target}).dropna()
    sizes = table["value"].map(table["value"].value_counts())
    repeated = table[(sizes > 1) & (sizes <= MOST_ROWS_A_VALUE)].sort_values("value", kind="stable")
    share = len(repeated) / max(1, len(table))
    if repeated["value"].nunique() < LEAST_REPEATED or share < LEAST_SHARE:
        return None
    shares = table["target"].value_counts(normalize=True)
    chance = float((shares**2).sum())
    if chance >= 1:
        return None
    same, equal = (alike(repeated[name]) for name in ("value", "target"))
    agreement = (float(equal[same].mean()) - chance) / (1 - chance)
    if agreement < AGREEMENT:
        return None
    numbers = pd.to_numeric(table["value"], errors="coerce")
    if numbers.isna().any() or (numbers % 1 == 0).all():
        return share
    ordered = table.assign(number=numbers).sort_values("number", kind="stable")
    following = float(alike(ordered["target"])[~alike(ordered["number"])].mean())
    return share if following - chance < (1 - chance) * agreement / 2 else None


def alike(values: pd.Series) -> np.ndarray:
    """Whether each row but the first is as the row before it."""
    return (values == values.shift()).to_numpy()[1:]
