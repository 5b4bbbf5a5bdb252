"""Finds neighbouring columns of 0 and 1 beside texts or files: each says whether one label holds."""

import re
from typing import Any

import pandas as pd

from mle_env.readers.gathered import NO_LABEL, gather

from .columns import measure
from .parts import labels, parts_of

LEAST_FLAGS = 3
MOST_FLAGS = 50
#: What stands between the labels of a cell.
SEPARATOR = ";"
#: Names that say how data was collected, not what it is.
MECHANICS = re.compile(r"(?:^|[_\W])(?:is_)?(?:train|test|valid\w*|fold|split|missing|null|dup\w*|id)(?:$|[_\W])", re.IGNORECASE)


def gathered_of(table: pd.DataFrame) -> dict[str, Any] | None:
    """{name, columns} of the longest run of neighbouring columns of 0 and 1 that is read as labels or classes once it is gathered; None where none is."""
    name = free_name(table)
    found = ({"name": name, "columns": run} for run in runs_of(table))
    return next((gathered for gathered in found if readable(gather(table[gathered["columns"]], gathered)[name], gathered["columns"])), None)


def runs_of(table: pd.DataFrame) -> list[list[str]]:
    """Neighbouring columns of 0 and 1 whose names can be labels, the longest run first."""
    runs: list[list[str]] = [[]]
    for name in table.columns:
        if is_label(name) and is_flag(table[name]):
            runs[-1].append(name)
        elif runs[-1]:
            runs.append([])
    return sorted((run for run in runs if LEAST_FLAGS <= len(run) <= MOST_FLAGS), key=len, reverse=True)


def is_label(name: str) -> bool:
    """Whether a name says what a row is, and is still the same after it stood in a cell of labels."""
    return name != NO_LABEL and labels(name, SEPARATOR) == [name] and not MECHANICS.search(name)


def is_flag(values: pd.Series) -> bool:
    """Whether a column holds 0 and 1, both of them and nothing else."""
    if not pd.api.types.is_numeric_dtype(values) or values.isna().any():
        return False
    return set(values.unique()) == {0, 1}


def readable(cells: pd.Series, names: list[str]) -> bool:
    """Whether a column of labels is read as what it was made of: lists of these names, or classes exactly one of which holds in each row."""
    parts = parts_of(cells)
    if parts is not None:
        return parts["separator"] == SEPARATOR and {part["value"] for part in parts["values"]} <= {*names, NO_LABEL}
    return set(cells) <= set(names) and measure("", cells, len(cells), len(cells))["type"] == "categorical"


def free_name(table: pd.DataFrame) -> str:
    """A name for the column of labels that no column has."""
    name = next((name for name in ("labels", "all_labels", "gathered_labels") if name not in table.columns), "labels_")
    while name in table.columns:
        name += "_"
    return name


def gathers(reader: dict[str, Any]) -> dict[str, Any] | None:
    """The reader of a table whose columns may be gathered: of files, that of their labels; None where there is none."""
    inner = (reader.get("labels") or {}).get("reader") if reader["format"] == "media" else reader
    return inner if inner is not None and inner["format"] in ("csv", "json", "jsonl", "parquet", "sqlite", "excel") else None
