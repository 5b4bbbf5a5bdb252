"""Reads sentences of tagged tokens, one token a line and an empty line between sentences."""

from pathlib import Path
from typing import Any

import pandas as pd


def read_conll(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """One sentence a row: its tokens and their tags, each joined by single spaces."""
    rows: list[dict[str, str]] = []
    for name in reader["files"]:
        tokens: list[str] = []
        tags: list[str] = []
        for line in [*(raw / name).read_text(encoding=reader["encoding"]).split("\n"), ""]:
            cells = line.split()
            if len(cells) >= 2 and not line.startswith("-DOCSTART-"):
                tokens.append(cells[0])
                tags.append(cells[-1])
            elif tokens and not cells:
                rows.append({"tokens": " ".join(tokens), "tags": " ".join(tags)})
                tokens, tags = [], []
    return pd.DataFrame(rows, columns=["tokens", "tags"])
