"""Reads lists of records in JSON and JSON-lines files."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

#: Half of a sign as JSON may write it. One that stands alone is no sign, and no file can hold it.
HALF_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
HALF_SIGN = re.compile(r"[\ud800-\udfff]")


def read_json_records(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """The raw records as a table, one record a row; cells that are lists or objects become their JSON text."""
    table = pd.json_normalize([row for name in reader["files"] for row in json_records(reader, raw / name)])
    for column in table.columns:
        table[column] = table[column].map(lambda cell: json.dumps(cell, ensure_ascii=False, sort_keys=True) if isinstance(cell, (list, dict)) else cell)
    return table.replace({code: None for code in reader["missing"] if code != ""})


def json_records(reader: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    """The records of one file, with texts joined and the label of their key added."""
    text = path.read_text(encoding=reader["encoding"])
    if reader["format"] == "jsonl":
        # Signs other than the line feed that separate lines may stand within a JSON text.
        found = [(None, json_value(line)) for line in text.split("\n") if line.strip()]
    else:
        found = list(at_json_path(json_value(text), reader.get("recordPath", []), None))
    for key, record in found:
        row = dict(record) if isinstance(record, dict) else {"value": record}
        for name, (chunks, part) in reader.get("joinText", {}).items():
            row[name] = joined_text(row.pop(chunks, None), part)
        if reader.get("labelFromKey"):
            row[reader["labelFromKey"]] = key
        yield row


def json_value(text: str) -> Any:
    """What a JSON text says, with a sign that means "unknown" for each half of one that stands alone."""
    value = json.loads(text)
    return without_halves(value) if HALF_ESCAPED.search(text) else value


def without_halves(value: Any) -> Any:
    if isinstance(value, str):
        return HALF_SIGN.sub("\ufffd", value)
    if isinstance(value, list):
        return [without_halves(entry) for entry in value]
    return {without_halves(key): without_halves(entry) for key, entry in value.items()} if isinstance(value, dict) else value


def joined_text(chunks: Any, part: str) -> str:
    """The text of a list of chunks; what is no chunk has none."""
    return "".join(str(chunk[part]) for chunk in chunks if isinstance(chunk, dict) and chunk.get(part) is not None) if isinstance(chunks, list) else ""


def at_json_path(value: Any, path: list[str], key: str | None) -> Iterator[tuple[str | None, Any]]:
    """Every record below a path of keys, with the name of the key that `*` stood for."""
    if not path:
        for record in value if isinstance(value, list) else [value]:
            yield key, record
        return
    for name in list(value) if path[0] == "*" else [path[0]]:
        yield from at_json_path(value[name], path[1:], name if path[0] == "*" else key)
