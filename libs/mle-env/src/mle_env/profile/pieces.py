"""Finds texts that come in pieces, and of these the ones whose pieces have names."""

import re
import unicodedata
from typing import Any

from mle_env.readers.tagged_pieces import piece_name, token_spans

TEXT = "text"
#: What the name of a piece is called.
NAMES = re.compile(r"(entity|slot|label|tag|ner)([_ -]?(name|type|label|tag))?", re.IGNORECASE)
MOST_NAMES = 50
#: How often a name comes on average.
LEAST_REPEATED = 5
#: Most names whose piece starts or ends within a token: where words have no space between them, tokens are not told by signs.
MOST_CUT = 0.02


def text_in_pieces(records: list[dict[str, Any]]) -> dict[str, Any]:
    """What a JSON reader needs to know of a list of pieces: {pieces} where they have names, else {joinText}; neither is there where no column is one."""
    first = next(iter(records), {})
    found: dict[str, Any] = {"joinText": {}}
    for column, entry in first.items():
        if not in_pieces(entry):
            continue
        lists = [record[column] for record in records if in_pieces(record.get(column))]
        taken = set().union(*records) - {column}
        pieces = named_pieces(column, lists, taken) if "pieces" not in found else None
        if pieces is None:
            found["joinText"][column if column == TEXT else TEXT] = [column, TEXT]
        else:
            found["pieces"] = pieces
    return found


def in_pieces(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) > 0 and all(isinstance(chunk, dict) and isinstance(chunk.get(TEXT), str) for chunk in entry)


def named_pieces(column: str, lists: list[list[dict[str, Any]]], taken: set[str]) -> dict[str, Any] | None:
    """How lists of pieces are read as tagged sentences; None where no key names some of them."""
    chunks = [chunk for pieces in lists for chunk in pieces]
    keys = sorted({key for chunk in chunks for key in chunk if key != TEXT and NAMES.fullmatch(key)})
    between = "" if any(joins(sign) for chunk in chunks for sign in (chunk[TEXT][:1], chunk[TEXT][-1:])) else " "
    for key in keys:
        pieces = {"list": column, "text": TEXT, "name": key, "between": between}
        names = [name for chunk in chunks if (name := piece_name(chunk, pieces)) is not None]
        if len(names) == len(chunks) or not 0 < LEAST_REPEATED * len(set(names)) <= len(names) or len(set(names)) > MOST_NAMES:
            continue
        if cut(lists, pieces) <= MOST_CUT * len(names):
            return pieces | {"columns": {kind: free_name(kind, column, taken) for kind in ("text", "tokens", "tags")}}
    return None


def free_name(kind: str, column: str, taken: set[str]) -> str:
    """A name for a column of pieces that no key of the records has."""
    name = kind if kind not in taken else f"{column}_{kind}"
    while name in taken:
        name += "_"
    return name


def joins(sign: str) -> bool:
    """Whether a piece that starts or ends so needs no space beside it: it has one, or it is of a script that may have none."""
    return sign.isspace() or (sign != "" and unicodedata.category(sign) == "Lo")


def cut(lists: list[list[dict[str, Any]]], pieces: dict[str, Any]) -> int:
    """How many named pieces start or end within a token."""
    count = 0
    for chunks in lists:
        ends, text = [], ""
        for chunk in chunks:
            text += pieces["between"] if text else ""
            ends.append((len(text), len(text) + len(chunk[TEXT]), piece_name(chunk, pieces)))
            text += chunk[TEXT]
        within = {place for start, end in token_spans(text) for place in range(start + 1, end)}
        count += sum(name is not None and (start in within or end in within) for start, end, name in ends)
    return count


def piece_notes(reader: dict[str, Any]) -> dict[str, str]:
    """What the columns hold that were made of pieces."""
    if "pieces" not in reader:
        return {}
    columns, name = reader["pieces"]["columns"], reader["pieces"]["name"].replace("_", " ")
    return {
        columns["tokens"]: "the text in tokens: each run of letters and digits, and every other sign alone",
        columns["tags"]: f"B- with the {name} that starts at the token, I- with the {name} that goes on, O where there is none",
    }
