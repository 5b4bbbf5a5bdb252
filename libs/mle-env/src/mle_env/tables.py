"""Reads a table as its reader says; every job that touches raw data reads it here."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd


def csv_options(reader: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments of `pandas.read_csv` for a reader; strings stay exact, numbers are inferred."""
    options: dict[str, Any] = {
        "sep": reader["delimiter"],
        "encoding": reader["encoding"],
        "keep_default_na": False,
        "na_values": reader["missing"],
        "decimal": reader.get("decimal", "."),
        "index_col": False,
        "low_memory": False,
    }
    if reader["quote"] == "":
        options["quoting"] = csv.QUOTE_NONE
    if not reader["header"]:
        options["header"] = None
        options["names"] = reader["names"]
    return options


def load(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """The table of a reader (several files of one shape are stacked in their order); row i is the i-th record."""
    if reader["format"] == "csv":
        frames = [pd.read_csv(raw / name, **csv_options(reader)) for name in reader["files"]]
        return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    rows = [row for name in reader["files"] for row in records(reader, raw / name)]
    table = pd.json_normalize(rows)
    for column in table.columns:
        table[column] = table[column].map(lambda cell: json.dumps(cell, ensure_ascii=False, sort_keys=True) if isinstance(cell, (list, dict)) else cell)
    return table.replace({code: None for code in reader["missing"] if code != ""})


def records(reader: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    """The records of one JSON or JSON-lines file, with texts joined and the label of their key added."""
    text = path.read_text(encoding=reader["encoding"])
    if reader["format"] == "jsonl":
        found = [(None, json.loads(line)) for line in text.splitlines() if line.strip()]
    else:
        found = list(at_path(json.loads(text), reader.get("recordPath", []), None))
    for key, record in found:
        row = dict(record) if isinstance(record, dict) else {"value": record}
        for name, (chunks, part) in reader.get("joinText", {}).items():
            row[name] = "".join(str(chunk.get(part, "")) for chunk in row.pop(chunks, None) or [])
        if reader.get("labelFromKey"):
            row[reader["labelFromKey"]] = key
        yield row


def at_path(value: Any, path: list[str], key: str | None) -> Iterator[tuple[str | None, Any]]:
    """Every record below a path of keys, with the name of the key that `*` stood for."""
    if not path:
        for record in value if isinstance(value, list) else [value]:
            yield key, record
        return
    names = list(value) if path[0] == "*" else [path[0]]
    for name in names:
        yield from at_path(value[name], path[1:], name if path[0] == "*" else key)
