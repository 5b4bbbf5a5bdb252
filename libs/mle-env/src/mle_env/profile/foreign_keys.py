"""Finds columns that refer to rows of another table, and joins what they refer to."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

from mle_env.readers import load

from .found_tables import FAULTS, Found

CONTAINED = 0.99
LEAST_KEYS = 5
MOST_ROWS = 2_000_000
MOST_DEPTH = 3


def with_references(raw: Path, tables: list[Found]) -> list[Found]:
    """Each table together with the tables that its columns refer to by a key, one row each; others are as they were."""
    if len(tables) < 2:
        return tables
    loaded: dict[str, pd.DataFrame] = {}
    for table in tables:
        if table.reader["format"] == "log":
            continue
        try:
            loaded[table.name] = load(table.reader, raw)
        except FAULTS:
            continue
    found = {table.name: references(table.name, loaded) for table in tables if table.name in loaded}
    readers = {table.name: table.reader for table in tables}
    return [
        Found(table.name, joined_reader(table.reader, chain(table.name, found, readers)), table.issues) if found.get(table.name) else table for table in tables
    ]


def joined_reader(base: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """A reader of a table with others; `files` names all of them."""
    files = [*base["files"], *(name for other in others for name in other["reader"]["files"])]
    return {"format": "joined", "files": list(dict.fromkeys(files)), "base": base, "others": others}


def references(name: str, loaded: dict[str, pd.DataFrame]) -> list[tuple[str, str, str]]:
    """(column, other table, its key) for each column whose values are all keys of another table of that name."""
    found = []
    for column in loaded[name].columns:
        values = loaded[name][column].dropna()
        for other, table in loaded.items():
            key = next((key for key in table.columns if names_agree(str(column), str(key), other)), None)
            if other == name or key is None or len(table) > MOST_ROWS or table[key].isna().any() or table[key].duplicated().any():
                continue
            if values.nunique() >= LEAST_KEYS and table.shape[1] > 1 and values.isin(table[key]).mean() >= CONTAINED:
                found.append((str(column), other, str(key)))
                break
    return found


def names_agree(column: str, key: str, table: str) -> bool:
    """`AlbumId` refers to `AlbumId` or to the `id` of `Album`."""
    one, other, home = (re.sub(r"[^a-z0-9]", "", text.lower()) for text in (column, key, table))
    return (one == other and one not in ("id", "rownames", "index")) or (other == "id" and one in (f"{home}id", f"{home.removesuffix('s')}id"))


def chain(name: str, found: dict[str, list[tuple[str, str, str]]], readers: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The joins of a table, those of the tables that it refers to included; each table once."""
    joins: list[dict[str, Any]] = []
    seen = {name}
    layer = [(name, "")]
    for _ in range(MOST_DEPTH):
        following = []
        for table, prefix in layer:
            for column, other, key in found.get(table, []):
                if other in seen:
                    continue
                seen.add(other)
                joins.append({"reader": readers[other], "reference": f"{prefix}{column}", "key": key, "prefix": f"{other}_"})
                following.append((other, f"{other}_"))
        layer = following
    return joins
