"""How instants are read. Holds nothing of ours, since `prepare.py` of a split by time holds it too."""

import pandas as pd


def instants(column: pd.Series) -> pd.Series:
    """Times in UTC; years and quarters are their first day; missing where a cell is no time."""
    text = column.astype("string").str.replace(r"^(\d{4})[ -]?[Qq]([1-4])$", lambda match: f"{match[1]}-{int(match[2]) * 3 - 2:02d}-01", regex=True)
    times = pd.to_datetime(text, errors="coerce", utc=True, format="ISO8601")
    if times.notna().mean() > 0.95:
        return times
    # 3/14/2020 has no fourteenth month.
    second = pd.to_numeric(text.str.extract(r"^\d{1,2}[-/.](\d{1,2})[-/.]")[0])
    return pd.to_datetime(text, errors="coerce", utc=True, format="mixed", dayfirst=not bool((second > 12).any()))
