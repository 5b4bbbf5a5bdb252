"""Empties what a job could write to, so that no job meets what another left behind."""

import os
import shutil
from pathlib import Path
from typing import Any

from .places import Places

MAX_FILES = 200_000
"""More files than this are not removed one by one: the sandbox is thrown away instead."""


def overcrowded(places: Places) -> bool:
    """Whether a job left more files than anybody wants to look at; known only where the folders are file systems of their own."""
    if not places.sized:
        return False
    usage = [os.statvfs(folder) for folder in places.writable]
    return sum(status.f_files - status.f_ffree for status in usage) > MAX_FILES


def reopen(places: Places) -> None:
    """Takes back the permissions that a job took away from its folders."""
    for folder in places.writable:
        try:
            os.chmod(folder, 0o1777 if places.confined else 0o700)
        except OSError:
            pass  # In root mode the folder has another owner, so the job could not change it either.


def wipe(places: Places) -> bool:
    """Empties every folder a job can write to; False where something is left."""
    # A list, so that one folder that resists does not spare the others.
    return not overcrowded(places) and all([empty(folder) for folder in places.writable])  # noqa: C419


def empty(folder: Path) -> bool:
    """Empties one folder, whatever permissions its contents have, and takes off what was hung on it; False where something cannot be removed."""
    try:
        take_off_attributes(folder)
        for entry in list(os.scandir(folder)):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, onerror=unlock)
            else:
                os.unlink(entry.path)
    except (OSError, RecursionError):
        return False
    return True


def take_off_attributes(folder: Path) -> None:
    """Removes the attributes that a job can give to a folder that others made: notes of users, and rights where it is its own."""
    try:
        names = os.listxattr(folder)
    except OSError:
        return  # This file system has none.
    own = os.stat(folder).st_uid == os.geteuid()
    for name in names:
        if name.startswith("user.") or (own and name.startswith("system.posix_acl_")):
            os.removexattr(folder, name)


def unlock(function: Any, path: str, _error: Any) -> None:
    """A folder without permissions is opened, then removed again."""
    os.chmod(os.path.dirname(path), 0o700)
    if os.path.isdir(path) and not os.path.islink(path):
        os.chmod(path, 0o700)
        shutil.rmtree(path)
    else:
        os.unlink(path)
