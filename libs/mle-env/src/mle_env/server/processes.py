"""Ends what a job started, and keeps process 1 out of its reach."""

import os
import signal
from pathlib import Path
from typing import Any

PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36


def close_all_but(*kept: int) -> None:
    """Closes every descriptor but the standard three and some others, however high its number."""
    for descriptor in [int(name) for name in os.listdir("/proc/self/fd")]:
        if descriptor > 2 and descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError:
                pass  # The one that listed the others.


def guard(libc: Any, confined: bool) -> None:
    """Shuts this process's memory, descriptors and environment to its jobs, and makes orphans its children."""
    # Python's own handler would let a job interrupt process 1; nobody else's signal reaches it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if confined:
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    else:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def unguard(libc: Any) -> None:
    """In a job's own process: it may look at itself, and Ctrl-C interrupts it."""
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def end_all(confined: bool) -> float:
    """Kills every process a job left and waits until none is; the processor time of these, in seconds."""
    if confined:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return reap()
    used = 0.0
    # The children of a killed child become ours, so a few rounds reach all of them.
    while left := children():
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        used += reap()
    return used


def reap() -> float:
    """Waits for every child; the processor time of those that nobody had waited for, in seconds."""
    used = 0.0
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
            used += usage.ru_utime + usage.ru_stime
        except ChildProcessError:
            return used
        except InterruptedError:
            continue


def children() -> list[int]:
    """Children of this process that run or wait to be reaped."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == os.getpid():
            found.append(int(status.parent.name))
    return found
