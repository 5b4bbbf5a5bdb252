"""Reads one table of an SQLite file."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd


def read_sqlite(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """The rows of a table in the order of the file. The file is opened read-only, and nothing that it defines is run."""
    path = (raw / reader["files"][0]).resolve().as_uri()
    quoted = reader["table"].replace('"', '""')
    with closing(sqlite3.connect(f"{path}?mode=ro&immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        table = pd.read_sql_query(f'SELECT * FROM "{quoted}"', connection)
    for name in table.columns:
        if pd.api.types.is_object_dtype(table[name]):
            table[name] = table[name].map(lambda cell: cell.hex() if isinstance(cell, bytes) else cell)
    return table.replace(dict.fromkeys(reader["missing"]))
