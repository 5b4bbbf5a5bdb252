"""The full task of a micro variant, made by the variant's own prepare.py."""

from pathlib import Path
from typing import Any

from mle_env import phases
from mle_env.describe import load


def full(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Prepares /input/raw with /input/package/utils/prepare.py and all training rows into /output/data."""
    program = load(source / "package" / "utils" / "prepare.py")
    phases.enter("prepare")
    program.TRAIN_ROWS = None
    program.prepare(source / "raw", output / "data" / "public", output / "data" / "private")
    return {}
