"""Instants of series: how they are read, and their places on a calendar. Holds nothing of ours, since `prepare.py` of a forecast holds it too."""

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


def places(times: pd.Series, unit: str, size: int) -> pd.Series:
    """Whole steps of `size` months or seconds up to each instant: neighbours on the calendar differ by one."""
    if unit == "month":
        return (times.dt.year * 12 + times.dt.month - 1) // size
    return (times - pd.Timestamp("1970-01-05", tz="UTC")) // pd.Timedelta(seconds=size)
