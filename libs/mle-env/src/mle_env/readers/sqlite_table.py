"""Reads one table of an SQLite file."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

LONGEST_BLOB = 1_024
LONGEST_TEXT = 1_000_000


def read_sqlite(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """The rows of a table in the order of the file; of bytes and long texts the beginning.

    The file is opened read-only, and nothing that it defines is run: no view, no trigger, no generated column.
    """
    path = (raw / reader["files"][0]).resolve().as_uri()
    quoted = reader["table"].replace('"', '""')
    with closing(sqlite3.connect(f"{path}?mode=ro&immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        names = [str(row[1]).replace('"', '""') for row in connection.execute(f'PRAGMA table_info("{quoted}")')]
        table = pd.read_sql_query(f'SELECT {", ".join(map(bounded, names))} FROM "{quoted}"', connection)
    return table.replace(dict.fromkeys(reader["missing"]))


def bounded(name: str) -> str:
    """What is selected of a column."""
    cell = f'"{name}"'
    return (
        f"CASE typeof({cell}) WHEN 'blob' THEN lower(hex(substr({cell}, 1, {LONGEST_BLOB})))"
        f" WHEN 'text' THEN substr({cell}, 1, {LONGEST_TEXT}) ELSE {cell} END AS {cell}"
    )
