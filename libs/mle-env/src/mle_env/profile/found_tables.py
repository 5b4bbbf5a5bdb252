"""Finds the tables in files that hold some, each with how it is read."""

import json
import sqlite3
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from mle_env.readers import delimited_options

from .dialect import MISSING, NotATable, check_widths, dialect_of, encoding_of, shared_encoding
from .json_tables import json_reader
from .log_tables import log_readers

MOST_CELLS = 50_000_000
MOST_SHEET_BYTES = 512 * 1024 * 1024
MOST_RATIO = 1_000
#: What is raised where a file is not what it seems.
FAULTS = (
    NotATable,
    UnicodeError,
    pd.errors.ParserError,
    ValueError,
    RecursionError,
    MemoryError,
    SyntaxError,
    OSError,
    KeyError,
    sqlite3.DatabaseError,
    zipfile.BadZipFile,
)


@dataclass
class Found:
    """A table before it is measured."""

    name: str
    reader: dict[str, Any]
    issues: list[dict[str, str]] = field(default_factory=list)


def found_tables(raw: Path, names: list[str], formats: dict[str, str]) -> tuple[list[Found], list[str]]:
    """The tables of files, and why files that should hold one do not."""
    by_format: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_format[formats[name]].append(name)
    tables: list[Found] = []
    problems: list[str] = []
    for format_name, finder in FINDERS.items():
        for group in finder(by_format.get(format_name, [])):
            try:
                tables.extend(READ[format_name](raw, group, format_name))
            except FAULTS as error:
                problems.append(f"{group[0]}: {told(error)}")
    tables = stacked(raw, tables)
    order = {name: place for place, name in enumerate(names)}
    return sorted(tables, key=lambda table: order.get(table.reader["files"][0], 0)), problems


def told(error: Exception) -> str:
    """What a fault says, in words."""
    return "it needs more memory than may be used" if isinstance(error, MemoryError) else str(error)[:300] or type(error).__name__


def stacked(raw: Path, tables: list[Found]) -> list[Found]:
    """Tables of files that are written alike and have the same columns, as one; others as they were."""
    found: list[Found] = []
    alike: dict[str, Found] = {}
    for table in tables:
        columns = columns_of(raw, table.reader)
        shape = json.dumps([columns, {key: value for key, value in table.reader.items() if key != "files"}], sort_keys=True)
        if columns is None or shape not in alike:
            found.append(table)
            alike.setdefault(shape, table)
        else:
            alike[shape].reader["files"] = [*alike[shape].reader["files"], *table.reader["files"]]
            alike[shape].issues.extend(table.issues)
    return found


def columns_of(raw: Path, reader: dict[str, Any]) -> list[str] | None:
    """The columns of a file that may be a part of a larger table; None for other formats, and where nothing names them."""
    if reader["format"] == "parquet":
        import pyarrow.parquet

        return [str(name) for name in pyarrow.parquet.ParquetFile(raw / reader["files"][0]).schema_arrow.names]
    if reader["format"] == "csv" and reader["header"]:
        return [str(name) for name in pd.read_csv(raw / reader["files"][0], nrows=0, **delimited_options(reader)).columns]
    return None


def each(names: list[str]) -> list[list[str]]:
    return [[name] for name in names]


def together(names: list[str]) -> list[list[str]]:
    return [names] if names else []


def delimited(raw: Path, names: list[str], _: str) -> Iterator[Found]:
    reader = dialect_of(raw / names[0]) | {"files": names}
    short = check_widths(raw / names[0], reader)
    issues = [{"code": "ragged_rows", "message": f"{short} rows have fewer cells than the header"}] if short else []
    yield Found(Path(names[0]).stem, reader, issues)


def json_documents(raw: Path, names: list[str], format_name: str) -> Iterator[Found]:
    reader = json_reader({name: raw / name for name in names}, format_name)
    yield Found(Path(names[0]).stem if len(names) == 1 else "records", reader)


def parquet(raw: Path, names: list[str], _: str) -> Iterator[Found]:
    import pyarrow
    import pyarrow.parquet

    try:
        facts = pyarrow.parquet.ParquetFile(raw / names[0]).metadata
    except pyarrow.ArrowException as error:
        raise NotATable(f"it is damaged: {error}") from error
    if facts.num_rows * facts.num_columns > MOST_CELLS:
        raise NotATable(f"it claims {facts.num_rows} rows of {facts.num_columns} columns, more than can be read")
    yield Found(Path(names[0]).stem, {"format": "parquet", "files": names, "missing": [code for code in MISSING if code]})


def sqlite(raw: Path, names: list[str], _: str) -> Iterator[Found]:
    """Every ordinary table; views, triggers and virtual tables are programs and are left alone."""
    path = (raw / names[0]).resolve().as_uri()
    with closing(sqlite3.connect(f"{path}?mode=ro&immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        listed = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").fetchall()
    plain = [name for name, sql in listed if sql is not None and not sql.upper().startswith("CREATE VIRTUAL")]
    if not plain:
        raise NotATable("it holds no table")
    for name in plain:
        yield Found(name, {"format": "sqlite", "files": names, "table": name, "missing": []})


def excel(raw: Path, names: list[str], _: str) -> Iterator[Found]:
    path = raw / names[0]
    if not zipfile.is_zipfile(path):
        raise NotATable("it is an old or protected workbook; save it as .xlsx")
    with zipfile.ZipFile(path) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > MOST_SHEET_BYTES or size > MOST_RATIO * max(path.stat().st_size, 1_024):
        raise NotATable("it unpacks to far more than its size, or than can be kept")
    check_area(path)
    for name, sheet in pd.read_excel(path, sheet_name=None, header=None, nrows=40, engine="openpyxl").items():
        filled = sheet.notna().sum(axis=1)
        if sheet.shape[1] < 2 or filled.max() < 2:
            continue
        # Titles and notes above a table fill fewer cells than its header.
        skip = int((filled >= 0.6 * filled.max()).idxmax())
        yield Found(f"{path.stem} {name}" if name else path.stem, {"format": "excel", "files": names, "table": name, "skip": skip, "missing": MISSING})


def check_area(path: Path) -> None:
    """Raises `NotATable` where a sheet has cells so far away that the table up to them cannot be kept."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = width = 0
            for rows, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                width = max(width, len(cells))
                if rows * width > MOST_CELLS:
                    raise NotATable(f"its sheet {sheet.title} claims {rows} rows of {width} columns or more, more than can be read")
    finally:
        book.close()


def sentences(raw: Path, names: list[str], _: str) -> Iterator[Found]:
    encoding = shared_encoding({encoding_of(raw / name) for name in names})
    yield Found("sentences", {"format": "conll", "files": names, "encoding": encoding})


def logs(raw: Path, names: list[str], _: str) -> Iterator[Found]:
    """Lines, sessions and windows of the logs of one kind."""
    for name, reader in log_readers(raw, names):
        yield Found(f"log {name}", reader)


FINDERS = {"csv": each, "json": together, "jsonl": together, "parquet": each, "sqlite": each, "excel": each, "conll": together, "log": together}
READ = {
    "csv": delimited,
    "json": json_documents,
    "jsonl": json_documents,
    "parquet": parquet,
    "sqlite": sqlite,
    "excel": excel,
    "conll": sentences,
    "log": logs,
}
