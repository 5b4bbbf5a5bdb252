"""Lays what a host sends below the input folder of a job: plain files that nobody may write."""

import os
from collections.abc import Callable
from pathlib import Path

LONGEST_PATH = 4096


class Refused(Exception):
    """Something that is not laid out; the text says what and why."""


def lay(root: Path, path: str, fill: Callable[[int], None]) -> None:
    """Makes one file below `root` and has it filled. Throws `Refused`, and what the disk says."""
    parts = path.split("/")
    if len(path) > LONGEST_PATH or any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise Refused(f"{path[:200]!r}: no path below the input")
    try:
        target = root.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except (FileExistsError, NotADirectoryError) as error:
        raise Refused(f"{path[:200]!r}: comes twice") from error
    try:
        fill(descriptor)
        os.fchmod(descriptor, 0o444)
    finally:
        os.close(descriptor)


def close_folders(root: Path) -> None:
    """Takes from all folders below `root` that things may be added to them: more than that the kernel cannot say where all have one user."""
    for folder, names, _ in os.walk(root):
        for name in names:
            os.chmod(os.path.join(folder, name), 0o555)
