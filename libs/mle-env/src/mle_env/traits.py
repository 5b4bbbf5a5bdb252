"""What a task's public tables are like, in numbers that skills are told from."""

import numpy as np
import pandas as pd

from mle_env.ladder.features import Columns
from mle_env.ladder.task_spec import TaskSpec
from mle_env.rounding import significant

CLASSES = ("binary", "multiclass", "ordinal")


def traits(spec: TaskSpec, train: pd.DataFrame) -> dict[str, float]:
    """Counts and shares of train.csv; a trait that the task cannot have is not there."""
    columns = Columns(train, spec)
    inputs = train.drop(columns=[name for name in (spec.id, spec.target) if name in train])
    target = train[spec.target].dropna()
    found: dict[str, float] = {
        "rows": len(train),
        "inputs": inputs.shape[1],
        "numbers": len(columns.numbers),
        "categories": len(columns.categories),
        "texts": len(columns.texts),
        "times": len(columns.dates),
        "files": len(spec.media),
        "most_levels": max((int(train[name].nunique()) for name in columns.categories), default=0),
        "missing_cells": float(inputs.isna().to_numpy().mean()) if inputs.size else 0.0,
        "columns_with_gaps": int((inputs.isna().mean() > 0).sum()),
    }
    if spec.objective in CLASSES:
        shares = target.value_counts(normalize=True)
        found |= {"classes": len(shares), "rarest_share": float(shares.min())}
    elif pd.api.types.is_numeric_dtype(target) and len(target) > 1:
        middle = float(np.median(np.abs(target - target.median())))
        found["tail"] = float((target - target.median()).abs().quantile(0.99) / middle) if middle > 0 else 0.0
    if spec.group is not None and spec.group in train:
        found["groups"] = int(train[spec.group].nunique())
    return {name: significant(value, 4) for name, value in found.items()}
