"""The files of a package, read once."""

from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd


class Package:
    """Paths and tables of one package (or of a design, whose data and utils lie alike). A table that cannot be read is None."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.public = root / "data" / "public"
        self.private = root / "data" / "private"
        self.prepare = root / "utils" / "prepare.py"
        self.metric = root / "utils" / "metric.py"

    @cached_property
    def train(self) -> pd.DataFrame | None:
        return table(self.public / "train.csv")

    @cached_property
    def test(self) -> pd.DataFrame | None:
        return table(self.public / "test.csv")

    @cached_property
    def sample(self) -> pd.DataFrame | None:
        return table(self.public / "sample_submission.csv")

    @cached_property
    def answers(self) -> pd.DataFrame | None:
        return table(self.private / "test_answer.csv")

    @cached_property
    def description(self) -> str:
        for path in (self.public / "description.txt", self.root / "description.txt"):
            if path.is_file():
                return path.read_text(encoding="utf-8", errors="replace")
        return ""


def table(path: Path) -> pd.DataFrame | None:
    """A CSV file with inferred types, infinities as missing; None where there is none or it cannot be parsed."""
    try:
        return pd.read_csv(path, low_memory=False).replace([np.inf, -np.inf], np.nan)
    except (OSError, ValueError):
        return None


def answers_of(test: pd.DataFrame, answers: pd.DataFrame, identity: str, target: str) -> pd.Series:
    """The answer of each row of test, by id as text; missing where there is none. Repeated ids give their first."""
    known = answers.assign(_key=answers[identity].astype(str)).drop_duplicates("_key").set_index("_key")[target]
    return known.reindex(test[identity].astype(str)).reset_index(drop=True)
