"""SQL that only reads, over the tables of a dataset."""

import sqlite3
from pathlib import Path
from time import monotonic
from typing import Any

import pandas as pd

from mle_env.readers import load

from .text import as_text

#: Larger tables are queried on an even sample of their rows.
MOST_ROWS = 200_000
MOST_RESULT = 50
SECONDS = 10.0
STEPS = 100_000
MEMORY_PAGES = 250_000
SEED = 20_261
ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
#: Functions that reach beyond the query.
FORBIDDEN = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}


def query(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Answers one SELECT over the tables at /input/raw, by their names.

    Argument: {tables: [{name, reader}], sql}. Gives {text, rows, sampled: [name]}, or {error} in words where the query cannot be answered.
    """
    connection = sqlite3.connect(":memory:")
    sampled = []
    for told in argument["tables"]:
        table = load(told["reader"], source / "raw")
        if len(table) > MOST_ROWS:
            table = table.sample(n=MOST_ROWS, random_state=SEED).sort_index()
            sampled.append(told["name"])
        plain(table).to_sql(told["name"], connection, index=False)
    connection.execute(f"PRAGMA max_page_count = {MEMORY_PAGES}")
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(authorise)
    end = monotonic() + SECONDS
    connection.set_progress_handler(lambda: int(monotonic() > end), STEPS)
    try:
        cursor = connection.execute(argument["sql"])
        if cursor.description is None:
            return {"error": "the statement gives no rows; only SELECT can be asked"}
        rows = cursor.fetchmany(MOST_RESULT + 1)
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        late = monotonic() > end
        return {"error": f"the query took longer than {SECONDS:.0f} s" if late else f"{error}"[:300]}
    names = unlike([str(column[0]) for column in cursor.description])
    found = pd.DataFrame(rows[:MOST_RESULT], columns=names)
    more = "[more rows are left out; aggregate or limit]\n" if len(rows) > MOST_RESULT else ""
    return {"text": as_text(found) + more, "rows": len(found), "sampled": sampled}


def authorise(action: int, one: str | None, other: str | None, database: str | None, trigger: str | None) -> int:
    """Reading and calling functions, and nothing else."""
    if action not in ALLOWED or (action == sqlite3.SQLITE_FUNCTION and (other or "").lower() in FORBIDDEN):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """Cells that SQLite can hold, and names that it takes for different: it does not tell A from a."""
    table = table.set_axis(unlike([str(column) for column in table.columns]), axis=1)
    for name in table.columns:
        column = table[name]
        if pd.api.types.is_numeric_dtype(column):
            continue
        table[name] = column.astype("string").astype(object).where(column.notna(), None)
    return table


def unlike(names: list[str]) -> list[str]:
    """Names with a number where one came before."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        key = name.lower()
        seen[key] = seen.get(key, 0) + 1
        found.append(name if seen[key] == 1 else f"{name}_{seen[key]}")
    return found
