"""Reads what a job left in /output as hostile bytes: regular files with plain names and one link, within limits.

Two steps, since nothing of the job runs any more: first every file is judged, then its bytes are read.
"""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

MAX_FILES = 60_000
MAX_DEPTH = 8
SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]{0,199}")
FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
SPARSE_SLACK = 65_536


class Rejected(Exception):
    """An output that is not taken; the text says which and why."""


class Takings:
    """What was judged and found good: path to bytes. `file_system_tells`: the blocks of a file are known at once, as in memory."""

    def __init__(self, max_bytes: int, file_system_tells: bool) -> None:
        self.files: dict[str, int] = {}
        self._left = max_bytes
        self._file_system_tells = file_system_tells

    def add(self, name: str, status: os.stat_result) -> None:
        """Judges one thing that is no folder."""
        if not stat.S_ISREG(status.st_mode):
            raise Rejected(f"{name}: not a regular file")
        if status.st_nlink != 1:
            raise Rejected(f"{name}: has more than one name")
        if name in self.files:
            return
        if status.st_size > self._left:
            raise Rejected(f"{name}: larger than the limit")
        if self._file_system_tells and status.st_blocks * 512 < status.st_size - SPARSE_SLACK:
            raise Rejected(f"{name}: a sparse file")
        self.files[name] = status.st_size
        self._left -= status.st_size


def collect(root: Path, wanted: list[str], max_bytes: int, file_system_tells: bool = True) -> list[tuple[str, int]]:
    """The wanted files (or files below wanted folders) as (path, bytes), sorted by path. Missing ones are left out."""
    takings = Takings(max_bytes, file_system_tells)
    for name in wanted:
        descriptor = open_below(root, name)
        if descriptor is None:
            continue
        try:
            judge(descriptor, name, takings, 0)
        finally:
            os.close(descriptor)
    return sorted(takings.files.items())


def contents(root: Path, name: str, size: int) -> Iterator[bytes]:
    """The bytes of a file that was judged, in pieces."""
    descriptor = open_below(root, name)
    if descriptor is None:
        raise Rejected(f"{name}: is gone")
    with os.fdopen(descriptor, "rb") as file:
        while size > 0:
            piece = file.read(min(size, 1 << 20))
            if not piece:
                raise Rejected(f"{name}: became shorter")
            size -= len(piece)
            yield piece


def open_below(root: Path, name: str) -> int | None:
    """Opens one path below root without ever following a link; None where it does not exist."""
    current = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in name.split("/"):
            if not SAFE_NAME.fullmatch(part):
                raise Rejected(f"{name!r}: no plain path")
            following = os.open(part, FLAGS, dir_fd=current)
            os.close(current)
            current = following
    except FileNotFoundError:
        os.close(current)
        return None
    except OSError as error:
        os.close(current)
        raise Rejected(f"{name}: {error.strerror}") from error
    except Rejected:
        os.close(current)
        raise
    return current


def judge(descriptor: int, name: str, takings: Takings, depth: int) -> None:
    """Takes one file, or every file of one folder, or says why not."""
    status = os.fstat(descriptor)
    if not stat.S_ISDIR(status.st_mode):
        takings.add(name, status)
        return
    if depth >= MAX_DEPTH:
        raise Rejected(f"{name}: folders too deep")
    for entry in names_in(descriptor, name, MAX_FILES - len(takings.files)):
        try:
            inner = os.open(entry, FLAGS, dir_fd=descriptor)
        except OSError as error:
            raise Rejected(f"{name}/{entry}: {error.strerror}") from error
        try:
            judge(inner, f"{name}/{entry}", takings, depth + 1)
        finally:
            os.close(inner)


def names_in(descriptor: int, name: str, most: int) -> list[str]:
    """The names in a folder, sorted; caches of Python are passed over."""
    names = []
    with os.scandir(descriptor) as entries:
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            if not SAFE_NAME.fullmatch(entry.name):
                raise Rejected(f"{name}: a file name with odd characters")
            if len(names) >= most:
                raise Rejected(f"{name}: too many files")
            names.append(entry.name)
    return sorted(names)
