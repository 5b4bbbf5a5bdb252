"""Finds series in a table: a column of instants, the columns that name a series, and what the other columns are to it."""

import re
from itertools import combinations
from math import gcd
from typing import Any

import numpy as np
import pandas as pd

from mle_env.ladder.calendar_places import places
from mle_env.ladder.instants import instants
from mle_env.rounding import significant

from .lives import come_and_go

LEAST_INSTANTS = 12
MOST_KEYS = 3
MOST_CANDIDATES = 8
#: Share of the instants between first and last that a series must have: a week without its weekend has 0.71.
LEAST_COVERAGE = 0.7
YEAR = re.compile(r"^(year|yr)$", re.IGNORECASE)
CALENDAR = re.compile(
    r"(?:^|[_\W])(?:year|yr|quarter|month|mnth|week|weekday|workingday|weekend|holiday|day|dow|doy|hour|hr|minute|season)(?:$|[_\W]|of|name)", re.IGNORECASE
)


def series_of(table: pd.DataFrame, columns: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The series of a table (`Series` of a TableProfile); None where its rows are not the instants of regular series."""
    for column in columns:
        year = column["storage"] == "integer" and YEAR.match(column["name"]) and column["type"] != "constant"
        if (column["type"] != "datetime" and not year) or column["missing"] > 0 or column["distinct"] < LEAST_INSTANTS:
            continue
        times = instants(table[column["name"]])
        if times.isna().any():
            continue
        found = along(table, columns, column["name"], times)
        if found is not None:
            return found
    return None


def along(table: pd.DataFrame, columns: list[dict[str, Any]], time: str, times: pd.Series) -> dict[str, Any] | None:
    """The series along one column of instants."""
    step = step_of(times)
    if step is None:
        return None
    place = places(times, step["unit"], step["size"]).to_numpy(np.int64)
    keys = keys_of(table, columns, time, place)
    if keys is None:
        return None
    codes = pd.factorize(pd.MultiIndex.from_frame(table[keys].astype(str)))[0] if keys else np.zeros(len(table), dtype=np.int64)
    rows = pd.DataFrame({"series": codes, "place": place}).groupby("series")["place"].agg(["size", "min", "max"])
    spans = rows["max"] - rows["min"] + 1
    if rows["size"].sum() < LEAST_COVERAGE * spans.sum() or rows["size"].median() < LEAST_INSTANTS:
        return None
    if come_and_go(spans, float(place.max() - place.min() + 1)):
        return None
    attributes, calendar, values, others = [], [], [], []
    by_series, by_instant = table.groupby(codes, sort=False), table.groupby(place, sort=False)
    for column in columns:
        name = column["name"]
        if name == time or name in keys or column["type"] in ("id", "constant", "empty"):
            continue
        if keys and by_series[name].nunique(dropna=False).max() == 1:
            attributes.append(name)
        elif CALENDAR.search(name) and by_instant[name].nunique(dropna=False).max() == 1:
            calendar.append(name)
        elif column["type"] == "numeric":
            values.append(name)
        else:
            others.append(name)
    return {
        "time": time,
        "keys": keys,
        "attributes": attributes,
        "calendar": calendar,
        "values": values,
        "others": others,
        "step": step,
        "count": len(rows),
        "instants": int(place.max() - place.min() + 1),
        "length": {"least": int(rows["size"].min()), "median": float(rows["size"].median())},
        "coverage": significant(rows["size"].sum() / spans.sum(), 3),
    }


def step_of(times: pd.Series) -> dict[str, Any] | None:
    """The step from instant to instant, in whole months where all fall on one day of the month, else in seconds; None where there is none."""
    distinct = pd.Series(times.unique()).sort_values()
    within = distinct - distinct.dt.normalize() + pd.to_timedelta(distinct.dt.day, unit="D")
    if within.nunique() == 1:
        steps = (distinct.dt.year * 12 + distinct.dt.month).diff().dropna().astype(int)
        size = gcd(*steps.tolist())
        return {"unit": "month", "size": size} if size > 0 else None
    gaps = distinct.diff().dropna().dt.total_seconds()
    size = gaps.mode().iloc[0]
    return {"unit": "second", "size": int(size)} if size >= 1 and size % 1 == 0 and (gaps % size == 0).all() else None


def keys_of(table: pd.DataFrame, columns: list[dict[str, Any]], time: str, place: np.ndarray) -> list[str] | None:
    """The fewest columns that, with the instant, tell every row apart; empty for one series."""
    together = int(np.bincount(place - place.min()).max()) if place.max() - place.min() < 10_000_000 else 2
    if together == 1:
        return []
    candidates = [
        column["name"]
        for column in columns
        if column["name"] != time
        and column["missing"] == 0
        and 2 <= column["distinct"] <= len(table) / LEAST_INSTANTS
        and (column["type"] in ("categorical", "boolean", "ordinal") or (column["storage"] == "integer" and column["type"] == "numeric"))
    ]
    strings = {column["name"] for column in columns if column["storage"] == "string"}
    candidates = sorted(candidates, key=lambda name: name not in strings)[:MOST_CANDIDATES]
    codes = {name: pd.factorize(table[name])[0].astype(np.int64) for name in candidates}
    instant = pd.factorize(place)[0].astype(np.int64)
    for size in range(1, MOST_KEYS + 1):
        fitting = []
        for chosen in combinations(candidates, size):
            if np.prod([codes[name].max() + 1.0 for name in chosen]) < together:
                continue
            series = np.zeros(len(table), dtype=np.int64)
            for name in chosen:
                series = series * (codes[name].max() + 1) + codes[name]
            series = pd.factorize(series)[0].astype(np.int64)
            if len(np.unique(series * (instant.max() + 1) + instant)) == len(table):
                fitting.append((int(series.max()), list(chosen)))
        if fitting:
            # Of several, the one with the fewest series: the other columns are properties of them.
            return min(fitting, key=lambda entry: entry[0])[1]
    return None
