"""D01 to D03 and D06: prepare.py once more, in other surroundings."""

import hashlib
from pathlib import Path
from typing import Any

from mle_env.describe import load


def rebuild(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Runs /input/package/utils/prepare.py on a view of /input/raw and gives the digests of what it leaves.

    `rawChanged` names raw files whose bytes are not what they were.
    """
    raw = source / "raw"
    before = digests(raw)
    public, private = output / "public", output / "private"
    try:
        load(source / "package" / "utils" / "prepare.py").prepare(raw, public, private)
    except BaseException as error:  # noqa: BLE001 - whatever a stranger's program raises is a measurement
        return {"fault": f"{type(error).__name__}: {error}"[:300], "files": {}, "rawChanged": []}
    after = digests(raw)
    files = {f"data/public/{name}": value for name, value in digests(public).items()} | {f"data/private/{name}": value for name, value in digests(private).items()}
    return {"fault": "", "files": files, "rawChanged": sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))}


def digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()} if folder.is_dir() else {}
