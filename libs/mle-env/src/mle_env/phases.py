"""Tells how long the parts of a job of ours took. It is told beside the result and never in it: documents hold no times."""

import time

#: Parts that are told of one job; names are those of JOB_PHASES (libs/contracts), and others are passed over there.
MOST = 32

_began = time.monotonic()
_parts: list[tuple[str, float, float | None]] = []


def begin() -> None:
    """Starts the clock of a job."""
    global _began
    _began = time.monotonic()
    _parts.clear()


def enter(name: str) -> None:
    """Begins a part, and ends the one before it. What is beyond the most is part of the last."""
    if len(_parts) >= MOST:
        return
    now = time.monotonic()
    _end(now)
    _parts.append((name, now, None))


def told() -> list[tuple[str, int, int]]:
    """Each part with its beginning and end, in milliseconds since the job began."""
    _end(time.monotonic())
    return [(name, round((start - _began) * 1000), round(((end or start) - _began) * 1000)) for name, start, end in _parts]


def _end(now: float) -> None:
    if _parts and _parts[-1][2] is None:
        name, start, _ = _parts[-1]
        _parts[-1] = (name, start, now)
