"""What media files give away besides their content: copies, near copies, traces of how they were made."""

import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from mle_env.ladder.recordings import coefficients
from mle_env.ladder.sequences import values_of
from mle_env.rounding import significant

from .facts import Facts
from .files import Package

#: Fingerprints are compared for at most this many files a side.
MOST_COMPARED = 1_500
SIDE = 16
#: Bits of 256 in which two pictures of one scene differ.
NEAR_BITS = 10
NEAR_SHARE = 0.02
SHOWN = 20


def media(package: Package, facts: Facts) -> dict[str, Any] | None:
    """Copies across sides, near copies (and how near train files are to each other), and traces that should have been taken out."""
    if not facts.media:
        return None
    column, kind = next(iter(facts.media.items()))
    sides = {side: paths(package.public, table[column]) for side, table in (("train", package.train), ("test", package.test))}
    present = {side: [path for path in found if path.is_file()] for side, found in sides.items()}
    train, test = (prints(kind, spread(present[side])) for side in ("train", "test"))
    every = [*present["train"], *present["test"]]
    return {
        "kind": kind,
        "files": len(every),
        "near": significant(near(kind, test, train, same=False), 4),
        "nearWithin": significant(near(kind, train, train, same=True), 4),
        "traces": [f"{path.parent.name}/{path.name}: {found}" for path in every if (found := traces(path))][:SHOWN],
        "named": [str(name) for side, table in (("train", package.train), ("test", package.test)) for name in strangely_named(table, facts.id, column)][:SHOWN],
    }


def paths(public: Path, cells: pd.Series) -> list[Path]:
    return [public / str(cell) for cell in cells]


def spread(files: list[Path]) -> list[Path]:
    return files[:: max(1, -(-len(files) // MOST_COMPARED))]


def digests(public: Path, cells: pd.Series) -> pd.Series:
    """The digest of each file's bytes; of the name where there is no file."""
    return cells.map(lambda cell: hashlib.sha256(path.read_bytes() if (path := public / str(cell)).is_file() else str(cell).encode()).hexdigest())


def prints(kind: str, files: list[Path]) -> np.ndarray:
    """(file, feature): bits of a difference hash for pictures, numbers for the rest."""
    makers = {"image": difference_hash, "audio": sound_print, "sequence": sequence_print}
    return np.vstack([makers[kind](path) for path in files]) if files else np.empty((0, 1))


def difference_hash(path: Path) -> np.ndarray:
    """Whether each cell of a small grey copy is brighter than its neighbour (dHash, 16 × 16 bits)."""
    with Image.open(path) as image:
        grey = np.asarray(image.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.BILINEAR), dtype=np.int16)
    return (grey[:, 1:] > grey[:, :-1]).ravel().astype(np.float32)


def sound_print(path: Path) -> np.ndarray:
    found = coefficients(path)
    return np.concatenate([part.mean(axis=1) if part.shape[1] else np.zeros(len(found)) for part in np.array_split(found, 4, axis=1)])


def sequence_print(path: Path) -> np.ndarray:
    values = values_of(path)
    places = np.linspace(0, len(values) - 1, 32).round().astype(int)
    return values[places].T.ravel()


def near(kind: str, one: np.ndarray, other: np.ndarray, same: bool) -> float:
    """The share of files with another one that differs by next to nothing."""
    if len(one) == 0 or len(other) < 2:
        return 0.0
    if kind == "image":
        distance = one @ (1 - other.T) + (1 - one) @ other.T
        limit = float(NEAR_BITS)
    else:
        scale = other.std(axis=0)
        scaled, known = one / np.where(scale > 0, scale, 1), other / np.where(scale > 0, scale, 1)
        distance = np.sqrt(np.maximum(0, (scaled**2).sum(axis=1)[:, None] + (known**2).sum(axis=1)[None, :] - 2 * scaled @ known.T) / scaled.shape[1])
        limit = NEAR_SHARE
    if same:
        np.fill_diagonal(distance, np.inf)
    return float((distance.min(axis=1) <= limit).mean())


def traces(path: Path) -> str:
    """Parts of a file that hold no content: application segments, comments, text chunks, lists of tags."""
    data = path.read_bytes()
    if data.startswith(b"\xff\xd8"):
        place, found = 2, []
        while place + 4 <= len(data) and data[place + 1] != 0xDA:
            marker = data[place + 1]
            if marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE):
                found.append(f"segment {marker:02X}")
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        end = data.rfind(b"\xff\xd9")
        return ", ".join([*found, *(["bytes after the end"] if len(data) - end > 2 else [])])
    if data.startswith(b"\x89PNG"):
        place, kinds = 8, []
        while place + 12 <= len(data):
            kinds.append(data[place + 4 : place + 8])
            place += 12 + int.from_bytes(data[place : place + 4], "big")
        return ", ".join(sorted({f"chunk {kind.decode('latin-1')}" for kind in kinds} - {f"chunk {kind}" for kind in ("IHDR", "PLTE", "tRNS", "IDAT", "IEND")}))
    if data.startswith(b"RIFF"):
        place, kinds = 12, []
        while place + 8 <= len(data):
            kinds.append(data[place : place + 4])
            size = int.from_bytes(data[place + 4 : place + 8], "little")
            place += 8 + size + size % 2
        return ", ".join(sorted({f"chunk {kind.decode('latin-1').strip()}" for kind in kinds} - {"chunk fmt", "chunk data"}))
    return ""


def strangely_named(table: pd.DataFrame, identity: str, column: str) -> list[str]:
    """Files that are not named by the id of their row, or lie in another folder than most of their side."""
    if identity not in table:
        return []
    cells = table[column].astype(str)
    folders = cells.str.rsplit("/", n=1).str[0].where(cells.str.contains("/"), "")
    usual = folders.mode().iloc[0] if len(folders) else ""
    return [cell for cell, folder, key in zip(cells, folders, table[identity]) if folder != usual or re.sub(r"\.\w+$", "", cell).rsplit("/", 1)[-1] != str(key)]
