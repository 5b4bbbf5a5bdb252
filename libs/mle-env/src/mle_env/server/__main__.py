"""Process 1 of a sandbox.

Reads jobs as JSON lines from stdin, forks a child for each, and answers on what was stdout when it started. After each
job every other process is killed before its outputs are read, and all scratch is emptied after.
"""

import ctypes
import gc
import importlib
import io
import json
import os
import sys
from pathlib import Path

PRELOADED = (
    "numpy",
    "pandas",
    "scipy.stats",
    "scipy.sparse",
    "lightgbm",
    "sklearn.compose",
    "sklearn.ensemble",
    "sklearn.feature_extraction.text",
    "sklearn.impute",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "sklearn.tree",
    "sklearn.neighbors",
    "sklearn.naive_bayes",
    "sklearn.svm",
)


def main(package: str, root: str | None = None) -> None:
    """Serves jobs until stdin ends. `package`: folder that holds mle_env; `root`: where a plain process keeps its folders."""
    sys.path.insert(0, package)
    from mle_env.server.frames import encode, write_all
    from mle_env.server.places import SANDBOX, places_below
    from mle_env.server.processes import close_all_but, guard
    from mle_env.server.serve import serve

    jobs, answers = os.dup(0), os.dup(1)
    close_all_but(jobs, answers)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    places = SANDBOX if root is None else places_below(Path(root))
    libc = ctypes.CDLL(None)
    guard(libc, places.confined)
    # A candidate's program pays for what it imports itself: its sandbox is used once.
    if os.environ.pop("MLE_SMITH_PRELOAD", "") == "1":
        preload(Path(package))
    gc.collect()
    gc.freeze()
    write_all(answers, encode({"ready": True}) + b"\n")
    with os.fdopen(jobs, "rb") as lines:
        for line in lines:
            serve(json.loads(line), libc, places, jobs, answers)


def preload(package: Path) -> None:
    """Imports once what jobs need, so that a fork costs milliseconds."""
    for module in PRELOADED:
        importlib.import_module(module)
    for path in sorted((package / "mle_env").rglob("*.py")):
        name = ".".join(path.relative_to(package).with_suffix("").parts)
        if not path.name.startswith(("test_", "__", "conftest")) and ".server." not in name:
            importlib.import_module(name)
    # pandas resolves much on first use; a tiny frame pays that here and not in each fork.
    pandas = importlib.import_module("pandas")
    pandas.read_csv(io.StringIO("a,b\n1,x\n2,y\n")).groupby("b").mean(numeric_only=True).to_csv(io.StringIO())


if __name__ == "__main__":
    main(*sys.argv[1:])
