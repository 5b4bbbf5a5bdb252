"""Finds the list of records in JSON files."""

from itertools import islice
from pathlib import Path
from typing import Any

from mle_env.readers.json_records import json_value

from .dialect import NotATable, encoding_of, shared_encoding
from .pieces import text_in_pieces

#: What a file of lines is judged by.
FIRST_LINES = 2_000


def json_reader(paths: dict[str, Path], format_name: str) -> dict[str, Any]:
    """The reader of JSON files of one shape: the path to the records, the label that a varying key holds, texts in chunks."""
    encoding = shared_encoding({encoding_of(path) for path in paths.values()})
    reader: dict[str, Any] = {"format": format_name, "files": sorted(paths), "encoding": encoding, "recordPath": [], "joinText": {}, "missing": []}
    if format_name == "jsonl":
        return reader | text_in_pieces(first_lines(paths, encoding))
    documents = {}
    for name, path in paths.items():
        try:
            documents[name] = json_value(path.read_text(encoding=encoding))
        except (ValueError, RecursionError) as error:
            raise NotATable(f"{name} is not JSON: {error}") from error
    keys: set[str] = set()
    path_to: list[str] = []
    layer = list(documents.values())
    while all(isinstance(value, dict) for value in layer) and len(path_to) < 4:
        lists = [[key for key, entry in value.items() if isinstance(entry, (list, dict)) and entry] for value in layer]
        if len(layer) == 1 and len(lists[0]) > 1:
            # Beside the records there may be objects and lists that are none.
            leading = [key for key in lists[0] if holds_records(layer[0][key])]
            lists = [leading] if len(leading) == 1 else lists
        if any(len(found) != 1 for found in lists):
            if (
                len(layer) == 1
                and lists[0]
                and all(isinstance(layer[0][key], list) and not isinstance(layer[0][key][0], list) for key in lists[0])
                and len(lists[0]) == len(layer[0])
            ):
                keys = set(lists[0])
                path_to.append("*")
                layer = [layer[0][key] for key in lists[0]]
                break
            raise NotATable("no single list of records")
        names = {found[0] for found in lists}
        keys = names if len(names) > 1 else keys
        path_to.append("*" if len(names) > 1 else next(iter(names)))
        layer = [value[found[0]] for value, found in zip(layer, lists)]
    if not all(isinstance(value, list) and value for value in layer):
        raise NotATable("no list of records")
    reader["recordPath"] = path_to
    if keys:
        reader["labelFromKey"] = "label"
    return reader | text_in_pieces([record for records in layer for record in records if isinstance(record, dict)])


def first_lines(paths: dict[str, Path], encoding: str) -> list[dict[str, Any]]:
    """The first records of files of one record a line. Raises `NotATable`."""
    found = []
    for name, path in sorted(paths.items()):
        with path.open(encoding=encoding) as lines:
            try:
                found += [json_value(line) for line in islice(lines, FIRST_LINES) if line.strip()]
            except (ValueError, RecursionError) as error:
                raise NotATable(f"{name} is not JSON: {error}") from error
    return [record for record in found if isinstance(record, dict)]


def holds_records(value: Any, depth: int = 3) -> bool:
    """Whether a value is a list of several objects, or an object that leads to one."""
    if isinstance(value, list):
        return len(value) > 1 and all(isinstance(record, dict) for record in value)
    return isinstance(value, dict) and depth > 0 and any(holds_records(entry, depth - 1) for entry in value.values())
