"""Process 1 of a pod: a sandbox that is spoken to over one TCP port instead of pipes.

A host shows the token (`door`), is told what state the server is in, and then

    empty     sends a line {"path", "bytes"} and the bytes for each input, then a line {"order"}; the job runs
    running   waits; it may go away meanwhile and another one may come
    answered  gets the answer as a sandbox gives it; a line {"ack"} takes it out of keeping, and is answered {"clean"}

so that whoever started a job may die without the job: its successor comes with the same token and takes the answer.
"""

import ctypes
import json
import os
import platform
import resource
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST_LINE = 64 * 1024 * 1024
#: What a job finds in its environment: nothing of the pod's.
SURROUNDINGS = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    # The number of a pod's user is in no list of users, where libraries look when they are told no name.
    "LOGNAME": "sandbox",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LOKY_MAX_CPU_COUNT": "1",
}


@dataclass(frozen=True)
class Settings:
    """What a server is told by its environment."""

    port: int
    #: SHA-256 of the token, hexadecimal. The token itself is nowhere in the pod.
    digest: str
    #: How long nobody may be connected before it ends, and how long it may live at all, in seconds.
    idle: float
    life: float
    #: Whether it ends after one job.
    once: bool
    #: Whether it keeps what a job's module imports for the jobs after it.
    keeps: bool

    @staticmethod
    def of(environment: Any) -> "Settings":
        """Throws where something is missing."""
        read = environment.get
        return Settings(
            port=int(read("MLE_ENV_PORT", "7070")),
            digest=environment["MLE_ENV_DOOR"],
            idle=float(read("MLE_ENV_IDLE_SECONDS", "120")),
            life=float(environment["MLE_ENV_LIFE_SECONDS"]),
            once=read("MLE_ENV_ONCE") == "1",
            keeps=read("MLE_ENV_KEEP_IMPORTS") == "1",
        )


class Server:
    """One sandbox and its state."""

    def __init__(self, settings: Settings, places: Any, libc: Any, listener: socket.socket) -> None:
        from mle_env.server.door import Door

        self.settings, self.places, self.libc = settings, places, libc
        self.gaps = gaps_of(places)
        self.state, self.id, self.jobs = "empty", None, 0
        self.served: Any = None
        self.door = Door(listener, settings.digest, self.welcome, time.monotonic() + settings.life)

    def welcome(self) -> bytes:
        """What a host is told first."""
        told = {"state": self.state, "id": self.id, "jobs": self.jobs, "machine": platform.machine(), "gaps": self.gaps}
        return json.dumps(told).encode() + b"\n"

    def run(self) -> str:
        """Serves until nobody comes any more; says why it ended."""
        from mle_env.server.door import Cut, Over

        while True:
            try:
                self.door.admit(self.settings.idle)
                while self.step():
                    pass
                return "its job is done"
            except Cut:
                continue
            except Over:
                return "nobody came" if time.monotonic() < self.door.ends else "its time is over"

    def step(self) -> bool:
        """From one state to the next; False where the server's work is done."""
        if self.state == "empty":
            self.perform(self.receive())
        from mle_env.server.scratch import wipe
        from mle_env.server.serve import pieces

        # Nobody may be there any more: then whoever comes next gets the answer.
        for piece in pieces(self.served, self.places):
            self.door.send(piece)
        if json.loads(self.door.line(LONGEST_LINE, 60.0)).get("ack") != self.id:
            self.door.drop()
            return True
        self.state, self.id, self.served = "empty", None, None
        clean = wipe(self.places) and self.clear()
        self.door.send(json.dumps({"clean": clean}).encode() + b"\n")
        return not self.settings.once

    def receive(self) -> dict[str, Any]:
        """Takes inputs and an order. What was cut leaves nothing behind."""
        from mle_env.server.inputs import Refused, close_folders, lay

        if not self.clear():
            self.refuse("inputs of an earlier job cannot be removed")
        while True:
            # A warm server waits here for its next job, as long as somebody is connected.
            message = json.loads(self.door.line(LONGEST_LINE))
            if "order" in message:
                close_folders(self.places.input)
                return message["order"]
            try:
                lay(self.places.input, message["path"], lambda target, count=message["bytes"]: self.door.copy(count, target))
            except (Refused, OSError) as error:
                self.refuse(str(error)[:500])

    def refuse(self, why: str) -> None:
        """Tells the host why it is sent away; whatever is asked of it then is cut."""
        self.door.send(json.dumps({"refused": why}).encode() + b"\n")
        self.door.drop()

    def perform(self, order: dict[str, Any]) -> None:
        """Runs a job to its end, whoever comes and goes."""
        from mle_env.server.preload import preload
        from mle_env.server.serve import serve

        self.state, self.id, self.jobs = "running", order["id"], self.jobs + 1
        if self.settings.keeps and "call" in order["run"]:
            preload(order["run"]["call"].split(":")[0])
        self.served = serve(order, self.libc, self.places, self.door)
        self.state = "answered"

    def clear(self) -> bool:
        """Empties the input folder."""
        from mle_env.server.scratch import empty

        return empty(self.places.input)


def gaps_of(places: Any) -> list[str]:
    """What this kernel and this container cannot keep jobs from, in words."""
    from mle_env.server.landlock import landlock_version

    version, gaps = landlock_version(), []
    if version < 1:
        gaps.append("no Landlock: a job may change its inputs and write wherever its user may")
    if version < 4:
        gaps.append("no Landlock for TCP: only the filter of system calls and network policies keep a job from the network")
    if version < 6:
        gaps.append("no Landlock for signals")
    if not places.sized:
        gaps.append("scratch folders are no file systems of their own in memory: their size is looked at from time to time")
    return gaps


def main(package: str, root: str | None = None) -> None:
    """Serves until its work is done. `package`: folder that holds mle_env; `root`: where a plain process keeps its folders."""
    sys.path.insert(0, package)
    from mle_env.server.places import places_below, places_of_pod
    from mle_env.server.processes import close_all_but, guard

    settings = Settings.of(os.environ)
    if root is None and os.getpid() != 1:
        raise SystemExit("what ends everything else must be process 1 of a container; a root is needed elsewhere")
    close_all_but()
    places = places_of_pod() if root is None else places_below(Path(root))
    seed = os.environ.get("PYTHONHASHSEED", "0")
    os.environ.clear()
    os.environ.update(SURROUNDINGS, PYTHONHASHSEED=seed, HOME=str(places.output), TMPDIR=str(places.scratch[0]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None)
    guard(libc, places.confined)
    listener = socket.create_server(("" if root is None else "127.0.0.1", settings.port), backlog=64)
    print(f"listening on port {listener.getsockname()[1]}", flush=True)
    server = Server(settings, places, libc, listener)
    print(server.run(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
