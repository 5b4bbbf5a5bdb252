"""Families L and M14, S27, X10 and X11: files, strict CSV, descriptions."""

import csv
import hashlib
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from .files import Package
from .hidden import spelled_out, told_by_id
from .packages import absent_packages

TABLES = ("data/public/train.csv", "data/public/test.csv", "data/public/sample_submission.csv", "data/private/test_answer.csv")
REQUIRED = (*TABLES, "utils/prepare.py", "utils/metric.py")
NAMED_FILE = re.compile(r"\b[\w-]+\.(?:csv|txt|json|jsonl|parquet|zip|png|jpg|wav|py)\b")
STANDARD = {"submission.csv"}
PUBLIC_TEXTS = (".txt", ".md", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".py", ".html")
PRIVATE_WORDS = re.compile(r"test_answer|data/private|\bprivate/[\w./-]+\.\w+")
CANARY = re.compile(r"\bcanary\b\W{0,3}(?:GUID\W{1,3})?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b", re.I)
PII = {
    "email": re.compile(r"\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b", re.I),
    "phone": re.compile(r"(?<![\w.+-])(?:\+\d{1,3}[ .-]?(?:\(?\d{2,4}\)?[ .-]?){2,4}\d{2,4}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?![\w.-])"),
    "card": re.compile(r"\b(?:\d[ -]?){15}\d\b"),
    "national_id": re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    "secret": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}"),
}


def layout(package: Package, raw: Path | None) -> dict[str, Any]:
    """What is there, what is missing, what is shipped twice, and how strictly each CSV parses."""
    root = package.root
    required = [
        *REQUIRED,
        "data/public/description.txt" if (package.public / "description.txt").exists() or not (root / "description.txt").exists() else "description.txt",
    ]
    missing = [path for path in required if not (root / path).is_file() or (root / path).stat().st_size == 0]
    public, private = files_below(package.public), files_below(package.private)
    seen = {digest(path): path.name for path in public}
    twice = sorted(f"{path.name} = {seen[digest(path)]}" for path in private if digest(path) in seen)
    texts = [path for path in public if path.suffix in PUBLIC_TEXTS]
    references = sorted({path.name for path in texts if PRIVATE_WORDS.search(path.read_text(encoding="utf-8", errors="replace"))})
    irregular = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_symlink() or not (path.is_file() or path.is_dir()))
    irregular += [f"{path.relative_to(root)}: {member}" for path in files_below(root) for member in members_outside(path)]
    named = set(NAMED_FILE.findall(package.description.split("\n## Origin")[0])) - STANDARD
    names = {path.name for path in public}
    return {
        "missing": missing,
        "answersInPublic": [
            *twice,
            *(f"{path.name} spells them out" for path in texts if says(spelled_out, path, package)),
            *(f"{path.name} tells them by their ids" for path in spoken(texts, package) if says(told_by_id, path, package)),
        ],
        "privateReferences": references,
        "irregular": irregular,
        "unreadable": [
            path for path, held in zip(TABLES, (package.train, package.test, package.sample, package.answers)) if held is None and (root / path).is_file()
        ],
        "csv": {str(path.relative_to(root)): strict(path) for path in [*public, *private] if path.suffix == ".csv"},
        "namedButMissing": sorted(named - names - {"metric.py", "prepare.py", "solve.py"} - values_among(package.train, named)),
        "undescribed": sorted(names - named - {"description.txt"}),
        "bytes": sum(path.stat().st_size for path in files_below(root)),
        "files": len(files_below(root)),
        "largest": max((path.stat().st_size for path in files_below(root)), default=0),
        "ratio": max((swelling(path) for path in files_below(root) if path.suffix == ".zip"), default=1.0),
        "canaries": {
            str(path.relative_to(package.public)): CANARY.findall(path.read_text(encoding="utf-8", errors="replace")) for path in spoken(texts, package)
        },
        "absentPackages": absent_packages(package.description),
        "rawFiles": 0 if raw is None else len(files_below(raw)),
        "pii": personal(package),
    }


def spoken(texts: list[Path], package: Package) -> list[Path]:
    """Public texts that people read: those that lie beside the tables and are no tables themselves."""
    return [path for path in texts if path.parent == package.public and path.suffix in (".txt", ".md", ".html")]


def swelling(path: Path) -> float:
    """How many times its own size a ZIP archive unpacks to."""
    try:
        with zipfile.ZipFile(path) as archive:
            return round(sum(member.file_size for member in archive.infolist()) / max(1, path.stat().st_size), 1)
    except (OSError, zipfile.BadZipFile):
        return 1.0


def says(how: Callable[[str, pd.DataFrame, list[str]], bool], path: Path, package: Package) -> bool:
    """Whether a public text holds answers, in one way of holding them."""
    if package.answers is None or package.test is None:
        return False
    return how(path.read_text(encoding="utf-8", errors="replace"), package.answers, [name for name in package.answers if name in package.test])


def values_among(table: pd.DataFrame | None, names: set[str]) -> set[str]:
    """The names that stand in a cell: what a request asked for, say. A description may give them as examples."""
    texts = [] if table is None or not names else [table[column].dropna().astype(str) for column in table if not pd.api.types.is_numeric_dtype(table[column])]
    return {name for name in names if any(text.str.contains(name, regex=False).any() for text in texts)}


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) if folder.is_dir() else []


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def members_outside(path: Path) -> list[str]:
    """Members of an archive that would be unpacked outside of its folder, or as links."""
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                return sorted(name for name in archive.namelist() if escapes(name))
        if path.name.endswith((".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")):
            with tarfile.open(path) as archive:
                return sorted(member.name for member in archive if escapes(member.name) or not (member.isfile() or member.isdir()))
    except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        return [type(error).__name__]
    return []


def escapes(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or name[1:2] == ":"


def strict(path: Path) -> list[str]:
    """What keeps a CSV file from being read the same way by everybody; empty where nothing does."""
    faults = []
    try:
        with path.open("rb") as stream:
            if stream.read(3) == b"\xef\xbb\xbf":
                faults.append("byte order mark")
        csv.field_size_limit(2**27)
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream, strict=True)
            header = next(rows, [])
            if not header or any(name.strip() == "" for name in header):
                faults.append("no header")
            if len(set(header)) != len(header):
                faults.append("column names come twice")
            widths = {len(row) for row in rows}
            if widths - {len(header)}:
                faults.append("rows of different width")
            if not widths:
                faults.append("no rows")
    except UnicodeDecodeError:
        faults.append("not UTF-8")
    except csv.Error as error:
        faults.append(f"not strict CSV: {error}")
    return faults


def personal(package: Package) -> dict[str, int]:
    """How many cells of the public tables look like personal data."""
    found = dict.fromkeys(PII, 0)
    for table in (package.train, package.test):
        if table is None:
            continue
        for name in table.select_dtypes(exclude="number").columns:
            cells = table[name].dropna().astype(str)
            for kind, pattern in PII.items():
                like = cells[cells.str.contains(pattern)]
                found[kind] += sum(any(checked(match[0]) for match in pattern.finditer(cell)) for cell in like) if kind == "card" else len(like)
    return found


def checked(number: str) -> bool:
    """Whether the last digit of a card's number fits the others (Luhn)."""
    digits = [int(digit) for digit in reversed(number) if digit.isdigit()]
    return sum(digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)) % 10 == 0
