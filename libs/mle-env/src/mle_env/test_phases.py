"""What is told of the parts of a job."""

import re
import time
from pathlib import Path

from mle_env import phases

CONTRACT = Path(__file__).parents[4] / "libs" / "contracts" / "src" / "job-phases.ts"


def test_each_part_ends_where_the_next_begins_and_the_last_when_it_is_asked() -> None:
    phases.begin()
    for name in ("read", "fit"):
        phases.enter(name)
        time.sleep(0.005)
    (read, read_from, read_to), (fit, fit_from, fit_to) = phases.told()

    assert (read, fit) == ("read", "fit")
    assert 0 <= read_from < read_to == fit_from < fit_to


def test_no_more_than_so_many_are_told_and_none_of_the_job_before() -> None:
    phases.begin()
    for _ in range(1_000):
        phases.enter("read")
    assert len(phases.told()) == phases.MOST

    phases.begin()
    assert phases.told() == []


def test_every_part_that_is_entered_is_known_to_the_service() -> None:
    (names,) = re.findall(r"JOB_PHASES = \[(.*?)\]", CONTRACT.read_text(), re.S)
    known = set(re.findall(r"'(\w+)'", names))
    entered = {
        name
        for file in Path(phases.__file__).parent.rglob("*.py")
        if not file.name.startswith("test_")
        for name in re.findall(r"phases\.enter\(\"(\w+)\"\)", file.read_text())
    }

    assert entered == known
