"""Finds tables that follow things through time, and how far ahead is worth asking."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mle_env.ladder.instants import instants
from mle_env.readers import load
from mle_env.readers.ahead import life, row_times

from .lives import come_and_go

LEAST_THINGS = 200
LEAST_ROWS = 1_000
MOST_ROWS = 1_000_000
LEAST_DISTINCT = 20
MOST_KEYS = 2
MOST_CANDIDATES = 8
#: Rows of one thing at one instant, as a share, that are a slip of the table.
MOST_TWICE = 0.005
#: Share of the steps within things that are of the usual length.
LEAST_EVEN = 0.7
#: Steps without a row after which a name is taken to name something new; of a year, seasons without one are usual.
LONGEST_GAP = 4
MOST_VALUES = 8
#: Share of the rows that lack a number which is followed nevertheless.
MOST_MISSING = 0.2
#: Spans that people look ahead by, in seconds, the longest first; each with its name.
SPANS = ((7 * 86_400, "7_days"), (86_400, "24_hours"), (3_600, "60_minutes"), (600, "10_minutes"), (60, "60_seconds"), (10, "10_seconds"))
PARTS = ("year", "month", "day", "hour", "minute")
YEAR = re.compile(r"year|year ?id|season", re.IGNORECASE)
#: Formats whose rows are no records of things at instants.
NO_RECORDS = {"media", "log", "conll", "ahead"}


def followed(raw: Path, profile: dict[str, Any]) -> dict[str, Any] | None:
    """The reader of what comes of the things of a table (a TableProfile); None where it follows none through time."""
    base = {key: value for key, value in profile["reader"].items() if key != "archives"}
    columns = profile["columns"]
    by_name = {column["name"]: column for column in columns}
    candidates = time_columns(by_name)
    if base["format"] in NO_RECORDS or "series" in profile or not candidates or not LEAST_ROWS <= profile["rows"] <= MOST_ROWS:
        return None
    table = load(base, raw)
    table.columns = [str(column) for column in table.columns]
    found = through_time(table, base, columns, by_name, candidates)
    return found if found is None or "archives" not in profile["reader"] else found | {"archives": profile["reader"]["archives"]}


def through_time(
    table: pd.DataFrame, base: dict[str, Any], columns: list[dict[str, Any]], by_name: dict[str, dict[str, Any]], candidates: list[list[str]]
) -> dict[str, Any] | None:
    """The reader along the first columns of instants that things are followed by."""
    for times in candidates:
        moments = row_times(table, times, instants)
        if moments.isna().mean() > MOST_TWICE:
            continue
        keys = keys_of(table, columns, times, moments)
        if keys is None:
            continue
        found = looking_ahead(table, base, by_name, times, keys, moments)
        if found is not None:
            return found
    return None


def time_columns(columns: dict[str, dict[str, Any]]) -> list[list[str]]:
    """Columns that hold instants, and sets of columns that hold the parts of one."""
    found = [[name] for name, column in columns.items() if column["type"] == "datetime" and column["missing"] == 0]
    whole = {name.lower(): name for name, column in columns.items() if column["storage"] == "integer" and column["missing"] == 0}
    parts = [whole[part] for part in PARTS if part in whole]
    # A part counts only where all that are larger are there.
    if len(parts) >= 3 and all(part in whole for part in PARTS[: len(parts)]):
        found.append(parts)
    found += [[name] for name in whole.values() if YEAR.fullmatch(name) and columns[name]["type"] != "constant" and len(parts) < 2]
    return found


def keys_of(table: pd.DataFrame, columns: list[dict[str, Any]], times: list[str], moments: pd.Series) -> list[str] | None:
    """The fewest columns that name things with one row at an instant and even steps from row to row."""
    candidates = [
        column
        for column in columns
        if column["name"] not in times
        and column["missing"] == 0
        and column["distinct"] >= LEAST_DISTINCT
        and column["distinct"] <= len(table) / 3
        and (column["type"] == "categorical" or (column["type"] == "numeric" and column["storage"] == "integer"))
    ]
    candidates = [column["name"] for column in sorted(candidates, key=lambda column: column["storage"] != "string")][:MOST_CANDIDATES]
    for size in range(1, MOST_KEYS + 1):
        for chosen in combinations(candidates, size):
            rows = pd.DataFrame({"name": pd.factorize(pd.MultiIndex.from_frame(table[list(chosen)].astype(str)))[0], "time": moments})
            if rows.duplicated().mean() > MOST_TWICE:
                continue
            gaps = rows.sort_values(["name", "time"]).groupby("name")["time"].diff().dropna()
            gaps = gaps[gaps > pd.Timedelta(0)]
            if len(gaps) >= len(table) / 2 and usual_share(gaps) >= LEAST_EVEN:
                return list(chosen)
    return None


def usual_share(gaps: pd.Series) -> float:
    """The share of the gaps that are the commonest one, where years and months are each of one length."""
    days = (gaps.dt.total_seconds() / 86_400).round(6)
    alike = days.where(days < 28, (days / 30.44).round() * 30.44)
    return float(alike.value_counts(normalize=True).iloc[0])


def looking_ahead(
    table: pd.DataFrame, base: dict[str, Any], columns: dict[str, dict[str, Any]], times: list[str], keys: list[str], moments: pd.Series
) -> dict[str, Any] | None:
    """The reader for things that are known by their keys; None where they are few, or there all the time."""
    names = table[keys].astype(str).agg("|".join, axis=1)
    rows = pd.DataFrame({"name": names, "time": moments}).dropna().sort_values(["name", "time"])
    gaps = rows.groupby("name")["time"].diff().dropna()
    usual = gaps[gaps > pd.Timedelta(0)].mode().iloc[0].total_seconds()
    step = {"unit": "month", "size": round(usual / (30.44 * 86_400))} if usual >= 28 * 86_400 else {"unit": "second", "size": int(usual)}
    if step["size"] < 1:
        return None
    lives = life(names, moments, {"step": step, "steps": LONGEST_GAP})
    spans = rows.assign(life=lives[rows.index]).groupby(["name", "life"])["time"].agg(["min", "max", "size"])
    span = (spans["max"] - spans["min"]).dt.total_seconds()
    if not come_and_go(span, (moments.max() - moments.min()).total_seconds()):
        return None
    steps, called = horizon(step, float(spans["size"].median()))
    if steps is None or int((spans["size"] > steps).sum()) < LEAST_THINGS:
        return None
    values = [name for name in columns if name not in keys and name not in times and is_followed(table, columns[name], names)][:MOST_VALUES]
    if not values:
        return None
    past = sorted({1, 2, steps})
    subject = next(name for name in ("subject", "followed", "followed_subject", "followed_thing") if name not in columns)
    return {
        "format": "ahead",
        "files": base["files"],
        "base": base,
        "keys": keys,
        "times": times,
        "step": step,
        "steps": steps,
        "span": called.replace("_", " "),
        "subject": subject,
        "past": [{"name": f"{name}_{back_name(step, back)}_before", "column": name, "steps": back} for name in values for back in past],
        "outcomes": [{"name": f"{name}_in_{called}", "column": name} for name in values],
    }


def horizon(step: dict[str, Any], length: float) -> tuple[int | None, str]:
    """How many steps ahead, and what the span is called: the next year, month, or the longest span that leaves the usual thing a past."""
    if step["unit"] == "month":
        return 1, back_name(step, 1)
    for seconds, name in SPANS:
        if seconds % step["size"] == 0 and seconds // step["size"] <= length / 3:
            return seconds // step["size"], name
    return None, ""


def back_name(step: dict[str, Any], steps: int) -> str:
    """A span of some steps in words, for the name of a column."""
    size = step["size"] * steps
    if step["unit"] == "month":
        return "1_year" if size == 12 else f"{size // 12}_years" if size % 12 == 0 else f"{size}_months"
    for seconds, word in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if size % seconds == 0 and size > seconds:
            return f"{size // seconds}_{word}"
    return f"{size}_seconds"


def is_followed(table: pd.DataFrame, column: dict[str, Any], names: pd.Series) -> bool:
    """A number that changes in the life of a thing, and is there in most rows."""
    if column["type"] != "numeric" or column["missing"] > MOST_MISSING * len(table):
        return False
    return bool(np.median(table.groupby(names)[column["name"]].nunique()) > 1)


def ahead_notes(reader: dict[str, Any], notes: dict[str, str]) -> dict[str, str]:
    """What the columns hold that were made."""
    told = {reader["subject"]: f"a number for each thing that is followed through time, named by {' and '.join(reader['keys'])}"}
    told |= {entry["name"]: f"{notes.get(entry['column'], entry['column'])}; {reader['span']} after the instant of the row" for entry in reader["outcomes"]}
    for entry in reader["past"]:
        told[entry["name"]] = (
            f"{entry['column']} {back_name(reader['step'], entry['steps']).replace('_', ' ')} before the instant of the row, where it is known"
        )
    return told
