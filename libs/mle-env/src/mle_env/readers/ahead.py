"""Follows things through time: what is known of each at one instant and before, and what comes of it later."""

from collections.abc import Callable
from typing import Any
from zlib import crc32

import pandas as pd


def ahead(table: pd.DataFrame, reader: dict[str, Any], instants: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
    """The rows that have an outcome, each with what was known of its thing before (`past`) and what comes of it (`outcomes`).

    `instants` reads a column of them. A thing is what the `keys` name, in steps below months up to a gap of more than `steps`; the column `subject` numbers things. A later
    row of a thing holds the answer of an earlier one: whoever asks for the answers shows one row a thing.
    """
    times = row_times(table, reader["times"], instants)
    names = table[reader["keys"]].astype(str).agg("|".join, axis=1)
    # An instant that a thing has twice tells nothing for sure.
    sure = table[reader["keys"]].notna().all(axis=1) & times.notna() & ~pd.DataFrame({"name": names, "time": times}).duplicated(keep=False)
    table, names, times = table[sure], names[sure], times[sure]
    known = table.set_index(pd.MultiIndex.from_arrays([names, times]))

    def at(column: str, steps: int) -> pd.Series:
        """A column as many steps later; missing where the thing has no row at exactly that instant."""
        moments = pd.MultiIndex.from_arrays([names, moved(times, reader["step"], steps)])
        return known[column].reindex(moments).set_axis(table.index)

    found = table.copy()
    for entry in reader["past"]:
        found[entry["name"]] = at(entry["column"], -entry["steps"])
    # Numbers in an order that says nothing.
    things = names + "|" + life(names, times, reader).astype(str)
    order = {thing: number for number, thing in enumerate(sorted(things.unique(), key=lambda thing: (crc32(thing.encode()), thing)), 1)}
    found[reader["subject"]] = things.map(order)
    for entry in reader["outcomes"]:
        found[entry["name"]] = at(entry["column"], reader["steps"])
    return found[found[[entry["name"] for entry in reader["outcomes"]]].notna().any(axis=1)].reset_index(drop=True)


def life(names: pd.Series, times: pd.Series, reader: dict[str, Any]) -> pd.Series:
    """The first instant of what a row is about: a name that comes again after a gap is given to something new, but for what is followed over years."""
    rows = pd.DataFrame({"name": names, "time": times}).sort_values(["name", "time"])
    before = rows.groupby("name")["time"].shift()
    begins = before.isna()
    if reader["step"]["unit"] != "month":
        begins |= moved(before, reader["step"], reader["steps"]) < rows["time"]
    return rows["time"].where(begins).ffill().reindex(names.index)


def moved(times: pd.Series, step: dict[str, Any], steps: int) -> pd.Series:
    """Instants as many steps later."""
    size = step["size"] * steps
    return times + (pd.DateOffset(months=size) if step["unit"] == "month" else pd.Timedelta(seconds=size))


def row_times(table: pd.DataFrame, columns: list[str], instants: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """The instants of rows: of one column, or of those of their year, month, day, hour and minute, as far as there are that many."""
    if len(columns) == 1:
        return instants(table[columns[0]])
    parts = {part: pd.to_numeric(table[column], errors="coerce") for part, column in zip(("year", "month", "day", "hour", "minute"), columns)}
    return pd.to_datetime(pd.DataFrame({"month": 1, "day": 1} | parts), errors="coerce", utc=True)
