"""Finds neighbouring columns of 0 and 1 beside texts or files: each says whether one label holds."""

import re
from typing import Any

import pandas as pd

LEAST_FLAGS = 3
MOST_FLAGS = 50
#: Share of the rows in which two or more hold; with fewer the labels are classes, exactly one of which holds in each row.
LEAST_SEVERAL = 0.01
#: Names that say how data was collected, not what it is.
MECHANICS = re.compile(r"(?:^|[_\W])(?:is_)?(?:train|test|valid\w*|fold|split|missing|null|dup\w*|id)(?:$|[_\W])", re.IGNORECASE)


def flags_of(table: pd.DataFrame) -> list[str] | None:
    """The longest run of neighbouring columns of 0 and 1, if it can be read as labels: several may hold, or exactly one does."""
    runs: list[list[str]] = [[]]
    for name in table.columns:
        if is_flag(table[name]):
            runs[-1].append(name)
        elif runs[-1]:
            runs.append([])
    longest = max(runs, key=len)
    if not LEAST_FLAGS <= len(longest) <= MOST_FLAGS or any(";" in name or MECHANICS.search(name) for name in longest):
        return None
    held = table[longest].astype(float).sum(axis=1)
    return longest if (held > 1).mean() >= LEAST_SEVERAL or (held == 1).all() else None


def is_flag(values: pd.Series) -> bool:
    """Whether a column holds 0 and 1, both of them and nothing else."""
    if not pd.api.types.is_numeric_dtype(values) or values.isna().any():
        return False
    return set(values.unique()) == {0, 1}


def free_name(table: pd.DataFrame) -> str:
    """A name for the column of labels that no column has."""
    return next(name for name in ("labels", "all_labels", "gathered_labels") if name not in table.columns)


def gathers(reader: dict[str, Any]) -> dict[str, Any] | None:
    """The reader of a table whose columns may be gathered: of files, that of their labels; None where there is none."""
    inner = (reader.get("labels") or {}).get("reader") if reader["format"] == "media" else reader
    return inner if inner is not None and inner["format"] in ("csv", "json", "jsonl", "parquet", "sqlite", "excel") else None
