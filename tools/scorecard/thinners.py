"""Takes rows out of raw files, whatever form they have; the files are changed in place."""

import json
import re
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "libs/mle-env/src"))

from mle_env.ladder.instants import instants
from mle_env.readers import delimited_options, load
from mle_env.readers.ahead import ahead, life, row_times
from mle_env.readers.archives import unpack
from mle_env.readers.log import GRAMMARS, LONGEST_LINE, fields_of, instants_of
from mle_env.readers.media import file_key, read_media

Reader = dict[str, Any]


class Unable(Exception):
    """Raw data of a form that is not thinned; the text says which."""


def thin(reader: Reader, at: Path, kept: np.ndarray) -> None:
    """Leaves the rows of a reader's table that `kept` (one mark a row) says. Raises `Unable`."""
    if reader["format"] not in THINNERS:
        raise Unable(reader["format"])
    THINNERS[reader["format"]](reader, at, kept)


def thin_delimited(reader: Reader, at: Path, kept: np.ndarray) -> None:
    marks = iter(kept)
    for name in reader["files"]:
        options = delimited_options(reader | {"missing": []}) | {"dtype": str, "decimal": "."}
        table = pd.read_csv(at / name, **options)
        above = (at / name).read_text(encoding=reader["encoding"]).splitlines(keepends=True)[: reader.get("skip", 0)]
        text = table[taken(marks, len(table))].to_csv(
            sep=reader["delimiter"], index=False, header=reader["header"], lineterminator="\n", quoting=options.get("quoting", 0)
        )
        (at / name).write_text("".join(above) + text, encoding=reader["encoding"])


def thin_parquet(reader: Reader, at: Path, kept: np.ndarray) -> None:
    marks = iter(kept)
    for name in reader["files"]:
        table = pd.read_parquet(at / name)
        table[taken(marks, len(table))].to_parquet(at / name, index=False)


def thin_sqlite(reader: Reader, at: Path, kept: np.ndarray) -> None:
    table = reader["table"].replace('"', '""')
    with closing(sqlite3.connect(at / reader["files"][0], isolation_level=None)) as connection:
        rows = [row for (row,) in connection.execute(f'SELECT rowid FROM "{table}"')]
        connection.execute("BEGIN")
        connection.executemany(f'DELETE FROM "{table}" WHERE rowid = ?', [(row,) for row, keep in zip(rows, kept) if not keep])
        connection.execute("COMMIT")
        connection.execute("VACUUM")


def thin_json(reader: Reader, at: Path, kept: np.ndarray) -> None:
    marks = iter(kept)
    for name in reader["files"]:
        text = (at / name).read_text(encoding=reader["encoding"])
        if reader["format"] == "jsonl":
            left = "".join(f"{line}\n" for line in text.split("\n") if line.strip() and next(marks))
        else:
            left = json.dumps(records_left(json.loads(text), reader.get("recordPath", []), marks))
        (at / name).write_text(left, encoding=reader["encoding"])


def records_left(value: Any, path: list[str], marks: Iterator[bool]) -> Any:
    """A document with the records below a path of keys that are kept."""
    if path:
        return value | {name: records_left(value[name], path[1:], marks) for name in (list(value) if path[0] == "*" else [path[0]])}
    if not isinstance(value, list):
        raise Unable("json of one record a file")
    return [record for record in value if next(marks)]


def thin_conll(reader: Reader, at: Path, kept: np.ndarray) -> None:
    """Whole sentences; marks of documents stay."""
    marks = iter(kept)
    for name in reader["files"]:
        written: list[str] = []
        sentence: list[str] = []
        for line in [*(at / name).read_text(encoding=reader["encoding"]).split("\n"), ""]:
            if line.startswith("-DOCSTART-"):
                written += [line, ""]
            elif line.split():
                sentence.append(line)
            elif any(len(row.split()) >= 2 for row in sentence):
                written += [*sentence, ""] if next(marks) else []
                sentence = []
        (at / name).write_text("\n".join(written) + "\n", encoding=reader["encoding"])


def thin_media(reader: Reader, at: Path, kept: np.ndarray) -> None:
    """Files, and what the labels say of them."""
    labels = reader.get("labels")
    known = None if labels is None else load(labels["reader"], at)
    # Documents have their text in place of their path.
    paths = read_media(reader | {"kind": "_file"}, at, known)["_file"]
    for path in paths[~kept]:
        (at / path).unlink()
    if known is not None:
        left = {file_key(path, labels["by"]) for path in paths[kept]}
        thin(labels["reader"], at, known[labels["key"]].map(lambda cell: file_key(str(cell), labels["by"]) in left).to_numpy())


def thin_log(reader: Reader, at: Path, kept: np.ndarray) -> None:
    """The lines from the first row that is kept to the end of the last one."""
    times = pd.to_datetime(load(reader, at)["time"])[kept]
    reach = {"lines": 0, "windows": reader.get("horizon", 0), "sessions": 0}[reader["rows"]]
    first, last = times.iloc[0] - pd.Timedelta(seconds=reader.get("context", 0)), times.iloc[-1] + pd.Timedelta(seconds=reach)
    pattern = re.compile(GRAMMARS[reader["grammar"]])
    lines = [(name, line) for name in reader["files"] for line in (at / name).open(encoding=reader["encoding"], errors="surrogateescape", newline="")]
    found = [pattern.match(line.rstrip("\r\n")[:LONGEST_LINE]) for _, line in lines]
    stamps = pd.Series([None if match is None else fields_of(match.groupdict()).get("time") for match in found], dtype="object")
    # Whatever has no time of its own belongs to the line before it.
    own = stamps.dropna()
    moments = instants_of(own, reader["grammar"]).dt.floor("s").reindex(stamps.index).ffill()
    inside = ((moments >= first) & (moments <= last)).to_numpy()
    for name in reader["files"]:
        text = "".join(line for (file, line), keep in zip(lines, inside) if keep and file == name)
        (at / name).write_text(text, encoding=reader["encoding"], errors="surrogateescape", newline="")


def thin_joined(reader: Reader, at: Path, kept: np.ndarray) -> None:
    """Rows of the table that refers to the others; these stay as they are."""
    thin(reader["base"], at, kept)


def thin_ahead(reader: Reader, at: Path, kept: np.ndarray) -> None:
    """Whole things, of which rows that have no outcome are a part."""
    table = load(reader["base"], at)
    names = table[reader["keys"]].astype(str).agg("|".join, axis=1)
    things = names + "|" + life(names, row_times(table, reader["times"], instants), reader).astype(str)
    rows = ahead(table.assign(_thing=things), reader, instants)["_thing"]
    thin(reader["base"], at, things.isin(set(rows[kept])).to_numpy())


def taken(marks: Iterator[bool], size: int) -> np.ndarray:
    return np.fromiter((next(marks) for _ in range(size)), bool, size)


#: By the format of a reader; others are not thinned.
THINNERS = {
    "csv": thin_delimited,
    "parquet": thin_parquet,
    "sqlite": thin_sqlite,
    "json": thin_json,
    "jsonl": thin_json,
    "conll": thin_conll,
    "media": thin_media,
    "log": thin_log,
    "joined": thin_joined,
    "ahead": thin_ahead,
}


def open_archives(raw: Path, at: Path, names: list[str]) -> None:
    """Puts folders of the members in the place of archives. Raises `Unable`."""
    for name in names:
        if not zipfile.is_zipfile(raw / name):
            raise Unable("an archive that is no ZIP file")
        (at / name).unlink()
        unpack(raw / name, at / name)


def close_archives(at: Path, names: list[str]) -> None:
    """Packs the folders again; the same members give the same bytes."""
    for name in names:
        folder, packed = at / name, BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes(), zipfile.ZIP_DEFLATED)
        rmtree(folder)
        folder.write_bytes(packed.getvalue())
