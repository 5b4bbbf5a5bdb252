"""S09 without a declared time: rows that are one thing's values at even steps of time."""

from typing import Any

import numpy as np
import pandas as pd

from mle_env.ladder.instants import instants
from mle_env.rounding import significant

LEAST_INSTANTS = 12
LEAST_STEPS = 8
EVEN = 0.9


def even_series(train: pd.DataFrame, test: pd.DataFrame, names: list[str]) -> dict[str, Any] | None:
    """The column of instants at which the things that other columns name were measured, each once and at even steps; None where there is none."""
    whole = pd.concat([train[names], test[names]], ignore_index=True)
    texts = [name for name in names if not pd.api.types.is_numeric_dtype(whole[name]) and not pd.api.types.is_bool_dtype(whole[name])]
    for name in texts:
        moments = told_instants(whole[name])
        if moments is None or moments.nunique() < LEAST_INSTANTS:
            continue
        keys = [other for other in texts if other != name and whole[other].nunique() <= 0.2 * len(whole)]
        thing = whole.groupby(keys, dropna=False).ngroup() if keys and moments.nunique() < len(whole) else pd.Series(0, index=whole.index)
        table = pd.DataFrame({"thing": thing, "moment": moments}).dropna()
        if table.duplicated().mean() > 0.01:
            continue
        table = table.sort_values(["thing", "moment"])
        steps = table.groupby("thing")["moment"].diff().dropna().dt.total_seconds().to_numpy()
        if len(steps) < LEAST_STEPS * table["thing"].nunique():
            continue
        # Months and quarters differ by a day or two.
        even = float(np.mean(np.abs(steps - np.median(steps)) <= 0.1 * np.median(steps)))
        if even >= EVEN:
            return {"column": name, "things": int(table["thing"].nunique()), "instants": int(moments.nunique()), "even": significant(even, 3)}
    return None


def told_instants(values: pd.Series) -> pd.Series | None:
    """Texts as instants; None where they are none."""
    head = values.dropna().astype(str).head(50)
    if head.empty or not head.str.contains(r"\d{4}|\d{1,2}[/.]\d{1,2}[/.]", regex=True).all():
        return None
    found = instants(values)
    return found if found.notna().mean() >= 0.99 else None
