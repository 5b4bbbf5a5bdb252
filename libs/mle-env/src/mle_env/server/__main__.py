"""Process 1 of a sandbox.

Reads jobs as JSON lines from stdin, forks a child for each, and answers on what was stdout when it started. After each
job every other process is killed before its outputs are read, and all scratch is emptied after.
"""

import ctypes
import json
import os
import sys
from pathlib import Path


def main(package: str, root: str | None = None) -> None:
    """Serves jobs until stdin ends. `package`: folder that holds mle_env; `root`: where a plain process keeps its folders."""
    sys.path.insert(0, package)
    from mle_env.server.frames import encode, write_all
    from mle_env.server.host import PipeHost
    from mle_env.server.places import SANDBOX, places_below
    from mle_env.server.preload import preload
    from mle_env.server.processes import close_all_but, guard
    from mle_env.server.scratch import wipe
    from mle_env.server.serve import pieces, serve

    jobs, answers = os.dup(0), os.dup(1)
    close_all_but(jobs, answers)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    places = SANDBOX if root is None else places_below(Path(root))
    libc = ctypes.CDLL(None)
    guard(libc, places.confined)
    # Beside a stranger's program each job pays for what it imports: its sandbox is used once.
    keeps = os.environ.pop("MLE_SMITH_KEEP_IMPORTS", "") == "1"
    write_all(answers, encode({"ready": True}) + b"\n")
    with os.fdopen(jobs, "rb") as lines:
        for line in lines:
            job = json.loads(line)
            if keeps and "call" in job["run"]:
                preload(job["run"]["call"].split(":")[0])
            for piece in pieces(serve(job, libc, places, PipeHost(jobs)), places):
                write_all(answers, piece)
            write_all(answers, encode({"clean": wipe(places)}) + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
