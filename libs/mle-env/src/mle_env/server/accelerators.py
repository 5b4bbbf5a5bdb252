"""The accelerators that a container was given: whoever computes on one opens its files for writing, and maps more memory than there is."""

from pathlib import Path

DEVICES = Path("/dev")
#: NVIDIA's devices and those of its slices; AMD's and Intel's.
NAMES = ("nvidia*", "kfd", "dri", "accel")


def accelerators() -> list[Path]:
    """Files, and folders of files, below /dev."""
    return [path for name in NAMES for path in sorted(DEVICES.glob(name))]
