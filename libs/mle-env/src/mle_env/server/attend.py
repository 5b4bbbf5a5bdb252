"""Waits for a job under its clock and its limits."""

import os
import select
import signal
import time
from dataclasses import dataclass
from typing import Any

from .host import Host
from .log import BoundedLog
from .memory import holds_more
from .places import Places

MAX_RESULT = 64 * 1024 * 1024
LOOK_EVERY = 0.1


@dataclass(frozen=True)
class Ending:
    """How a job ended. `status`: `ended` by itself, or which limit ended it; `code`: exit code or minus the signal."""

    status: str
    code: int
    log: bytes
    result: bytes
    peak_mb: float
    cpu_seconds: float


def attend(pid: int, log_read: int, result_read: int, limits: dict[str, Any], started: float, host: Host, places: Places) -> Ending:
    """Takes what a child writes until it ends or reaches a limit. Closes both pipes."""
    child = os.pidfd_open(pid)
    log, result = BoundedLog(limits["logBytes"]), bytearray()
    deadline = started + limits["wallMs"] / 1000
    # A plain process is not alone: what others hold is none of its business.
    watched = limits["watchMemory"] and places.confined
    looks = LOOK_EVERY if watched else None
    waiting = {child, log_read, result_read}
    status = "ended"
    while True:
        left = max(0.0, deadline - time.monotonic())
        hosts = host.descriptors()
        ready = set(select.select(waiting | hosts, [], [], left if looks is None else min(left, looks))[0])
        host.look(ready & hosts, places.confined)
        if log_read in ready and not take(log_read, log.add):
            waiting.discard(log_read)
        if result_read in ready and not take(result_read, result.extend):
            waiting.discard(result_read)
        if child in ready:
            break
        status = exceeded(deadline, log, result, limits)
        if status == "ended" and watched and holds_more(places, limits["memoryMb"]):
            status = "memory"
        if status != "ended":
            os.kill(pid, signal.SIGKILL)
            break
    _, code, usage = os.wait4(pid, 0)
    if status == "ended":
        # What the child wrote last is still in the pipes; what its own children may write later is not waited for.
        drain(result_read, result.extend, MAX_RESULT)
        drain(log_read, log.add, limits["logBytes"])
        # Who ignores the signal is killed a second later.
        if code == signal.SIGXCPU or (code == signal.SIGKILL and usage.ru_utime + usage.ru_stime >= limits["cpuSeconds"]):
            status = "cpu"
    for descriptor in (child, log_read, result_read):
        os.close(descriptor)
    cpu_seconds = round(usage.ru_utime + usage.ru_stime, 3)
    return Ending(status, os.waitstatus_to_exitcode(code), log.text(), bytes(result), round(usage.ru_maxrss / 1024, 1), cpu_seconds)


def exceeded(deadline: float, log: BoundedLog, result: bytearray, limits: dict[str, Any]) -> str:
    """The limit that a running job has reached; `ended` where none."""
    if time.monotonic() >= deadline:
        return "timeout"
    if log.seen > limits["logBytes"] * 10:
        return "log_limit"
    if len(result) > MAX_RESULT:
        return "result_limit"
    return "ended"


def take(descriptor: int, add: Any) -> bool:
    """Moves what a pipe holds, at most 64 KiB; False at its end."""
    chunk = os.read(descriptor, 1 << 16)
    add(chunk)
    return bool(chunk)


def drain(descriptor: int, add: Any, most: int) -> None:
    """Moves what a pipe holds right now, without waiting for more."""
    os.set_blocking(descriptor, False)
    for _ in range(most // (1 << 16) + 1):
        try:
            if not take(descriptor, add):
                return
        except BlockingIOError:
            return
