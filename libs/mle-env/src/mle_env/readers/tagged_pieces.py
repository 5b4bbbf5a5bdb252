"""Reads texts that come as lists of pieces, some of which have a name: sentences of which every token has a tag."""

import json
import unicodedata
from collections import Counter
from typing import Any

import pandas as pd


def tagged_pieces(reader: dict[str, Any], table: pd.DataFrame) -> pd.DataFrame:
    """The table with its lists of pieces as texts, their tokens, and the tags of these, tokens and tags each joined by single spaces."""
    pieces = reader["pieces"]
    place = list(table.columns).index(pieces["list"])
    read = [tagged_text(chunks_of(cell), pieces) for cell in table[pieces["list"]]]
    table = table.drop(columns=pieces["list"])
    for offset, kind in enumerate(("text", "tokens", "tags")):
        table.insert(place + offset, pieces["columns"][kind], pd.Series([row[offset] for row in read], index=table.index, dtype="object"))
    return table


def chunks_of(cell: Any) -> list[dict[str, Any]]:
    """The pieces that a cell holds as JSON; a cell that is not a list of pieces has none."""
    try:
        chunks = json.loads(cell) if isinstance(cell, str) else None
    except ValueError:
        return []
    return chunks if isinstance(chunks, list) and all(isinstance(chunk, dict) for chunk in chunks) else []


def tagged_text(chunks: list[dict[str, Any]], pieces: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    """(text, tokens, tags). The text alone says where its tokens are; one that a piece ends in belongs to the piece that has most of it."""
    text, owners = "", []
    for number, chunk in enumerate(chunks):
        part = ("" if text == "" else pieces["between"]) + ("" if chunk.get(pieces["text"]) is None else str(chunk[pieces["text"]]))
        text += part
        owners += [number] * len(part)
    tokens, tags, before = [], [], None
    for start, end in token_spans(text):
        owner = Counter(owners[start:end]).most_common(1)[0][0]
        name = piece_name(chunks[owner], pieces)
        tokens.append(text[start:end])
        tags.append("O" if name is None else f"{'I' if owner == before else 'B'}-{name}")
        before = owner
    return (text, " ".join(tokens), " ".join(tags)) if tokens else (None, None, None)


def piece_name(chunk: dict[str, Any], pieces: dict[str, Any]) -> str | None:
    """The name of a piece with no space in it; None where it has none."""
    name = chunk.get(pieces["name"])
    return "_".join(name.split()) if isinstance(name, str) and name.strip() not in ("", "O") else None


def token_spans(text: str) -> list[tuple[int, int]]:
    """Where the tokens of a text start and end: each run of letters and digits is one, and so is every other visible sign; accents belong to what they stand on."""
    spans: list[tuple[int, int]] = []
    last = ""
    for place, sign in enumerate(text):
        kind = unicodedata.category(sign)[0]
        if kind in "ZC":
            last = ""
        elif (kind == "M" and last != "") or (kind in "LN" and last == "word"):
            spans[-1] = (spans[-1][0], place + 1)
        else:
            last = "word" if kind in "LMN" else "sign"
            spans.append((place, place + 1))
    return spans
