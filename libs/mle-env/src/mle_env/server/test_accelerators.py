"""What a job may do with the devices of its container. Plain files stand for them: the rules are those of paths."""

import os
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mle_env.server import accelerators
from mle_env.server.child import limit
from mle_env.server.landlock import landlock_version, narrow
from mle_env.server.places import places_below

LIMITS = {"cpuSeconds": 30, "memoryMb": 2048, "processes": 64, "diskMb": 64, "watchMemory": True}


def in_a_child(does: Callable[[], bool]) -> bool:
    """What a function gives in a process of its own."""
    if (pid := os.fork()) == 0:
        code = 2
        try:
            code = 0 if does() else 1
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code < 2
    return code == 0


def opens(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_RDWR))
    except PermissionError:
        return False
    return True


@pytest.fixture
def devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "dev"
    (folder / "nvidia-caps").mkdir(parents=True)
    for name in ("nvidia0", "nvidia-caps/nvidia-cap1", "kvm"):
        (folder / name).touch()
    monkeypatch.setattr(accelerators, "DEVICES", folder)
    return folder


@pytest.mark.skipif(landlock_version() < 1, reason="this kernel has no Landlock")
def test_a_job_opens_accelerators_and_no_other_device(devices: Path, tmp_path: Path) -> None:
    places = replace(places_below(tmp_path / "root"), confined=True)

    def tries() -> bool:
        assert narrow(places, [])
        assert not opens(devices / "kvm")
        with pytest.raises(OSError):
            (devices / "nvidia-caps/more").touch()
        return opens(devices / "nvidia0") and opens(devices / "nvidia-caps/nvidia-cap1")

    assert in_a_child(tries)


def test_addresses_are_unlimited_where_there_is_an_accelerator(devices: Path) -> None:
    def unlimited() -> bool:
        limit(LIMITS, True)
        return resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY

    assert in_a_child(unlimited)
    for path in [devices / "nvidia-caps/nvidia-cap1", devices / "nvidia0"]:
        path.unlink()
    (devices / "nvidia-caps").rmdir()
    assert not in_a_child(unlimited)
