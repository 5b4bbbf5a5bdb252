"""Who a job is run for, as the loop that waits for the job sees it."""

import os
from typing import Protocol

from .processes import end_all


class Host(Protocol):
    """Whoever sends jobs. It sends nothing while one runs."""

    def descriptors(self) -> set[int]:
        """What to wait for besides the job."""

    def look(self, ready: set[int], confined: bool) -> None:
        """Sees to those of its descriptors that something happened at."""


class PipeHost:
    """One program that holds the sandbox: when its end of the channel closes, it gave up or died, and so does this."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs

    def descriptors(self) -> set[int]:
        """The pipe that jobs come by."""
        return {self._jobs}

    def look(self, ready: set[int], confined: bool) -> None:
        """Ends everything: nothing but the end can come."""
        if ready:
            end_all(confined)
            os._exit(0)
