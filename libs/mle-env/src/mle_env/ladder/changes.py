"""Rungs for values ahead: what there is now stays, or changes by what a model predicts."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from .models import from_scale, to_scale
from .task_spec import TaskSpec

#: How a column is named that holds what another one was.
BEFORE = re.compile(r"(.+)_\d+_[a-z]+_before")
Fit = Callable[[TaskSpec, pd.DataFrame, np.ndarray, list[pd.DataFrame], int], list[np.ndarray]]


def last_value(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """Nothing changes; the median where the present value is missing."""
    return [present_of(spec, table, float(np.median(y))) for table in tables]


def of_changes(fit: Fit) -> Fit:
    """A rung that learns the change from the present value, on the scale of the metric, and sees how everything has changed so far."""

    def fitted(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
        usual = float(np.median(y))
        now, *later = (to_scale(spec, present_of(spec, table, usual)) for table in (train, *tables))
        plain = replace(spec, metric="mae" if spec.metric == "mae" else "rmse")
        changes = fit(plain, with_changes(train), to_scale(spec, y) - now, [with_changes(table) for table in tables], seed)
        return [from_scale(spec, value + change) for value, change in zip(later, changes)]

    return fitted


def with_changes(table: pd.DataFrame) -> pd.DataFrame:
    """A table with how far each number has moved from what it was."""
    pairs = [(name, found[1]) for name in table.columns if (found := BEFORE.fullmatch(str(name))) and found[1] in table]
    return table.assign(**{f"{name}_change": table[present] - table[name] for name, present in pairs})


def present_of(spec: TaskSpec, table: pd.DataFrame, otherwise: float) -> np.ndarray:
    """The present values of a table."""
    return pd.to_numeric(table[spec.present], errors="coerce").fillna(otherwise).to_numpy(float)
