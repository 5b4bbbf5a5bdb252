"""D01 to D06: prepare.py and the metric once more, in other surroundings."""

import hashlib
from pathlib import Path
from typing import Any

from mle_env import phases
from mle_env.describe import load
from mle_env.grade import load_metrics
from mle_env.rounding import significant

from .files import Package


def rebuild(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Runs /input/package/utils/prepare.py on a view of /input/raw and gives the digests of what it leaves.

    Argument: {again: also run it into the filled folders, id and target: also score the perfect submission}, each optional.
    `rawChanged` names raw files whose bytes are not what they were, `againChanged` files that the run into filled folders
    left otherwise (null where it ended with an error, which is no fault), `perfect` is the score in this process.
    """
    phases.enter("read")
    raw = source / "raw"
    before = digests(raw)
    phases.enter("prepare")
    public, private = output / "public", output / "private"
    try:
        program = load(source / "package" / "utils" / "prepare.py")
        program.prepare(raw, public, private)
    except BaseException as error:
        return {"fault": f"{type(error).__name__}: {error}"[:300], "files": {}, "rawChanged": [], "againChanged": None, "perfect": None}
    phases.enter("compare")
    files, after = left(public, private), digests(raw)
    changed: list[str] | None = None
    if argument.get("again"):
        try:
            program.prepare(raw, public, private)
            changed = differing(files, left(public, private))
        except BaseException:
            changed = None
    return {
        "fault": "",
        "files": files,
        "rawChanged": differing(before, after),
        "againChanged": changed,
        "perfect": perfect(Package(source / "package"), argument.get("id"), argument.get("target")),
    }


def perfect(package: Package, identity: str | None, target: str | None) -> float | str | None:
    """What the metric gives the answers in this process; the name of the error where it gives none."""
    if identity is None or target is None or package.answers is None:
        return None
    try:
        gold = package.answers[[identity, target]]
        return significant(load_metrics(package.metric).evaluate(package.answers.copy(), gold.copy()), 12)
    except BaseException as error:
        return type(error).__name__


def left(public: Path, private: Path) -> dict[str, str]:
    return {f"data/public/{name}": value for name, value in digests(public).items()} | {
        f"data/private/{name}": value for name, value in digests(private).items()
    }


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def digests(folder: Path) -> dict[str, str]:
    return (
        {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}
        if folder.is_dir()
        else {}
    )
