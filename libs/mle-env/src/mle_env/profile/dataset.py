"""The profile of a dataset folder."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from mle_env.tables import csv_options, load

from .columns import hidden_missing, measure
from .dialect import NotATable, check_widths, dialect_of
from .documentation import column_notes, stated_target
from .formats import format_of
from .json_tables import json_reader

READABLE = {"csv", "json", "jsonl"}
SILENT = {"documentation", "metadata", "empty"}
DOCUMENTATION_BYTES = 65_536
#: Larger files are read in pieces and profiled on an even sample of their rows.
PIECEWISE_BYTES = 48 * 1024 * 1024
PIECE_ROWS = 50_000
SAMPLE_ROWS = 100_000
MAX_COLUMNS = 2_000


def profile(argument: dict[str, Any], input: Path, output: Path) -> dict[str, Any]:
    """Profiles the folder /input/raw. Argument: none. Gives a Profile (libs/contracts)."""
    raw = input / "raw"
    names = sorted(path.relative_to(raw).as_posix() for path in raw.rglob("*") if path.is_file())
    formats = {name: format_of(raw / name, name) for name in names}
    files = [{"path": name, "bytes": (raw / name).stat().st_size, "format": formats[name], "supported": formats[name] in READABLE | SILENT} for name in names]
    documentation = "\n".join((raw / name).read_bytes()[:DOCUMENTATION_BYTES].decode("utf-8", "replace") for name in names if formats[name] == "documentation")[
        :DOCUMENTATION_BYTES
    ]
    found: dict[str, Any] = {"files": files, "tables": [], "documentation": documentation}
    data = [name for name in names if formats[name] not in SILENT]
    foreign = sorted({formats[name] for name in data} - READABLE)
    if not data:
        empty = any(formats[name] == "empty" for name in names)
        return found | {"refusal": {"code": "empty_dataset", "message": "every data file is empty" if empty else "the folder holds no data file"}}
    if foreign:
        return found | {"refusal": {"code": "unsupported_format", "message": f"format not supported: {', '.join(foreign)}"}}
    problems = []
    for group in shapes(raw, data, formats):
        try:
            found["tables"].append(table_profile(raw, group, formats[group[0]], documentation))
        except (NotATable, UnicodeError, pd.errors.ParserError, ValueError, RecursionError) as error:
            problems.append(f"{group[0]}: {str(error)[:300]}")
    if not found["tables"]:
        found["refusal"] = {"code": "unreadable_table", "message": "; ".join(problems)[:1000]}
    return found


def shapes(raw: Path, names: list[str], formats: dict[str, str]) -> list[list[str]]:
    """Files that are one table: JSON files in sibling folders or of one name pattern are stacked; each CSV is a table."""
    stacked: dict[str, list[str]] = defaultdict(list)
    for name in names:
        stacked[f"{formats[name]}:{name}" if formats[name] == "csv" else formats[name]].append(name)
    return list(stacked.values())


def table_profile(raw: Path, names: list[str], format_name: str, documentation: str) -> dict[str, Any]:
    """Profiles one table."""
    issues: list[dict[str, str]] = []
    if format_name == "csv":
        reader = dialect_of(raw / names[0]) | {"files": names}
        short = check_widths(raw / names[0], reader)
        if short:
            issues.append({"code": "ragged_rows", "message": f"{short} rows have fewer cells than the header"})
    else:
        reader = json_reader({name: raw / name for name in names}, format_name)
    table, rows, missing = read(raw, reader)
    if rows == 0 or len(table.columns) == 0:
        raise NotATable("it has a header and no rows" if len(table.columns) else "it has no columns")
    if len(table.columns) > MAX_COLUMNS:
        raise NotATable(f"it has {len(table.columns)} columns, more than {MAX_COLUMNS}")
    table.columns = [str(column) for column in table.columns]
    codes = {column: hidden_missing(table[column], reader.get("decimal", ".")) for column in table.columns}
    if any(codes.values()):
        reader["missing"] = sorted({*reader["missing"], *(code for found in codes.values() for code in found)})
        table, rows, missing = read(raw, reader)
        table.columns = [str(column) for column in table.columns]
    columns = [measure(column, table[column], rows, len(table)) for column in table.columns]
    notes = column_notes(documentation, list(table.columns))
    target = stated_target(documentation, list(table.columns))
    for column in columns:
        if missing is not None:
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
    return {
        "name": Path(names[0]).stem if len(names) == 1 else "records",
        "reader": reader,
        "rows": rows,
        "duplicateRows": int(hashable(table).duplicated().sum()),
        "columns": columns,
        "keys": [[column["name"]] for column in columns if column["distinct"] == len(table) and column["missing"] == 0],
        "issues": issues,
    }


def read(raw: Path, reader: dict[str, Any]) -> tuple[pd.DataFrame, int, dict[str, int] | None]:
    """The table, or an even sample of a large one with the whole's row count and missing cells: (table, rows, missing)."""
    if reader["format"] != "csv" or (raw / reader["files"][0]).stat().st_size <= PIECEWISE_BYTES:
        table = load(reader, raw)
        return table, len(table), None
    rows, pieces, missing, every = 0, [], None, 1
    options = csv_options(reader) | {"chunksize": PIECE_ROWS}
    options.pop("low_memory")
    for piece in pd.read_csv(raw / reader["files"][0], **options):
        rows += len(piece)
        missing = piece.isna().sum() if missing is None else missing + piece.isna().sum()
        # Copies: a slice would keep the whole piece, and in the end the whole file, in memory.
        pieces.append(piece.iloc[::every].copy())
        while sum(map(len, pieces)) > SAMPLE_ROWS:
            pieces = [kept.iloc[::2].copy() for kept in pieces]
            every *= 2
    counts = None if missing is None else {str(name): int(count) for name, count in missing.items()}
    return pd.concat(pieces, ignore_index=True), rows, counts


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
