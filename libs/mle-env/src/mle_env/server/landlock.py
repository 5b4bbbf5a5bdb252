"""Narrows a forked job with Landlock, where the kernel has it: reads the runtime, writes its own folders, signals only its own."""

import ctypes
import os
import sys
from pathlib import Path

from .accelerators import accelerators
from .places import Places

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
REFER, TRUNCATE = 1 << 13, 1 << 14
READ = EXECUTE | READ_FILE | READ_DIR
BIND_AND_CONNECT = 1 << 0 | 1 << 1
ABSTRACT_SOCKETS_AND_SIGNALS = 1 << 0 | 1 << 1
FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE

RUNTIME = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/sys/devices/system/cpu", "/dev")
SINKS = ("/dev/null", "/dev/zero", "/dev/full")


class PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("descriptor", ctypes.c_int32)]


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


def landlock_version() -> int:
    """What the kernel has of Landlock: 0 nothing, 1 to 3 files, 4 TCP too, 6 signals too."""
    return max(0, ctypes.CDLL(None).syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1))


def narrow(places: Places, readable: list[Path]) -> bool:
    """Leaves this process reading below the runtime, `readable` and its input, writing below its own folders. False where the kernel cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = landlock_version()
    if version < 1:
        return False
    write = WRITE_FILE | REMOVE_AND_MAKE | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    # A sandbox has a network of its own with nobody in it; pods and plain processes have that of others.
    handled = Ruleset(READ | write, 0 if places.offline else BIND_AND_CONNECT, ABSTRACT_SOCKETS_AND_SIGNALS)
    known = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(known), 0)
    if ruleset < 0:
        return False
    try:
        for path in [*map(Path, RUNTIME), Path(sys.prefix), Path(sys.base_prefix), *readable, places.input]:
            allow(libc, ruleset, path, READ)
        for path in places.writable:
            allow(libc, ruleset, path, READ | write)
        for path in map(Path, SINKS):
            allow(libc, ruleset, path, READ_FILE | WRITE_FILE | (write & TRUNCATE))
        # Beside others' processes those of the machine are there, not those that a container was given.
        for path in accelerators() if places.confined else []:
            allow(libc, ruleset, path, READ_FILE | READ_DIR | WRITE_FILE)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return libc.syscall(RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    """Adds one rule; a path that is not there needs none."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = PathBeneath(access if path.is_dir() else access & FILE_ONLY, descriptor)
        libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)
