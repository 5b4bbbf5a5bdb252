"""M09: what code does besides computing, told by the interpreter's audit events and the global random state."""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

ACTS = {
    *("subprocess.Popen", "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "shutil.rmtree"),
    *(
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.fork",
        "os.kill",
        "os.remove",
        "os.rename",
        "os.mkdir",
        "os.rmdir",
        "os.putenv",
        "os.chdir",
        "os.chmod",
        "os.link",
        "os.symlink",
        "os.truncate",
    ),
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
# The hook stays for the life of the process; it notes events only while somebody watches.
_watchers: list[set[str]] = []
_hooked = False


@contextmanager
def watched() -> Iterator[set[str]]:
    """Names of the acts that the code inside performs. An audit hook cannot be taken back: this is for processes of one job."""
    global _hooked
    if not _hooked:
        sys.addaudithook(note)
        _hooked = True
    acts: set[str] = set()
    # A seed that an earlier call has set is only seen to be set again where the state has moved on.
    np.random.random(), random.random()
    before = random_state()
    _watchers.append(acts)
    try:
        yield acts
    finally:
        _watchers.remove(acts)
        if random_state() != before:
            acts.add("global random state")


def note(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watchers:
        return
    if event in ACTS or (event == "open" and opens_to_write(arguments)):
        for acts in list(_watchers):
            acts.add("write to a file" if event == "open" else event)


def opens_to_write(arguments: tuple[Any, ...]) -> bool:
    _, mode, flags = arguments
    return bool(set(mode) & set("wax+")) if isinstance(mode, str) else isinstance(flags, int) and bool(flags & WRITING)


def random_state() -> tuple[Any, ...]:
    state = np.random.get_state(legacy=True)
    return random.getstate(), state[1].tobytes(), state[2:]
