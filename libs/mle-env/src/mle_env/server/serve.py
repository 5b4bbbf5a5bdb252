"""Serves one job: a child runs it, everything it started is ended, then its outputs are judged."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .attend import Ending, attend
from .child import run
from .collect import Rejected, collect, contents
from .frames import encode
from .host import Host
from .memory import out_of_memory_kills
from .places import Places
from .processes import close_all_but, end_all, unguard
from .scratch import overcrowded, reopen

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Served:
    """What came of a job: its outputs lie where it left them until the scratch is emptied."""

    header: dict[str, Any]
    log: bytes
    result: bytes
    files: list[tuple[str, int]]


def serve(job: dict[str, Any], libc: Any, places: Places, host: Host) -> Served:
    """Runs one job and judges what it left. Nothing of it runs any more."""
    # Outside of a sandbox what the kernel counts is not ours alone.
    kills_now = out_of_memory_kills if places.confined else int
    started, kills = time.monotonic(), kills_now()
    ending = run_in_child(job, libc, places, host, started)
    left_seconds = end_all(places.confined)
    reopen(places)
    status, message, files = judge(ending, job, places)
    header = {
        "id": job["id"],
        "status": status,
        "message": message,
        "exitCode": ending.code if ending.code >= 0 else None,
        "signal": -ending.code if ending.code < 0 else None,
        "peakMemoryMb": ending.peak_mb,
        "cpuSeconds": round(ending.cpu_seconds + left_seconds, 3),
        "outOfMemory": kills_now() > kills,
        "durationMs": round((time.monotonic() - started) * 1000),
        "logBytes": len(ending.log),
        "resultBytes": len(ending.result),
        "outputs": [{"path": path, "bytes": size} for path, size in files],
    }
    return Served(header, ending.log, ending.result, files)


def pieces(served: Served, places: Places) -> Iterator[bytes]:
    """The answer as it goes to the host: a JSON line, then log, result and the bytes of the outputs."""
    yield encode(served.header) + b"\n"
    yield served.log
    yield served.result
    for path, size in served.files:
        yield from contents(places.output, path, size)


def run_in_child(job: dict[str, Any], libc: Any, places: Places, host: Host, started: float) -> Ending:
    """Forks, runs the job in the child and waits for it."""
    log_read, log_write = os.pipe2(os.O_CLOEXEC)
    result_read, result_write = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            unguard(libc)
            # Above all the channel to the host: who holds it can forge the answer of its job.
            close_all_but(log_write, result_write)
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            code = run(job, log_write, result_write, places)
        finally:
            os._exit(code & 0xFF)
    os.close(log_write)
    os.close(result_write)
    return attend(pid, log_read, result_read, job["limits"], started, host, places)


def judge(ending: Ending, job: dict[str, Any], places: Places) -> tuple[str, str, list[tuple[str, int]]]:
    """(status, what was wrong with the outputs, the outputs that are taken)."""
    if ending.status != "ended":
        return ending.status, "", []
    if overcrowded(places):
        return "rejected", "too many files", []
    try:
        return "ended", "", collect(places.output, job["outputs"], job["limits"]["diskMb"] * 1024 * 1024, places.sized)
    except Rejected as reason:
        return "rejected", str(reason), []
