"""Reads Parquet files."""

from pathlib import Path
from typing import Any

import pandas as pd


def read_parquet(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """The raw table, one record a row; whole numbers with gaps become floats, bytes and lists their text."""
    table = pd.concat([pd.read_parquet(raw / name) for name in reader["files"]], ignore_index=True)
    for name in table.columns:
        column = table[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            table[name] = column.astype(object).where(column.notna(), None)
        elif pd.api.types.is_extension_array_dtype(column.dtype) and pd.api.types.is_numeric_dtype(column.dtype):
            table[name] = column.astype("float64" if column.isna().any() else column.dtype.numpy_dtype)
        elif column.dtype == object:
            table[name] = column.map(lambda cell: cell if cell is None or isinstance(cell, (str, bool, int, float)) else str(cell))
    return table.replace(dict.fromkeys(reader["missing"]))
