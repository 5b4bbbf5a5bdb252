"""What is there all the time, and what comes and goes."""

import pandas as pd

#: Share of the whole time that the usual thing is there: what is there all the time is a series, and no new ones come.
LONGEST_LIFE = 0.1


def come_and_go(lives: pd.Series, whole: float) -> bool:
    """Whether the usual thing lives a small part of the whole time."""
    return bool(lives.median() <= LONGEST_LIFE * whole)
