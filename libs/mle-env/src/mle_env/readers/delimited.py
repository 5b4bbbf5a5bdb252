"""Reads delimited text files."""

import csv
from pathlib import Path
from typing import Any

import pandas as pd

AMOUNT = r"^(?P<sign>-)?(?:US)?[$€£¥]?\s?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<scale>[kKmMbB])?\s?[%$€£¥]?$"


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
        "skiprows": reader.get("skip", 0),
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
    table = table.set_axis(names, axis=1) if len(set(names)) == len(names) else table
    for name in reader.get("amounts", []):
        table[name] = amounts(table[name])
    return table


def amounts(values: pd.Series) -> pd.Series:
    """Numbers written for people: `$1,200`, `56.7M`, `12 %`; missing where a cell is none."""
    parts = values.astype("string").str.strip().str.extract(AMOUNT)
    scale = parts["scale"].str.upper().map({"K": 1e3, "M": 1e6, "B": 1e9}).fillna(1.0).astype(float)
    number = pd.to_numeric(parts["number"].str.replace(",", "", regex=False), errors="coerce").astype(float)
    return (number * scale * parts["sign"].map({"-": -1.0}).fillna(1.0).astype(float)).round(6)
