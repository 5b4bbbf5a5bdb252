"""What a forked child does before and while it runs a job."""

import base64
import importlib
import locale
import os
import random
import resource
import runpy
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from mle_env import phases

from .accelerators import accelerators
from .frames import encode, write_all
from .landlock import narrow
from .places import Places
from .seccomp import refuse_calls


def run(job: dict[str, Any], log: int, result: int, places: Places) -> int:
    """Runs one job in this process and gives its exit code; stdout and stderr go to `log`, the value of a call to `result`."""
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    if "script" in job["run"]:
        os.close(result)
    sys.stdout = os.fdopen(1, "w", buffering=1, errors="replace", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="replace", closefd=False)
    limit(job["limits"], places.confined)
    surroundings(job["environment"], places)
    narrow(places, [Path(__file__).parents[2]])
    if "seccomp" in job:
        refuse_calls(base64.b64decode(job["seccomp"]))
    try:
        what = job["run"]
        if "call" in what:
            module, name = what["call"].split(":")
            phases.begin()
            phases.enter("import")
            function = getattr(importlib.import_module(module), name)
            write_all(result, encode(function(what["argument"], places.input, places.output)))
            # The host asks for it where all that runs is ours; a stranger's program beside us could say anything.
            if job.get("phases"):
                write_all(result, b"\n" + encode(phases.told()))
        else:
            script = places.input / what["script"]
            sys.argv = [str(script), *map(places.here, what.get("arguments", []))]
            sys.path.insert(0, str(script.parent))
            runpy.run_path(str(script), run_name="__main__")
        return 0
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else (0 if error.code is None else 1)
    except MemoryError:
        sys.stderr.write("MemoryError: the job used more memory than it may\n")
        return 137
    except BaseException as error:
        frames = error.__traceback__
        # What called the program is ours and no concern of its author.
        while frames is not None and "script" in job["run"] and not frames.tb_frame.f_code.co_filename.startswith(str(places.input)):
            frames = frames.tb_next
        traceback.print_exception(type(error), error, frames or error.__traceback__)
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def limit(limits: dict[str, Any], confined: bool) -> None:
    """Sets the limits that hold for each process; those for all together are the control group's, or watched."""
    bounds = [
        # The signal comes first and can be told from a crash; who ignores it is killed a second later.
        (resource.RLIMIT_CPU, limits["cpuSeconds"], limits["cpuSeconds"] + 1),
        (resource.RLIMIT_FSIZE, limits["diskMb"] * 1024 * 1024),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_CORE, 0),
    ]
    # The kernel counts all processes of a user: outside of a sandbox those of the caller too.
    if confined:
        bounds.append((resource.RLIMIT_NPROC, limits["processes"]))
    # Who computes on an accelerator maps its memory and the machine's: what is held is watched, and the container's limit.
    if limits["watchMemory"] and not (confined and accelerators()):
        bounds.append((resource.RLIMIT_AS, limits["memoryMb"] * 1024 * 1024))
    for kind, soft, *hard in bounds:
        most = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, tuple(value if most == resource.RLIM_INFINITY else min(value, most) for value in (soft, *(hard or [soft]))))


def surroundings(environment: dict[str, Any], places: Places) -> None:
    """Changes what a deterministic program must not depend on."""
    if environment.get("timezone"):
        os.environ["TZ"] = environment["timezone"]
        time.tzset()
    if environment.get("locale"):
        os.environ["LC_ALL"] = os.environ["LANG"] = environment["locale"]
        try:
            locale.setlocale(locale.LC_ALL, environment["locale"])
        except locale.Error:
            pass
    os.umask(environment.get("umask", 0o022))
    directory = places.here(environment.get("directory", "/output"))
    os.makedirs(directory, exist_ok=True)
    os.chdir(directory)
    if environment.get("shuffleListings"):
        shuffle_listings()


def shuffle_listings() -> None:
    """Makes every folder listing come in another order than the file system gives."""
    listdir, scandir = os.listdir, os.scandir
    order = random.Random(20_261)

    def shuffled(names: list[Any]) -> list[Any]:
        order.shuffle(names)
        return names

    class Scan:
        def __init__(self, path: Any = ".") -> None:
            with scandir(path) as entries:
                self.entries = iter(shuffled(list(entries)))

        def __iter__(self) -> "Scan":
            return self

        def __next__(self) -> Any:
            return next(self.entries)

        def __enter__(self) -> "Scan":
            return self

        def __exit__(self, *error: object) -> None:
            self.close()

        def close(self) -> None:
            self.entries = iter(())

    os.listdir = lambda path=".": shuffled(sorted(listdir(path), reverse=True))
    os.scandir = Scan
