"""Finds columns that refer to rows of another table, and joins what they refer to."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from mle_env.readers import load

from .found_tables import FAULTS, Found
from .pairs import stem_of

CONTAINED = 0.99
#: Share of the keys of a part that its table must have: what is left over is asked about no more.
COVERED = 0.9
#: Whole numbers that lie closer than this, on average, may be no more than row numbers.
COUNTED = 2
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
    parts = parts_of_one(loaded)
    found = {name: [*parts.get(name, []), *references(name, loaded)] for name in loaded}
    readers = {table.name: table.reader for table in tables}
    prefixes = {other: "" if tell_apart(loaded, name, [other for _, other, _ in told]) else f"{other}_" for name, told in parts.items() for _, other, _ in told}
    return [
        Found(table.name, joined_reader(table.reader, chain(table.name, found, readers, prefixes)), table.issues) if found.get(table.name) else table
        for table in tables
        if table.name not in prefixes
    ]


def joined_reader(base: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """A reader of a table with others; `files` names all of them."""
    files = [*base["files"], *(name for other in others for name in other["reader"]["files"])]
    return {"format": "joined", "files": list(dict.fromkeys(files)), "base": base, "others": others}


def parts_of_one(loaded: dict[str, pd.DataFrame]) -> dict[str, list[tuple[str, str, str]]]:
    """(key, other table, key) for each table that tells more of the very things of another; each such table once, and none that has parts itself."""
    parts: dict[str, list[tuple[str, str, str]]] = {}
    told: set[str] = set()
    for name, table in loaded.items():
        for other in loaded:
            if other == name or {name, other} & told or other in parts:
                continue
            key = next((str(column) for column in table.columns if column in loaded[other] and same_things(table[column], loaded[other][column])), None)
            if key is not None and loaded[other].shape[1] > 1:
                parts.setdefault(name, []).append((key, other, key))
                told.add(other)
    return parts


def same_things(one: pd.Series, other: pd.Series) -> bool:
    """Whether two columns of one name are keys of the same things. Numbers that only count the rows of any table do not tell."""
    if (
        max(len(one), len(other)) > MOST_ROWS
        or min(len(one), len(other)) < LEAST_KEYS
        or any(keys.isna().any() or keys.duplicated().any() for keys in (one, other))
    ):
        return False
    if pd.api.types.is_float_dtype(one) or (pd.api.types.is_numeric_dtype(one) and one.max() - one.min() < COUNTED * len(one)):
        return False
    return bool(one.isin(other).mean() >= CONTAINED and other.isin(one).mean() >= COVERED)


def tell_apart(loaded: dict[str, pd.DataFrame], name: str, others: list[str]) -> bool:
    """Whether the columns of a table and of its parts have names of their own, the key aside."""
    columns = [str(column) for table in (name, *others) for column in loaded[table].columns]
    return len(columns) - len(set(columns)) == len(others)


def references(name: str, loaded: dict[str, pd.DataFrame]) -> list[tuple[str, str, str]]:
    """(column, other table, its key) for each column whose values are all keys of another table of that name.

    Two columns that are named as first and second (`qid1`, `qid2`) may refer to one table: then both do.
    """
    found = []
    stems = counted(loaded[name])
    for column in loaded[name].columns:
        values = loaded[name][column].dropna()
        for other, table in loaded.items():
            key = next((key for key in table.columns if any(names_agree(called, str(key), other) for called in (str(column), *stems.get(column, ())))), None)
            if other == name or key is None or len(table) > MOST_ROWS or table[key].isna().any() or table[key].duplicated().any():
                continue
            if values.nunique() >= LEAST_KEYS and table.shape[1] > 1 and values.isin(table[key]).mean() >= CONTAINED:
                found.append((str(column), other, str(key)))
                break
    referring = {column: other for column, other, _ in found}
    return [
        (column, other, key)
        for column, other, key in found
        if names_agree(column, key, other) or all(referring.get(counterpart) == other for counterpart in stems[column].values())
    ]


def counted(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """For each column that is the first or the second of two: their common name, with the other column."""
    names = [str(column) for column in table.columns]
    pairs = [(one, other, stem) for one in names for other in names if (stem := stem_of(one, other)) is not None]
    return {one: {stem: other} for one, other, stem in pairs} | {other: {stem: one} for one, other, stem in pairs}


def names_agree(column: str, key: str, table: str) -> bool:
    """`AlbumId` refers to `AlbumId` or to the `id` of `Album`."""
    one, other, home = (re.sub(r"[^a-z0-9]", "", text.lower()) for text in (column, key, table))
    return (one == other and one not in ("id", "rownames", "index")) or (other == "id" and one in (f"{home}id", f"{home.removesuffix('s')}id"))


def chain(name: str, found: dict[str, list[tuple[str, str, str]]], readers: dict[str, dict[str, Any]], prefixes: dict[str, str]) -> list[dict[str, Any]]:
    """The joins of a table, those of the tables that it refers to included; each table once.

    Columns are named after their table, but for those of a part of this very table, and after the column that refers to it where two do.
    """
    own = {other for _, other, _ in found.get(name, []) if prefixes.get(other) == ""}
    referred = Counter(other for _, other, _ in found.get(name, []))
    joins: list[dict[str, Any]] = []
    seen = {name}
    layer = [(name, "")]
    for _ in range(MOST_DEPTH):
        following = []
        for table, prefix in layer:
            for column, other, key in found.get(table, []):
                twice = table == name and referred[other] > 1
                if other in seen and not twice:
                    continue
                seen.add(other)
                named = "" if other in own else f"{column}_" if twice else f"{other}_"
                joins.append({"reader": readers[other], "reference": f"{prefix}{column}", "key": key, "prefix": named})
                following.append((other, named))
        layer = following
    return joins
