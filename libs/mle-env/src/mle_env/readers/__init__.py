"""Reads raw tables. `prepare.py` of a package holds the modules that it needs as they are: they import nothing of ours."""

from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

from mle_env.ladder.instants import instants

from .ahead import ahead
from .archives import UnsafeArchive, unpacked
from .conll import read_conll
from .delimited import delimited_options, read_delimited
from .excel import read_excel
from .gathered import gather
from .joined import joined
from .json_records import read_json_records
from .linked_texts import link_texts
from .log import read_log
from .media import read_media
from .parquet import read_parquet
from .sqlite_table import read_sqlite
from .tagged_pieces import tagged_pieces

__all__ = ["UnsafeArchive", "delimited_options", "load", "source_of"]

READERS = {
    "csv": read_delimited,
    "json": read_json_records,
    "jsonl": read_json_records,
    "parquet": read_parquet,
    "sqlite": read_sqlite,
    "excel": read_excel,
    "conll": read_conll,
    "log": read_log,
}


def load(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """The table of a reader; row i is the i-th record."""
    return table_of(reader, source_of(reader, raw))


def source_of(reader: dict[str, Any], raw: Path) -> Path:
    """The raw folder, with the reader's archives unpacked. Raises `UnsafeArchive`."""
    names = reader.get("archives", [])
    return unpacked_once(raw, tuple(names)) if names else raw


@lru_cache(maxsize=4)
def unpacked_once(raw: Path, names: tuple[str, ...]) -> Path:
    return unpacked(raw, list(names), Path(mkdtemp()))


def table_of(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    table = plain_table(reader, raw)
    return link_texts(table, reader["linked"]) if "linked" in reader else table


def plain_table(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    if reader["format"] == "ahead":
        return ahead(table_of(reader["base"], raw), reader, instants)
    if reader["format"] == "joined":
        return joined(
            table_of(reader["base"], raw), [(table_of(other["reader"], raw), other["reference"], other["key"], other["prefix"]) for other in reader["others"]]
        )
    if reader["format"] == "media":
        labels = reader.get("labels")
        return read_media(reader, raw, None if labels is None else table_of(labels["reader"], raw))
    table = READERS[reader["format"]](reader, raw)
    table = tagged_pieces(reader, table) if "pieces" in reader else table
    return gather(table, reader["gathered"]) if "gathered" in reader else table
