"""The target as the measures of leakage take it: numbers, and whether anything can be learnt of them."""

import numpy as np
import pandas as pd

from mle_env.ladder.survival import coded

from .facts import Facts

LEAST_ROWS = 20
LEAST_CLASS = 5


def vector(values: pd.Series, objective: str) -> np.ndarray:
    """The target as numbers; classes as codes."""
    if objective in ("regression", "count", "ordinal", "binary", "survival", "tags", "multilabel", "forecast") and pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(float)
    return pd.factorize(values.astype(str), sort=True)[0].astype(float)


def known_answers(table: pd.DataFrame, facts: Facts) -> np.ndarray:
    """The answers of a table as numbers; times that may be censored in one number each."""
    y = vector(table[facts.target], facts.objective)
    return y if facts.event is None or facts.event not in table else coded(y, table[facts.event].to_numpy())


def learnable(y: np.ndarray, objective: str) -> bool:
    """Whether folds can be made: enough rows, more than one value, classes that repeat."""
    values, counts = np.unique(y, return_counts=True)
    return len(y) >= LEAST_ROWS and len(values) >= 2 and (objective in ("regression", "survival") or int(np.sort(counts)[-2]) >= LEAST_CLASS)
