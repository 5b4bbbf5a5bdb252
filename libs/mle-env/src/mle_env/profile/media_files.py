"""Finds collections of pictures, recordings, sequences and documents, and what labels them."""

import re
import wave
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from mle_env.readers import load
from mle_env.readers.media import file_key, path_pieces

from .dialect import dialect_of, encoding_of, shared_encoding
from .documentation import name_pattern
from .foreign_keys import joined_reader
from .found_tables import FAULTS, Found

KINDS = {
    **dict.fromkeys(("jpeg", "png", "gif", "bmp", "tiff", "webp"), "image"),
    **dict.fromkeys(("wav", "flac", "ogg", "mp3"), "audio"),
    "csv": "sequence",
    "text": "document",
}
LEAST_FILES = 20
MOST_FILES = 50_000
MOST_PIXELS = 50_000_000
LEAST_WINDOW = 10
MOST_BROKEN = 0.1
MOST_DECODED = 400
LABELLED = 0.9
#: Of files whose names hold a running number: the share that has it alone in its folder, and the numbers from first to last for each file.
SINGLE = 0.95
MOST_SPANNED = 1.25
#: What a number after it is the number of: someone, or an occasion, and not a file.
NAMING = re.compile(r"^(speaker|spk|singer|actor|person|user|subject|subj|patient|pat|participant|session|sess|take|visit|site|scene|camera|cam|run)$", re.I)
ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND"}
#: Ways to tell a file by a cell, the most exact first.
WAYS = ("path", "name", "stem", "number")


class TooManyFiles(Exception):
    """A collection that is too large to be worked with."""


@dataclass
class Collection:
    """Files of one kind that are examples; `broken` names those that cannot be decoded, with the reason."""

    kind: str
    names: list[str]
    folder: str
    suffixes: list[str]
    encode: bool
    broken: dict[str, str]
    #: Sequences: instants of the shortest one, where they differ in length and it is not much shorter than most.
    window: int | None = None

    def claims(self, name: str) -> bool:
        """Whether a file lies and ends as the collection's do."""
        return name.startswith(f"{self.folder}/" if self.folder else "") and name.lower().endswith(tuple(self.suffixes))


def collections(raw: Path, names: list[str], formats: dict[str, str]) -> list[Collection]:
    """Collections of at least 20 files of one kind. CSV files are sequences where that many have one header."""
    found = []
    for kind in ("image", "audio", "document", "sequence"):
        members = [name for name in names if KINDS.get(formats[name]) == kind and (raw / name).stat().st_size > 0]
        if kind == "sequence":
            members = alike(raw, members)
        if len(members) > MOST_FILES:
            raise TooManyFiles(f"it holds {len(members)} {kind} files, more than {MOST_FILES}; take a part of them")
        if len(members) >= LEAST_FILES:
            group = described(raw, kind, members)
            found.append(group)
            group.broken |= {name: f"it is {formats[name]}" for name in formats if name not in members and group.claims(name)}
    return found


def alike(raw: Path, names: list[str]) -> list[str]:
    """The files with the commonest first line and a name that differs from the others' by its number."""
    heads = {}
    for name in names:
        with (raw / name).open("rb") as file:
            heads[name] = (file.readline(4096), re.sub(r"\d+", "#", name))
    if not heads:
        return []
    common, count = Counter(heads.values()).most_common(1)[0]
    return [name for name in names if heads[name] == common] if count >= LEAST_FILES else []


def described(raw: Path, kind: str, names: list[str]) -> Collection:
    """Decodes headers of all files and the content of an even sample, and tells how differently they are written."""
    folders = [PurePosixPath(name).parent.parts for name in names]
    shared: list[str] = []
    for parts in zip(*folders):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    suffixes = sorted({PurePosixPath(name).suffix.lower() for name in names})
    every = max(1, len(names) // MOST_DECODED)
    broken, signatures = {}, set()
    for place, name in enumerate(names):
        try:
            signatures.add(SIGNATURES[kind](raw / name, place % every == 0))
        except Exception as error:
            broken[name] = f"{type(error).__name__}: {error}".replace(str(raw / name), name)[:200]
    encode = len(signatures) > 1 or any(not plain for plain, *_ in signatures)
    return Collection(kind, names, "/".join(shared), suffixes, encode, broken, shortest(raw, names) if kind == "sequence" else None)


def shortest(raw: Path, names: list[str]) -> int | None:
    """Rows of the shortest sequence; None where all are equally long, or where it would leave next to nothing of the others."""
    lengths = sorted((raw / name).read_bytes().rstrip().count(b"\n") for name in names)
    least, median = lengths[0], lengths[len(lengths) // 2]
    return least if least < lengths[-1] and least >= LEAST_WINDOW and least >= 0.25 * median else None


def image_signature(path: Path, decode: bool) -> tuple[Any, ...]:
    """(whether it can be kept as stored, how it is encoded). Raises for pictures that are too large, cut off or none."""
    from PIL import Image

    with Image.open(path) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise ValueError(f"{width} × {height} pixels are more than {MOST_PIXELS}")
        tables = getattr(image, "quantization", None)
        written = (image.format, image.mode, image.info.get("progressive", 0), None if tables is None else tuple(map(tuple, tables.values())))
        turned = image.getexif().get(0x0112, 1) != 1 if image.format in ("JPEG", "PNG", "WEBP") else False
        # A picture that was cut off lacks its end; only decoding tells whether anything else is missing.
        if decode or (image.format in ENDS and ENDS[image.format] not in tail(path)):
            image.load()
    return (written[0] in ("JPEG", "PNG") and not turned, *written)


def tail(path: Path) -> bytes:
    """The last bytes of a file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4_096))
        return file.read()


def audio_signature(path: Path, decode: bool) -> tuple[Any, ...]:
    """(whether its samples can be kept, how it is coded). Raises for recordings that are cut off, empty or none."""
    import soundfile

    facts = soundfile.info(str(path))
    if facts.frames == 0:
        raise ValueError("it has no samples")
    plain = facts.format == "WAV" and facts.subtype in ("PCM_16", "PCM_U8", "PCM_24", "PCM_32")
    if plain:
        with wave.open(str(path), "rb") as recording:
            promised = recording.getnframes() * recording.getnchannels() * recording.getsampwidth()
            if promised > path.stat().st_size:
                raise ValueError("it is cut off")
    elif decode:
        soundfile.read(str(path))
    return plain, facts.format, facts.subtype, facts.channels


def sequence_signature(path: Path, decode: bool) -> tuple[Any, ...]:
    """(whether it is plain CSV, its delimiter)."""
    if not decode:
        return (True, ",")
    found = dialect_of(path)
    return found["delimiter"] == "," and found["encoding"] == "utf-8", found["delimiter"]


def document_signature(path: Path, decode: bool) -> tuple[Any, ...]:
    encoding_of(path)
    return (True,)


SIGNATURES = {"image": image_signature, "audio": audio_signature, "sequence": sequence_signature, "document": document_signature}


def media_table(raw: Path, collection: Collection, tables: list[Found], documentation: str) -> tuple[Found, list[Found]]:
    """The table of a collection, and the tables that label it."""
    good = [name for name in collection.names if name not in collection.broken]
    labels, used = labels_of(raw, collection, good, tables)
    encodings = {encoding_of(raw / name) for name in good} if collection.kind == "document" else set()
    reader: dict[str, Any] = {
        "format": "media",
        "kind": collection.kind,
        "files": [name for table in used for name in table.reader["files"]],
        "folder": collection.folder,
        "suffixes": collection.suffixes,
        "parts": parts_of(good, collection.folder, documentation),
        "broken": sorted(collection.broken),
        "encode": collection.encode,
        **({"window": collection.window} if collection.kind == "sequence" else {}),
        **({"encoding": shared_encoding(encodings)} if encodings else {}),
        **({"labels": labels} if labels else {}),
    }
    issues = [{"code": "broken_file", "message": f"{name}: {reason}"} for name, reason in sorted(collection.broken.items())[:20]]
    plural = {"image": "images", "audio": "recordings", "sequence": "sequences", "document": "documents"}
    return Found(plural[collection.kind], reader, issues), used


def parts_of(names: list[str], folder: str, documentation: str) -> list[dict[str, Any]]:
    """The pieces of paths that come again in several files, named by the documentation's pattern where it gives one."""
    found = []
    for of in ("folder", "stem"):
        pieces = [path_pieces(name, folder, of) for name in names]
        width = min(map(len, pieces), default=0)
        stated = name_pattern(documentation, width) if of == "stem" else None
        levels = [(place, len({piece[place] for piece in pieces})) for place in range(width)]
        varying = [place for place, distinct in levels if 2 <= distinct <= 0.5 * len(names)]
        if of == "stem" and not stated:
            varying = [place for place in varying if not counts_files(pieces, place, names)]
        for place in varying:
            plain = "label" if of == "folder" and len(varying) == 1 else of
            name = stated[place] if stated else plain if len(varying) == 1 else f"{plain}_{place + 1}"
            found.append({"name": name, "of": of, "place": place})
    return found


def counts_files(pieces: list[list[str]], place: int, names: list[str]) -> bool:
    """Whether a piece of names is but a running number that begins again in each folder, or in a flat collection for each value of the other piece.

    It is a number that (nearly) no two files of one folder share and that leaves few numbers out. A session or a take
    has several files in a folder, or is missing in some; one that is called so ("speaker_07", "session3") names something.
    """
    folders: list[str] = [PurePosixPath(name).parent.as_posix() for name in names]
    told = [re.fullmatch(r"([^\W\d]*)(\d+)", piece[place]) for piece in pieces]
    if len(set(folders)) == 1:
        others = [[part for at, part in enumerate(piece) if at != place] for piece in pieces]
        folders = ["".join(part) for part in others] if {len(part) for part in others} == {1} else folders
    numbers: dict[tuple[str, str], list[int]] = {}
    for piece, folder, match in zip(pieces, folders, told):
        before = "" if place == 0 else piece[place - 1]
        if match is None or NAMING.search(before) or NAMING.search(match[1]):
            return False
        numbers.setdefault((folder, match[1]), []).append(int(match[2]))
    once = sum(len(set(held)) for held in numbers.values())
    spans = sum(max(held) - min(held) + 1 for held in numbers.values())
    bare = all(len(piece) == 1 and piece[0].isdigit() for piece in pieces)
    few = max(map(max, numbers.values())) < 2 * len(names) if bare and once == len(names) else spans <= MOST_SPANNED * len(names)
    return once >= SINGLE * len(names) and few


def labels_of(raw: Path, collection: Collection, names: list[str], tables: list[Found]) -> tuple[dict[str, Any] | None, list[Found]]:
    """The tables with a row (or some rows) for each file: how a cell names a file, and how the tables are read together."""
    own = set(collection.names)
    matches: list[tuple[Found, str, str, bool, pd.DataFrame]] = []
    for table in tables:
        if own & set(table.reader["files"]):
            continue
        try:
            content = load(table.reader, raw)
        except FAULTS:
            continue
        match = key_of(content, names)
        if match is not None:
            matches.append((table, *match, content))
    if not matches:
        return None, []
    first, key, by, repeated, content = matches[0]
    if repeated:
        kinds = [name for name in content.columns if name != key and 2 <= content[name].nunique() <= 12 and not pd.api.types.is_float_dtype(content[name])]
        return ({"reader": first.reader, "key": key, "by": by, "counts": str(kinds[0])}, [first]) if kinds else (None, [])
    others = [(table, other) for table, other, how, again, _ in matches[1:] if how == by and not again]
    reader = (
        first.reader
        if not others
        else joined_reader(first.reader, [{"reader": table.reader, "reference": key, "key": other, "prefix": ""} for table, other in others])
    )
    return {"reader": reader, "key": key, "by": by}, [first, *(table for table, _ in others)]


def key_of(table: pd.DataFrame, names: list[str]) -> tuple[str, str, bool] | None:
    """(column that names files, by what, whether a file has several rows); None where no column does."""
    for how in WAYS:
        keys = {file_key(name, how) for name in names}
        if len(keys) < LABELLED * len(names):
            continue
        for column in table.columns:
            cells = table[column].dropna().astype(str)
            if how == "number" and (not re.search(r"id|no|number|index|file|sequence|name", str(column), re.IGNORECASE) or cells.duplicated().any()):
                continue
            given = {file_key(cell, how) for cell in cells}
            if len(given & keys) >= LABELLED * len(keys) and len(given & keys) >= LABELLED * len(given):
                return str(column), how, bool(cells.duplicated().any())
    return None
