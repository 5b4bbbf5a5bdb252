"""Reads one sheet of an Excel workbook."""

from pathlib import Path
from typing import Any

import pandas as pd


def read_excel(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """The rows of a sheet below its header; formulas count by their last value."""
    table = pd.read_excel(
        raw / reader["files"][0],
        sheet_name=reader["table"],
        skiprows=reader.get("skip", 0),
        engine="openpyxl",
        keep_default_na=False,
        na_values=reader["missing"],
    )
    return table.dropna(axis=1, how="all").dropna(axis=0, how="all").reset_index(drop=True)
