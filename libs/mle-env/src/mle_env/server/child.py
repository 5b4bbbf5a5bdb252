"""What a forked child does before and while it runs a job."""

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

from .frames import encode, write_all
from .landlock import narrow

INPUT = Path("/input")
OUTPUT = Path("/output")


def run(job: dict[str, Any], log: int, result: int, input_path: Path, output_path: Path) -> int:
    """Runs one job in this process and gives its exit code; stdout and stderr go to `log`, the value of a call to `result`."""
    os.dup2(log, 1)
    os.dup2(log, 2)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    sys.stdout = os.fdopen(1, "w", buffering=1, errors="replace", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="replace", closefd=False)
    limit(job["limits"])
    surroundings(job.get("environment") or {}, output_path)
    own = [output_path, *([Path("/tmp"), Path("/dev/shm")] if output_path == OUTPUT else [output_path.parent])]
    narrow(own, [input_path, Path(__file__).parents[2]])
    try:
        what = job["run"]
        if "call" in what:
            module, name = what["call"].split(":")
            function = getattr(importlib.import_module(module), name)
            write_all(result, encode(function(what["argument"], input_path, output_path)))
        else:
            script = input_path / what["script"]
            sys.argv = [str(script), *what.get("arguments", [])]
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
        while frames is not None and "script" in job["run"] and not frames.tb_frame.f_code.co_filename.startswith(str(input_path)):
            frames = frames.tb_next
        traceback.print_exception(type(error), error, frames or error.__traceback__)
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def limit(limits: dict[str, Any]) -> None:
    """Sets the limits that hold for each process; groups of processes are the control group's."""
    for kind, value in (
        (resource.RLIMIT_CPU, limits["cpuSeconds"]),
        (resource.RLIMIT_FSIZE, limits["diskMb"] * 1024 * 1024),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_CORE, 0),
        *([(resource.RLIMIT_AS, limits["memoryMb"] * 1024 * 1024)] if limits.get("limitAddressSpace") else []),
    ):
        resource.setrlimit(kind, (value, value))


def surroundings(environment: dict[str, Any], output_path: Path) -> None:
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
    directory = environment.get("directory", str(output_path))
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
