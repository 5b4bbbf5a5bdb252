"""Reads sentences of tagged tokens, one token a line and an empty line between sentences."""

from pathlib import Path
from typing import Any

import pandas as pd


def read_conll(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """One sentence a row: its tokens and their tags, each joined by single spaces, and its document where marks tell documents apart."""
    rows: list[dict[str, str]] = []
    documents = 0
    for name in reader["files"]:
        tokens: list[str] = []
        tags: list[str] = []
        for line in [*(raw / name).read_text(encoding=reader["encoding"]).split("\n"), ""]:
            cells = line.split()
            if line.startswith("-DOCSTART-"):
                documents += 1
            elif len(cells) >= 2:
                tokens.append(cells[0])
                tags.append(cells[-1])
            elif tokens and not cells:
                rows.append({"document": f"document {documents}", "tokens": " ".join(tokens), "tags": " ".join(tags)})
                tokens, tags = [], []
    return pd.DataFrame(rows, columns=[*(["document"] if documents > 1 else []), "tokens", "tags"])
