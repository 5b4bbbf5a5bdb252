"""Where a job finds its input and may write: fixed folders in a sandbox or a pod, folders below a root in a plain process."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The folders of jobs, and what is around them.

    `confined`: no process but ours and theirs is there. `offline`: nobody can be reached over a network.
    `sized`: each scratch folder is a file system of its own, in memory.
    """

    confined: bool
    offline: bool
    sized: bool
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


INPUT, OUTPUT, SCRATCH = Path("/input"), Path("/output"), (Path("/tmp"), Path("/dev/shm"))
SANDBOX = Places(True, True, True, INPUT, OUTPUT, SCRATCH)


def places_of_pod(mounts: str = "/proc/self/mounts") -> Places:
    """The folders of a container, which is alone with its processes and not with its network."""
    with open(mounts) as lines:
        in_memory = {path for _, path, kind, *_ in map(str.split, lines) if kind == "tmpfs"}
    return Places(True, False, in_memory >= {str(folder) for folder in (OUTPUT, *SCRATCH)}, INPUT, OUTPUT, SCRATCH)


def places_below(root: Path) -> Places:
    """The folders of a plain process; they exist."""
    for name in ("input", "output", "tmp"):
        os.makedirs(root / name, exist_ok=True)
    return Places(False, False, False, root / "input", root / "output", (root / "tmp",))
