"""Process 1 of a sandbox.

Reads jobs as JSON lines from stdin, forks a child for each, and answers on what was stdout when it started: a JSON
line, then the log, then the bytes of the collected files. After each job every other process is killed and all
scratch is emptied before the outputs are read, so no job meets what another left behind.
"""

import ctypes
import gc
import json
import os
import select
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
HEAD = 0.5
SCRATCH = ("/tmp", "/dev/shm", "/output")


def main() -> None:
    """Serves jobs until stdin ends."""
    confined = os.getpid() == 1
    answers = os.dup(1)
    jobs = os.dup(0)
    os.closerange(3, min(answers, jobs))
    os.closerange(max(answers, jobs) + 1, 4096)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    libc = ctypes.CDLL(None)
    if confined:
        # Nothing inside may read this process's memory, descriptors or environment.
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    sys.path.insert(0, sys.argv[1])
    root = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("/")
    # A candidate's program pays for what it imports itself: its sandbox is used once.
    if os.environ.pop("MLE_SMITH_PRELOAD", "") == "1":
        preload()
    gc.collect()
    gc.freeze()
    from mle_env.server.frames import encode, write_all

    write_all(answers, encode({"ready": True}) + b"\n")
    with os.fdopen(jobs, "rb") as lines:
        for line in lines:
            header, payload = serve(json.loads(line), libc, confined, root, jobs)
            write_all(answers, encode(header) + b"\n")
            for chunk in payload:
                write_all(answers, chunk)


def preload() -> None:
    """Imports once what jobs need, so that a fork costs milliseconds."""
    import importlib

    for module in (
        "numpy", "pandas", "scipy.stats", "scipy.sparse", "lightgbm",
        "sklearn.compose", "sklearn.ensemble", "sklearn.feature_extraction.text", "sklearn.impute", "sklearn.linear_model",
        "sklearn.metrics", "sklearn.model_selection", "sklearn.pipeline", "sklearn.preprocessing", "sklearn.tree",
        "sklearn.neighbors", "sklearn.naive_bayes", "sklearn.svm",
    ):
        importlib.import_module(module)
    ours = Path(sys.argv[1]) / "mle_env"
    for path in sorted(ours.rglob("*.py")):
        name = ".".join(path.relative_to(ours.parent).with_suffix("").parts)
        if not path.name.startswith(("test_", "__", "conftest")) and ".server." not in name:
            importlib.import_module(name)
    # pandas resolves much on first use; a tiny frame pays that here and not in each fork.
    import io

    import pandas as pd

    pd.read_csv(io.StringIO("a,b\n1,x\n2,y\n")).groupby("b").mean(numeric_only=True).to_csv(io.StringIO())


def serve(job: dict[str, Any], libc: Any, confined: bool, root: Path, host: int) -> tuple[dict[str, Any], list[bytes]]:
    """Runs one job in a child and gives the answer's header and the bytes that follow it."""
    from mle_env.server.child import run
    from mle_env.server.collect import Rejected, collect

    input_path, output_path = root / "input", root / "output"
    log_read, log_write = os.pipe2(os.O_CLOEXEC)
    result_read, result_write = os.pipe2(os.O_CLOEXEC)
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            # Above all the channel to the host: who holds it can forge the answer of its job.
            close_all_but(log_write, result_write)
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if confined:
                libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
            code = run(job, log_write, result_write, input_path, output_path)
        finally:
            os._exit(code & 0xFF)
    os.close(log_write)
    os.close(result_write)
    status, log, result, code = attend(pid, log_read, result_read, job["limits"], started, host)
    if confined:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
    reap(pid)
    peak = resource_peak_mb()
    header: dict[str, Any] = {"id": job["id"], "status": status, "exitCode": code if code >= 0 else None, "signal": -code if code < 0 else None, "logBytes": len(log), "peakMemoryMb": peak, "outputs": []}
    files: list[tuple[str, bytes]] = []
    if status == "ended":
        try:
            files = collect(output_path, job["outputs"], job["limits"]["diskMb"] * 1024 * 1024)
        except Rejected as reason:
            header["status"] = "rejected"
            header["message"] = str(reason)
    if status == "ended" and result:
        try:
            header["value"] = json.loads(result)
        except ValueError:
            header["status"] = "rejected"
            header["message"] = "the result is not JSON"
    header["clean"] = wipe(root) if confined else wipe_folder(output_path)
    header["outputs"] = [{"path": path, "bytes": len(data)} for path, data in files]
    header["durationMs"] = round((time.monotonic() - started) * 1000)
    return header, [log, *(data for _, data in files)]


def close_all_but(*kept: int) -> None:
    """Closes every descriptor but the standard three and some others."""
    edges = [2, *sorted(kept), 4096]
    for one, other in zip(edges, edges[1:]):
        os.closerange(one + 1, other)


def attend(pid: int, log_read: int, result_read: int, limits: dict[str, Any], started: float, host: int) -> tuple[str, bytes, bytes, int]:
    """Waits for a child under its clock and its log limit: (status, log, result, exit code or minus signal).

    The host sends nothing while a job runs; when its end of the channel closes, it gave up or died, and so does this.
    """
    child = os.pidfd_open(pid)
    head, tail, seen, result = bytearray(), bytearray(), 0, bytearray()
    most = limits["logBytes"]
    deadline = started + limits["wallMs"] / 1000
    status = "ended"
    watched = {child, log_read, result_read}
    code: int | None = None
    while watched:
        left = deadline - time.monotonic()
        ready = select.select({*watched, host}, [], [], max(0, left))[0]
        if host in ready:
            os.kill(pid, signal.SIGKILL)
            os._exit(0)
        if not ready:
            status = "timeout"
            break
        for descriptor in (log_read, result_read):
            if descriptor in ready:
                chunk = os.read(descriptor, 1 << 16)
                if not chunk:
                    watched.discard(descriptor)
                elif descriptor == result_read:
                    result += chunk
                else:
                    seen += len(chunk)
                    room = int(most * HEAD) - len(head)
                    head += chunk[:room] if room > 0 else b""
                    tail = (tail + chunk[max(room, 0) :])[-int(most * (1 - HEAD)) :]
        if seen > most * 10:
            status = "log_limit"
            break
        if child in ready:
            # What the child wrote last is still in the pipes; what its own children may write later is not waited for.
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            watched.discard(child)
            result += drain(result_read, 1 << 28)
            tail = (tail + drain(log_read, most))[-int(most * (1 - HEAD)) :]
            break
    if code is None:
        try:
            os.kill(pid, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        except (ProcessLookupError, ChildProcessError):
            code = -9
    for descriptor in (child, log_read, result_read):
        os.close(descriptor)
    dropped = seen - len(head) - len(tail)
    log = bytes(head) + (f"\n[{dropped} bytes left out]\n".encode() if dropped > 0 else b"") + bytes(tail)
    return status, log, bytes(result), code


def drain(descriptor: int, most: int) -> bytes:
    """What a pipe holds right now, without waiting for more."""
    os.set_blocking(descriptor, False)
    data = bytearray()
    while len(data) < most:
        try:
            chunk = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            break
        if not chunk:
            break
        data += chunk
    return bytes(data)


def reap(pid: int) -> None:
    """Collects every dead process, so that none is left when the outputs are read."""
    while True:
        try:
            os.waitpid(-1, 0)
        except (ChildProcessError, InterruptedError):
            return


def resource_peak_mb() -> float:
    """Largest resident size of any reaped child so far, MB."""
    import resource

    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1)


def wipe(root: Path) -> bool:
    """Empties every place a job can write to; False where something cannot be removed."""
    return all([wipe_folder(Path(folder)) for folder in SCRATCH])


def wipe_folder(folder: Path) -> bool:
    """Empties one folder, whatever permissions its contents have."""
    clean = True
    for entry in os.scandir(folder):
        try:
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.path, 0o700)
                shutil.rmtree(entry.path, onerror=unlock)
            else:
                os.unlink(entry.path)
        except OSError:
            clean = False
    return clean


def unlock(function: Any, path: str, _error: Any) -> None:
    """A folder without permissions is opened, then removed again."""
    os.chmod(os.path.dirname(path), 0o700)
    os.chmod(path, 0o700)
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        function(path)


main()
