"""Reads delimited text files."""

import csv
from pathlib import Path
from typing import Any

import pandas as pd


def delimited_options(reader: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments of `pandas.read_csv`; strings stay exact, numbers are inferred."""
    options: dict[str, Any] = {
        "sep": reader["delimiter"],
        "encoding": reader["encoding"],
        "keep_default_na": False,
        "na_values": reader["missing"],
        "decimal": reader.get("decimal", "."),
        "index_col": False,
        "low_memory": False,
    }
    if reader["quote"] == "":
        options["quoting"] = csv.QUOTE_NONE
    if not reader["header"]:
        options["header"] = None
        options["names"] = reader["names"]
    return options


def read_delimited(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """The raw table, one record a row; several files of one shape are stacked in their order."""
    parts = [pd.read_csv(raw / name, **delimited_options(reader)) for name in reader["files"]]
    table = pd.concat(parts, ignore_index=True)
    names = [str(name).removeprefix("#").strip() for name in table.columns]
    return table.set_axis(names, axis=1) if len(set(names)) == len(names) else table
