"""Profiles one table, whatever it is read from."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from mle_env.readers import delimited_options, load
from mle_env.readers.gathered import gather
from mle_env.readers.linked_texts import link_texts

from .columns import hidden_missing, measure, written_amounts
from .dialect import NotATable
from .documentation import column_notes, stated_target
from .flags import gathered_of, gathers
from .log_tables import log_notes
from .pairs import PAIRED, linked_by, note_of, pair_of
from .parts import parts_of, tags_of
from .pieces import piece_notes
from .series import series_of
from .trajectories import NO_RECORDS, ahead_notes

#: Larger files are read in pieces and profiled on an even sample of their rows.
PIECEWISE_BYTES = 48 * 1024 * 1024
PIECE_ROWS = 50_000
SAMPLE_ROWS = 100_000
MAX_COLUMNS = 2_000
#: The columns of tagged sentences.
SENTENCES = {"tokens": "tokens", "tags": "tags"}


def table_profile(raw: Path, name: str, reader: dict[str, Any], documentation: str, issues: list[dict[str, str]]) -> dict[str, Any]:
    """A TableProfile (libs/contracts). `raw` is the folder with its archives unpacked. Raises `NotATable`."""
    table, rows, missing = read(raw, reader)
    if rows == 0 or len(table.columns) == 0:
        raise NotATable("it has a header and no rows" if len(table.columns) else "it has no columns")
    if len(table.columns) > MAX_COLUMNS:
        raise NotATable(f"it has {len(table.columns)} columns, more than {MAX_COLUMNS}")
    codes = {column: hidden_missing(table[column], reader.get("decimal", ".")) for column in table.columns}
    told = [column for column in table.columns if reader["format"] == "csv" and written_amounts(table[column])]
    if told:
        reader["amounts"] = told
    if any(codes.values()) or told:
        for part in readers_within(reader):
            part["missing"] = sorted({*part["missing"], *(code for found in codes.values() for code in found)})
        table, rows, missing = read(raw, reader)
    columns = [measure(column, table[column], rows, len(table)) for column in table.columns]
    whose = gathers(reader)
    beside = reader["format"] == "media" or any(column["type"] == "text" for column in columns)
    gathered = gathered_of(table) if whose is not None and beside else None
    if whose is not None and gathered is not None:
        whose["gathered"] = gathered
        table, rows, missing = read(raw, reader)
        columns = [measure(column, table[column], rows, len(table)) for column in table.columns]
    pair = pair_of(table, columns) if reader["format"] in PAIRED else None
    if pair is not None:
        linked, pair["apart"] = linked_by(table, [pair["one"], pair["other"]])
        if linked is not None:
            reader["linked"] = linked
            table = link_texts(table, linked)
            columns.append(measure(linked["name"], table[linked["name"]], rows, len(table)) | {"description": note_of(linked)})
    notes = (log_notes(reader) if reader["format"] == "log" else piece_notes(reader)) | column_notes(documentation, list(table.columns))
    if reader["format"] == "ahead":
        notes |= ahead_notes(reader, notes)
    target = stated_target(documentation, list(table.columns))
    for column in columns:
        if column["name"] == reader.get("kind"):
            column["type"] = "media"
        mark_parts(column, table[column["name"]], reader)
        if missing is not None and column["name"] in missing:
            column["missing"] = missing[column["name"]]
        if column["name"] in notes:
            column["description"] = notes[column["name"]]
        if column["name"] == target:
            column["statedTarget"] = True
    mark_bijections(table, columns)
    duplicated = [column for column in table.columns if column.rsplit(".", 1)[-1].isdigit() and column.rsplit(".", 1)[0] in table.columns]
    if duplicated:
        issues.append({"code": "duplicated_names", "message": f"column names occur more than once: {', '.join(duplicated[:5])}"})
    if rows != len(table):
        issues.append({"code": "sampled", "message": f"distributions were measured on {len(table)} of {rows} rows"})
    series = series_of(table, columns) if rows == len(table) and reader["format"] not in NO_RECORDS else None
    return {
        "name": name,
        "reader": reader,
        "rows": rows,
        "duplicateRows": int(hashable(table).duplicated().sum()),
        "columns": columns,
        "keys": [[column["name"]] for column in columns if column["distinct"] == len(table) and column["missing"] == 0],
        "issues": issues,
        **({} if series is None else {"series": series}),
        **({} if pair is None else {"pair": pair}),
    }


def mark_parts(column: dict[str, Any], values: pd.Series, reader: dict[str, Any]) -> None:
    """Says of a column whose cells hold several values of a small set which these are."""
    tagged = SENTENCES if reader["format"] == "conll" else reader.get("pieces", {}).get("columns", {})
    if column["name"] in (tagged.get("text"), tagged.get("tokens")):
        column["type"] = "text"
    elif column["name"] == tagged.get("tags"):
        column |= {"type": "tags", "parts": tags_of(values)}
    elif column["type"] in ("categorical", "text") and (parts := parts_of(values)) is not None:
        column |= {"type": "labels", "parts": parts}


def readers_within(reader: dict[str, Any]) -> list[dict[str, Any]]:
    """The readers of a reader that know of cells that mean "missing"."""
    parts = [reader.get("base"), *(other["reader"] for other in reader.get("others", [])), (reader.get("labels") or {}).get("reader")]
    return ([reader] if "missing" in reader else []) + [found for part in parts if part is not None for found in readers_within(part)]


def read(raw: Path, reader: dict[str, Any]) -> tuple[pd.DataFrame, int, dict[str, int] | None]:
    """The table, or an even sample of a large one with the whole's row count and missing cells: (table, rows, missing). Archives are unpacked already."""
    reader = {key: value for key, value in reader.items() if key != "archives"}
    if reader["format"] != "csv" or len(reader["files"]) > 1 or (raw / reader["files"][0]).stat().st_size <= PIECEWISE_BYTES:
        table = load(reader, raw)
        table.columns = [str(column) for column in table.columns]
        return table, len(table), None
    rows, pieces, missing, every = 0, [], None, 1
    options = delimited_options(reader) | {"chunksize": PIECE_ROWS}
    options.pop("low_memory")
    for piece in pd.read_csv(raw / reader["files"][0], **options):
        rows += len(piece)
        if "gathered" in reader:
            piece = gather(piece, reader["gathered"])
        missing = piece.isna().sum() if missing is None else missing + piece.isna().sum()
        # Copies: a slice would keep the whole piece, and in the end the whole file, in memory.
        pieces.append(piece.iloc[::every].copy())
        while sum(map(len, pieces)) > SAMPLE_ROWS:
            pieces = [kept.iloc[::2].copy() for kept in pieces]
            every *= 2
    counts = None if missing is None else {str(name): int(count) for name, count in missing.items()}
    table = pd.concat(pieces, ignore_index=True)
    table.columns = [str(column) for column in table.columns]
    return table, rows, counts


def mark_bijections(table: pd.DataFrame, columns: list[dict[str, Any]]) -> None:
    """Notes for each column the first earlier one that says the same in other words."""
    by_shape: dict[tuple[int, int], list[tuple[str, Any]]] = defaultdict(list)
    for column in columns:
        if column["type"] in {"constant", "empty", "text"} or column["distinct"] > 0.9 * column["rows"]:
            continue
        codes = pd.factorize(table[column["name"]])[0]
        shape = (column["distinct"], column["missing"])
        for name, earlier in by_shape[shape]:
            if (codes == earlier).all():
                column["bijectiveWith"] = name
                break
        by_shape[shape].append((column["name"], codes))


def hashable(table: pd.DataFrame) -> pd.DataFrame:
    """Cells that pandas can compare for equality."""
    return (
        table.map(lambda cell: json.dumps(cell, sort_keys=True) if isinstance(cell, (list, dict)) else cell)
        if table.map(lambda cell: isinstance(cell, (list, dict))).any().any()
        else table
    )
