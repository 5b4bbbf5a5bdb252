"""Turns a table's columns into numbers for trees."""

import numpy as np
import pandas as pd

from mle_env.ladder.features import LARGEST, is_date


def encode(values: pd.Series) -> np.ndarray:
    """One float for each row: numbers as they are, times as seconds, everything else as codes by frequency; missing is NaN."""
    if pd.api.types.is_bool_dtype(values):
        return values.to_numpy(float)
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(float, na_value=np.nan)
        # Trees hold numbers in 32 bits; beyond that only the order counts.
        return np.where(np.isfinite(numbers), np.clip(numbers, -LARGEST, LARGEST), np.nan)
    texts = values.astype("string")
    numbers = pd.to_numeric(texts, errors="coerce")
    if numbers.notna().sum() == texts.notna().sum():
        return np.clip(numbers.to_numpy(float, na_value=np.nan), -LARGEST, LARGEST)
    times = instants(texts)
    if times is not None:
        return np.where(times.isna(), np.nan, (times - pd.Timestamp(0, tz="UTC")).dt.total_seconds())
    counts = texts.value_counts()
    order = sorted(counts.index, key=lambda value: (-counts[value], value))
    codes = texts.map({value: code for code, value in enumerate(order)})
    return codes.to_numpy(float, na_value=np.nan)


def instants(texts: pd.Series) -> pd.Series | None:
    """The instants that texts stand for; None where most are none."""
    if pd.api.types.is_numeric_dtype(texts) or not (is_date(texts) or texts.dropna().head(200).str.match(r"^\d{4}-\d{2}$").mean() > 0.95):
        return None
    times = pd.to_datetime(texts, errors="coerce", utc=True, format="mixed")
    return times if times.notna().sum() > 0.95 * texts.notna().sum() else None


def calendar(values: pd.Series) -> list[np.ndarray]:
    """Month, day of the week and hour of a column of instants; nothing for other columns."""
    times = instants(values if pd.api.types.is_numeric_dtype(values) else values.astype("string"))
    return [] if times is None else [part.to_numpy(float) for part in (times.dt.month, times.dt.day_of_week, times.dt.hour)]


def target_vector(values: pd.Series, objective: str, positive: str | None) -> np.ndarray:
    """The target as numbers: 0/1, class codes by name, or the number itself."""
    if objective == "binary":
        return (values.astype(str) == positive).to_numpy(float)
    if objective == "multiclass":
        return pd.factorize(values.astype(str), sort=True)[0].astype(float)
    return pd.to_numeric(values).to_numpy(float)
