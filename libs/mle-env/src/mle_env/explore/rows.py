"""Some rows of a table."""

from pathlib import Path
from typing import Any

from mle_env.readers import load

from .text import as_text

SEED = 20_261


def sample(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Rows of the table at /input/raw, drawn alike each time.

    Argument: {reader, columns: names or null for all, rows}. Gives {text, rows: of the whole table}. Columns that are not there are left out.
    """
    table = load(argument["reader"], source / "raw")
    table.columns = [str(column) for column in table.columns]
    wanted = argument.get("columns")
    names = [name for name in table.columns if wanted is None or name in wanted]
    drawn = table[names].sample(n=min(int(argument["rows"]), len(table)), random_state=SEED).sort_index()
    return {"text": as_text(drawn), "rows": len(table)}
