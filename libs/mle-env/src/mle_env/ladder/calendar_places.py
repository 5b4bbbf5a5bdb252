"""Places of instants on a calendar. Holds nothing of ours, since `prepare.py` of a forecast holds it too."""

import pandas as pd


def places(times: pd.Series, unit: str, size: int) -> pd.Series:
    """Whole steps of `size` months or seconds up to each instant: neighbours on the calendar differ by one."""
    if unit == "month":
        return (times.dt.year * 12 + times.dt.month - 1) // size
    return (times - pd.Timestamp("1970-01-05", tz="UTC")) // pd.Timedelta(seconds=size)
