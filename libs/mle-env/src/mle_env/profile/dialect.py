"""Finds how a delimited text file is written: encoding, delimiter, quoting, header."""

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from pathlib import Path
from typing import Any

DELIMITERS = [",", ";", "\t", "|"]
SAMPLE_BYTES = 1 << 20
# Cells that mean "missing" in any table.
MISSING = ["", "#N/A", "N/A", "NA", "NULL", "NaN", "n/a", "nan", "null"]
WITH_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
WITH_POINT = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?")
WHOLE = re.compile(r"[+-]?\d+")
csv.field_size_limit(1 << 26)


class NotATable(Exception):
    """The file is no table; the text says what was seen."""


def shared_encoding(encodings: set[str]) -> str:
    """The encoding of several files: ASCII and UTF-8 read alike in most others."""
    return "utf-8" if encodings <= {"utf-8"} else sorted(encodings - {"utf-8"})[0]


def encoding_of(path: Path) -> str:
    """utf-8, utf-8-sig, utf-16 or cp1252; binary content raises."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in head:
            raise NotATable("it holds NUL bytes")
        control = sum(byte < 32 and byte not in (9, 10, 13) for byte in head)
        if head and control > len(head) / 200:
            raise NotATable("it is binary")
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            chunk = head
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(SAMPLE_BYTES)
                if b"\0" in chunk:
                    raise NotATable("it holds NUL bytes")
            decoder.decode(b"", final=True)
            return "utf-8"
        except UnicodeDecodeError:
            return "cp1252" if decodes(path, "cp1252") else "latin-1"


def decodes(path: Path, encoding: str) -> bool:
    """True where every byte of a file has a meaning in an encoding."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(SAMPLE_BYTES):
                pass
        return True
    except UnicodeDecodeError:
        return False


def dialect_of(path: Path) -> dict[str, Any]:
    """The reader of a delimited file: delimiter and quoting under which most lines have one width of at least two."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        text = file.read(SAMPLE_BYTES)
        whole = file.read(1) == ""
    if not text.strip():
        raise NotATable("it is empty")
    if not whole and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    skip = preamble(text)
    text = "".join(text.splitlines(keepends=True)[skip:])
    best: tuple[float, int, str] | None = None
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in rows_of(text, delimiter, '"') if row)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        share = count / sum(widths.values())
        # A delimiter under which the first row is unlike the others splits something else, decimal commas for example.
        first = next(len(row) for row in rows_of(text, delimiter, '"') if row)
        share -= 0.5 if first != width else 0.0
        if width >= 2 and (best is None or share > best[0] + 0.02 or (share >= best[0] - 0.02 and width > best[1])):
            best = (share, width, delimiter)
    if best is None and spaced(text):
        best = (1.0, 2, " ")
    delimiter = "," if best is None else best[2]
    quote = "" if best is not None and lost_lines(text, delimiter) else '"'
    rows = [row for row in rows_of(text, delimiter, quote) if row]
    header = has_header(rows)
    names = [] if header else [f"column_{index + 1}" for index in range(max(len(row) for row in rows))]
    decimal = {"decimal": ","} if delimiter != "," and decimal_commas(rows[1:] if header else rows) else {}
    return {
        "format": "csv",
        "files": [],
        "encoding": encoding,
        "delimiter": delimiter,
        "quote": quote,
        "header": header,
        **({} if header else {"names": names}),
        **decimal,
        **({"skip": skip} if skip else {}),
        "missing": MISSING,
    }


def preamble(text: str) -> int:
    """Lines of comment above the table: they begin with `#`, and the last of them is no header, which would be as wide as the line below it."""
    lines = text.splitlines()
    count = next((place for place, line in enumerate(lines) if not line.startswith("#")), 0)
    if count == 0 or count >= len(lines):
        return 0
    alike = any(0 < lines[count - 1].count(delimiter) == lines[count].count(delimiter) for delimiter in DELIMITERS)
    return count - 1 if alike else count


def spaced(text: str) -> bool:
    """Single spaces part every line into equally many cells, most of them numbers: prose is not like this."""
    rows = [row for row in rows_of(text, " ", '"') if row]
    cells = [cell for row in rows[1:200] for cell in row]
    return len(rows) > 2 and len({len(row) for row in rows}) == 1 and len(rows[0]) >= 3 and sum(map(is_number, cells)) >= 0.5 * len(cells)


def rows_of(text: str, delimiter: str, quote: str) -> list[list[str]]:
    """The rows of a text under one way of writing."""
    options: dict[str, Any] = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter, **options))
    except csv.Error:
        return []


def decimal_commas(rows: list[list[str]]) -> bool:
    """More columns are numbers if a comma stands before their fraction than if a point does."""
    commas = points = 0
    for cells in itertools.zip_longest(*rows, fillvalue=""):
        present = [cell.strip() for cell in cells if cell.strip() not in MISSING]
        comma, point, whole = (sum(pattern.fullmatch(cell) is not None for cell in present) for pattern in (WITH_COMMA, WITH_POINT, WHOLE))
        commas += comma >= 10 and comma + whole >= 0.4 * len(present) and point == 0
        points += point > 0 and point + whole >= 0.4 * len(present)
    return commas > points


def lost_lines(text: str, delimiter: str) -> bool:
    """Quotes in the text are no quoting: taken literally every line has one width, taken as quotes lines run together."""
    literal = [row for row in rows_of(text, delimiter, "") if row]
    quoted = [row for row in rows_of(text, delimiter, '"') if row]
    return len(quoted) < len(literal) and len({len(row) for row in literal}) == 1


def has_header(rows: list[list[str]]) -> bool:
    """The first row names columns: no number, no empty cell but the first, and most cells do not come again below them."""
    if len(rows) < 2:
        return True
    first, body = rows[0], rows[1:400]
    if any(is_number(cell) for cell in first) or any(cell.strip() == "" for cell in first[1:]):
        return False
    again = sum(sum(row[index] == cell for row in body if len(row) > index) >= 2 for index, cell in enumerate(first))
    if again >= len(first) / 2:
        return False
    typical = [sum(len(row[index]) for row in body if len(row) > index) / max(1, len(body)) for index in range(len(first))]
    return not any(len(cell) > 60 and length > 30 for cell, length in zip(first, typical))


def is_number(cell: str) -> bool:
    """True for text that reads as a number."""
    try:
        float(cell.replace(",", "."))
        return True
    except ValueError:
        return False


def check_widths(path: Path, reader: dict[str, Any]) -> int:
    """Rows with fewer cells than the header; a row with more raises `NotATable` with its line."""
    short = 0
    options: dict[str, Any] = {"quotechar": reader["quote"]} if reader["quote"] else {"quoting": csv.QUOTE_NONE}
    with path.open(encoding=reader["encoding"], newline="") as file:
        for _ in range(reader.get("skip", 0)):
            file.readline()
        rows = csv.reader(file, delimiter=reader["delimiter"], **options)
        try:
            width = len(reader["names"]) if not reader["header"] else len(next(rows))
            for row in rows:
                if len(row) > width and any(cell for cell in row[width:]):
                    raise NotATable(f"line {rows.line_num} has {len(row)} cells where the header has {width}")
                short += 0 < len(row) < width
        except (csv.Error, StopIteration) as error:
            raise NotATable(f"line {rows.line_num}: {error}") from error
    return short
