"""Means of the target by level, computed in folds so that no row sees its own answer."""

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold

SMOOTHING = 10.0
FOLDS = 5


def encode_target(train: pd.DataFrame, tables: list[pd.DataFrame], names: list[str], things: pd.Series, target: np.ndarray, seed: int) -> list[np.ndarray]:
    """Encodings of train (out of fold) and of each other table. `things` tells what each row is about, `target` is (rows,) or (rows, classes)."""
    values = target.reshape(len(train), -1)
    keep = [name for name in names if train[name].nunique() > 2]
    inside = np.empty((len(train), len(keep) * values.shape[1]))
    outside = [np.empty((len(table), inside.shape[1])) for table in tables]
    # Where rows share a thing, none of them sees the answers of the others either.
    count = things.nunique()
    options = {"shuffle": True, "random_state": seed}
    shared = 1 < count < len(things)
    found = GroupKFold(min(FOLDS, count), **options).split(train, groups=things) if shared else KFold(FOLDS, **options).split(train)
    folds = list(found) if keep else []
    for place, name in enumerate(keep):
        span = slice(place * values.shape[1], (place + 1) * values.shape[1])
        levels = train[name].astype(str)
        for learn, apply in folds:
            inside[apply, span] = means(levels.iloc[learn], values[learn], levels.iloc[apply])
        for table, encoded in zip(tables, outside):
            encoded[:, span] = means(levels, values, table[name].astype(str))
    return [inside, *outside]


def means(levels: pd.Series, values: np.ndarray, wanted: pd.Series) -> np.ndarray:
    """Smoothed means by level; unseen levels get the overall mean."""
    known, codes = np.unique(levels.to_numpy(str), return_inverse=True)
    counts = np.bincount(codes, minlength=len(known))[:, None]
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=len(known)) for column in values.T])
    overall = values.mean(axis=0)
    table = np.vstack([(sums + SMOOTHING * overall) / (counts + SMOOTHING), overall])
    place = pd.Series(np.arange(len(known)), index=known)
    return table[wanted.map(place).fillna(len(known)).to_numpy(int)]
