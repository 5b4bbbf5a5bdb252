"""M15: whether the forms in which other tools load a metric give the same scores as metric.py."""

import importlib.util
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Score = Callable[[pd.DataFrame], float]
DOJO_BASE = "mledojo.metrics.base"


def parity(metrics: Any, source: Path, truth: pd.DataFrame, submissions: list[pd.DataFrame]) -> dict[str, float | None]:
    """For each form the largest difference of its scores to those of `metrics`; None where one refuses what the other scores.

    Forms are the class of metric.py under MLE-Dojo's base, and what lies in /input/exports: mle_bench.py and kaggle.py.
    """
    wanted = [made(lambda offered: metrics.evaluate(truth.copy(), offered), offered) for offered in submissions]
    found = {}
    for name, score in forms(source, truth).items():
        given = [made(score, offered) for offered in submissions]
        same = all((one is None) == (other is None) for one, other in zip(wanted, given))
        found[name] = max((abs(one - other) for one, other in zip(wanted, given) if one is not None and other is not None), default=0.0) if same else None
    return found


def forms(source: Path, truth: pd.DataFrame) -> dict[str, Score]:
    """How each tool would score a submission."""
    dojo = under_dojo(source / "package" / "utils" / "metric.py")
    found: dict[str, Score] = {"mle-dojo": lambda offered: dojo.evaluate(truth.copy(), offered)}
    if (source / "exports" / "mle_bench.py").is_file():
        grade = module_of(source / "exports" / "mle_bench.py").grade
        found["mle-bench"] = lambda offered: grade(offered, truth.copy())
    if (source / "exports" / "kaggle.py").is_file():
        score = module_of(source / "exports" / "kaggle.py").score
        found["kaggle"] = lambda offered: score(truth.assign(Usage="Public"), offered, str(truth.columns[0]))
    return found


def made(score: Score, offered: pd.DataFrame) -> float | None:
    """The score; None where the submission is refused."""
    try:
        return float(score(offered.copy()))
    except Exception:
        return None


def under_dojo(path: Path) -> Any:
    """The metric as MLE-Dojo makes it: its class is one of the base class that the tool has."""

    class CompetitionMetrics:
        def __init__(self, higher_is_better: bool = True) -> None:
            self.higher_is_better = higher_is_better

    class InvalidSubmissionError(Exception):
        """The submission cannot be graded."""

    parts = [DOJO_BASE.rsplit(".", depth)[0] for depth in (2, 1, 0)]
    before = {part: sys.modules.get(part) for part in parts}
    try:
        for part in parts:
            sys.modules[part] = types.ModuleType(part)
        vars(sys.modules[DOJO_BASE]).update(CompetitionMetrics=CompetitionMetrics, InvalidSubmissionError=InvalidSubmissionError)
        module = module_of(path)
    finally:
        for part, module_before in before.items():
            sys.modules.pop(part, None)
            if module_before is not None:
                sys.modules[part] = module_before
    return next(value for name, value in vars(module).items() if isinstance(value, type) and name.endswith("Metrics") and value is not CompetitionMetrics)()


def submissions_of(truth: pd.DataFrame, sample: pd.DataFrame, rung: pd.DataFrame) -> list[pd.DataFrame]:
    """Five submissions: perfect, the sample, half perfect and half the rung's, the answers exchanged among rows, and the rung's."""
    identity, target = rung.columns
    random = np.random.default_rng(15)
    perfect = truth[[identity, target]]
    some = random.random(len(truth)) < 0.5
    noisy = perfect.assign(**{target: [one if first else other for one, other, first in zip(perfect[target], rung[target], some)]})
    permuted = perfect.assign(**{target: random.permutation(perfect[target].to_numpy())})
    return [perfect, sample, noisy, permuted, rung]


def module_of(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(f"form_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"a form of the metric cannot be loaded [path={path.name}]")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
