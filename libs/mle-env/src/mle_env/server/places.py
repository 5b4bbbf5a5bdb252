"""Where a job finds its input and may write: fixed folders in a sandbox, folders below a root in a plain process."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """`confined`: in a sandbox, where the scratch folders are file systems of their own."""

    confined: bool
    input: Path
    output: Path
    scratch: tuple[Path, ...]

    @property
    def writable(self) -> tuple[Path, ...]:
        """Every folder a job may write to."""
        return (self.output, *self.scratch)

    def here(self, argument: str) -> str:
        """An argument that names a path of the sandbox, as the path it has here."""
        for folder, path in (("/input", self.input), ("/output", self.output)):
            if argument == folder or argument.startswith(f"{folder}/"):
                return str(path) + argument[len(folder) :]
        return argument


SANDBOX = Places(True, Path("/input"), Path("/output"), (Path("/tmp"), Path("/dev/shm")))


def places_below(root: Path) -> Places:
    """The folders of a plain process; they exist."""
    for name in ("input", "output", "tmp"):
        os.makedirs(root / name, exist_ok=True)
    return Places(False, root / "input", root / "output", (root / "tmp",))
