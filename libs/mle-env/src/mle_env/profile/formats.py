"""Names what a file is, from its first bytes and its name."""

import json
import re
from pathlib import Path

from mle_env.readers.log import GRAMMARS

SIGNATURES = [
    (b"PAR1", "parquet"),
    (b"SQLite format 3\0", "sqlite"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"%PDF", "pdf"),
    (b"\x89HDF", "hdf5"),
    (b"\x93NUMPY", "numpy"),
    (b"\xd0\xcf\x11\xe0", "excel"),
    (b"ID3", "mp3"),
    (b"ARROW1", "arrow"),
    (b"Obj\x01", "avro"),
    (b"\x80\x02", "pickle"),
    (b"\x80\x03", "pickle"),
    (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
]
#: Archives, and what is one file in another coat.
ARCHIVES = {"zip", "tar", "gzip", "bzip2", "xz"}
BY_NAME = {
    ".conll": "conll",
    ".log": "log",
    ".arff": "arff",
    ".xml": "xml",
    ".html": "html",
    ".feather": "arrow",
    ".parquet": "parquet",
    ".pkl": "pickle",
    ".rds": "rds",
    ".rda": "rds",
    ".mat": "matlab",
    ".npy": "numpy",
    ".tar": "tar",
    ".tgz": "tar",
}
DOCUMENTATION = re.compile(
    r"^(readme|about|(data_?(set)?_?)?description|licen[cs]e|copying|notice|changelog|citation|data_?dictionary|codebook)\b", re.IGNORECASE
)
TABLE_NAMES = {".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".psv"}


def format_of(path: Path, name: str) -> str:
    """The name of a file's format: csv, json, jsonl, documentation, metadata, or what it is that we do not read."""
    suffix = Path(name).suffix.lower()
    base = Path(name).name.lower()
    if base == "source.json":
        return "metadata"
    if DOCUMENTATION.match(Path(name).stem) and suffix in {"", ".md", ".rst", ".txt", ".html", ".pdf"}:
        return "documentation"
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "empty"
    if head.startswith(b"RIFF"):
        return {b"WAVE": "wav", b"WEBP": "webp"}.get(head[8:12], "riff")
    if head[257:262] == b"ustar":
        return "tar"
    for signature, format_name in SIGNATURES:
        if head.startswith(signature):
            return "excel" if format_name == "zip" and suffix in {".xlsx", ".xlsm"} else format_name
    if suffix in BY_NAME:
        return BY_NAME[suffix]
    if suffix in {".json", ".jsonl", ".ndjson"}:
        return json_kind(path, suffix)
    if suffix in {".md", ".rst"}:
        return "documentation"
    if suffix in TABLE_NAMES and not (suffix == ".txt" and looks_like_conll(head)):
        return "log" if suffix in {".txt", ".data"} and looks_like_log(head) else "text" if suffix == ".txt" and looks_like_prose(head) else "csv"
    if looks_like_conll(head):
        return "conll"
    if looks_like_log(head):
        return "log"
    return "binary" if b"\0" in head else ("text" if suffix == "" else suffix[1:])


def json_kind(path: Path, suffix: str) -> str:
    """`json` for one document, `jsonl` for one a line."""
    if suffix != ".json":
        return "jsonl"
    with path.open("rb") as file:
        first = file.readline(1 << 20).strip()
        second = file.readline(1 << 20).strip()
    try:
        return "jsonl" if isinstance(json.loads(first), dict) and isinstance(json.loads(second), dict) else "json"
    except (ValueError, RecursionError):
        return "json"


def looks_like_log(head: bytes) -> bool:
    """Most lines start with a time stamp, or follow a grammar of logs."""
    lines = head.decode("utf-8", "replace").splitlines()[:-1]
    if len(lines) >= 3 and any(sum(bool(re.match(pattern, line)) for line in lines) > 0.8 * len(lines) for pattern in GRAMMARS.values()):
        return True
    stamps = sum(bool(re.match(r"^\[?(\w{3} +\d+ \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)[^,;\t]", line)) for line in lines)
    return len(lines) >= 3 and stamps > 0.8 * len(lines)


def looks_like_conll(head: bytes) -> bool:
    """Lines of a token and a tag, with empty lines between sentences."""
    lines = head.decode("utf-8", "replace").splitlines()[:-1]
    filled = [line for line in lines if line.strip()]
    tags = sum(bool(re.search(r"[\t ](O|[BI]-\S+)$", line)) for line in filled)
    return len(filled) >= 5 and tags > 0.9 * len(filled)


def looks_like_prose(head: bytes) -> bool:
    """Text without a delimiter that comes equally often in its lines."""
    lines = [line for line in head.decode("utf-8", "replace").splitlines() if line.strip()][:20]
    return bool(lines) and not any(len({line.count(mark) for line in lines}) == 1 and lines[0].count(mark) > 0 and len(lines) > 1 for mark in "\t;|,")
