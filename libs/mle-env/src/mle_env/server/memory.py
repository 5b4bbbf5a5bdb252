"""The memory that a whole sandbox holds, and how often the kernel took it back by force."""

import os
from pathlib import Path

from .places import Places

#: Where a container sees its own control group, version 2 and 1.
COUNTERS = (Path("/sys/fs/cgroup/memory.events"), Path("/sys/fs/cgroup/memory/memory.oom_control"))
PAGE = os.sysconf("SC_PAGE_SIZE")


def holds_more(places: Places, most_mb: int) -> bool:
    """Whether all processes but this one and the files of the scratch folders together hold more than `most_mb`."""
    most = most_mb * 1024 * 1024
    files = sum(scratch_bytes(folder) for folder in places.writable) if places.sized else 0
    processes = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    # What is resident counts shared pages once for each process; only where that is too much is the true share worth its cost.
    if files + sum(resident(process) for process in processes) <= most:
        return False
    return files + sum(share(process) for process in processes) > most


def scratch_bytes(folder: Path) -> int:
    """Bytes that the file system of a folder holds."""
    status = os.statvfs(folder)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


def resident(process: str) -> int:
    """Bytes of a process that are in memory; 0 once it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def share(process: str) -> int:
    """The same with shared pages divided among those who share them; a process that hides its share counts in full."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return resident(process)
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def out_of_memory_kills() -> int:
    """How often the kernel killed for memory in the control group that this process sees as its own; 0 where it sees none."""
    for counter in COUNTERS:
        try:
            lines = counter.read_text().splitlines()
        except OSError:
            continue
        return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
    return 0
