"""Unpacks archives as if each were a folder of its own name."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
from pathlib import Path
from typing import Any

MOST_MEMBERS = 100_000
MOST_BYTES = 2**30
MOST_RATIO = 1_000
PIECE = 2**20


class UnsafeArchive(Exception):
    """An archive that is not unpacked; the text says why."""


def unpacked(raw: Path, names: list[str], scratch: Path) -> Path:
    """A folder with the files of `raw`, and with `data.zip/…` for the members of `data.zip`. Raises `UnsafeArchive`."""
    for path in sorted(raw.rglob("*")):
        name = path.relative_to(raw).as_posix()
        if path.is_file() and name not in names:
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            (scratch / name).symlink_to(path.resolve())
    for name in names:
        unpack(raw / name, scratch / name)
    return scratch


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks one archive into a new folder: regular files only, within limits of number, size and ratio."""
    room = min(MOST_BYTES, MOST_RATIO * max(archive.stat().st_size, 1_024))
    name = archive.name.lower()
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as members:
                if len(members.infolist()) > MOST_MEMBERS:
                    raise UnsafeArchive(f"it holds more than {MOST_MEMBERS} members")
                for count, member in enumerate(members.infolist()):
                    if member.flag_bits & 1:
                        raise UnsafeArchive("it is protected by a password")
                    kind = (member.external_attr >> 16) & 0o170000
                    if kind not in (0, 0o100000, 0o040000):
                        raise UnsafeArchive(f"{member.filename} is a link or a device")
                    if not member.is_dir():
                        with members.open(member) as source:
                            room -= unpack_member(source, inside(folder, member.filename, count), room)
        elif ".tar" in name or name.endswith((".tgz", ".tbz2", ".txz")):
            with tarfile.open(archive) as members:
                for count, member in enumerate(members):
                    if not (member.isfile() or member.isdir()):
                        raise UnsafeArchive(f"{member.name} is a link or a device")
                    if member.isfile():
                        room -= unpack_member(members.extractfile(member), inside(folder, member.name, count), room)
        else:
            opened = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}[archive.suffix.lower()]
            with opened(archive) as source:
                unpack_member(source, inside(folder, archive.stem, 0), room)
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, NotImplementedError, KeyError, RuntimeError) as error:
        # The text of a fault of the file system names places on this machine.
        said = (
            error.strerror
            if isinstance(error, OSError) and error.strerror
            else "it has another format than its name says"
            if isinstance(error, KeyError)
            else error
        )
        raise UnsafeArchive(f"it is damaged: {said}") from error


def inside(folder: Path, name: str, count: int) -> Path:
    """The place of a member below the folder; it may not be outside."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
        raise UnsafeArchive(f"{name} would lie outside of its folder")
    if count >= MOST_MEMBERS:
        raise UnsafeArchive(f"it holds more than {MOST_MEMBERS} members")
    path = folder.joinpath(*[part for part in parts if part not in ("", ".")])
    if path.exists():
        raise UnsafeArchive(f"it holds {name} twice")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def unpack_member(source: Any, path: Path, room: int) -> int:
    """Copies one member, at most `room` bytes; gives how many there were."""
    written = 0
    with path.open("wb") as target:
        while piece := source.read(PIECE):
            written += len(piece)
            if written > room:
                raise UnsafeArchive("it unpacks to far more than its size, or than can be kept")
            target.write(piece)
    return written
