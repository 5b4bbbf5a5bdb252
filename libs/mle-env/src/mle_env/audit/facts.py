"""What a package is about: from its manifest, or inferred from its files where it has none."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mle_env.grade import load_metrics
from mle_env.ladder.scores import SCORES

from .files import Package

PROBABILITY = ("roc_auc", "average_precision", "log_loss")
MINIMIZED = ("log_loss", "rmse", "mae", "rmsle", "mean_poisson_deviance")
CATALOGUE = ("roc_auc", "average_precision", "log_loss", "macro_f1", "quadratic_weighted_kappa", "rmse", "mae", "rmsle", "mean_poisson_deviance")


@dataclass
class Facts:
    """Names and kinds that the measurements need. `metric` is None where it is none of the catalogue."""

    id: str
    target: str
    objective: str
    metric: str | None
    kind: str
    direction: str | None
    optimum: float | None
    classes: list[str] = field(default_factory=list)
    split: dict[str, Any] = field(default_factory=dict)
    group: str | None = None
    time: str | None = None
    entities: list[dict[str, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def described(self) -> dict[str, Any]:
        return {"id": self.id, "target": self.target, "objective": self.objective, "metric": self.metric, "kind": self.kind, "direction": self.direction, "optimum": self.optimum, "classes": self.classes, "group": self.group, "text": self.text}


def given(argument: dict[str, Any]) -> Facts:
    """Facts as a manifest states them."""
    return Facts(**{name: argument.get(name) for name in ("id", "target", "objective", "metric", "kind", "direction", "optimum", "group", "time")}, classes=argument.get("classes") or [], split=argument.get("split") or {}, entities=argument.get("entities") or [], text=argument.get("text") or [])


def inferred(package: Package) -> Facts | None:
    """Facts of a package without a manifest; None where its sample submission is not one id and one answer."""
    sample, answers = package.sample, package.answers
    if sample is None or answers is None or len(sample.columns) != 2 or sample.columns[1] not in answers.columns:
        return None
    identity, target = (str(name) for name in sample.columns)
    values = answers[target].dropna()
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    whole = numeric and bool((values % 1 == 0).all())
    objective = "binary" if numeric and set(values.unique()) <= {0, 1} else "regression" if numeric and not (whole and values.nunique() <= 12) else "ordinal" if numeric else "multiclass"
    name = recognised(package, identity, target, objective)
    texts = [] if package.train is None else [column for column in package.train.columns if column not in (identity, target) and is_prose(package.train[column])]
    return Facts(
        id=identity,
        target=target,
        objective=objective,
        metric=name,
        kind="probability" if name in PROBABILITY else "label" if objective in ("multiclass", "ordinal") else "number",
        direction=None if name is None else "minimize" if name in MINIMIZED else "maximize",
        optimum=None if name is None else 0.0 if name in MINIMIZED else 1.0,
        classes=sorted(str(value) for value in values.unique()) if objective in ("multiclass", "ordinal") else [],
        text=texts,
    )


def is_prose(values: pd.Series) -> bool:
    """Free text: strings of five words and more, on average."""
    return not pd.api.types.is_numeric_dtype(values) and bool(values.dropna().astype(str).head(500).str.split().str.len().mean() >= 5)


def recognised(package: Package, identity: str, target: str, objective: str) -> str | None:
    """The catalogue's metric that gives what metric.py gives on two submissions; None where none does."""
    answers = package.answers
    try:
        metrics = load_metrics(package.metric)
    except Exception:  # noqa: BLE001 - foreign code may fail in any way
        return None
    random = np.random.default_rng(7)
    truth = answers[target].to_numpy()
    candidates = set(CATALOGUE)
    compared = 0
    for _ in range(2):
        if objective == "binary":
            values: np.ndarray = np.round(np.clip(0.3 * truth + 0.7 * random.random(len(truth)), 0, 1), 6)
        elif objective == "regression":
            values = np.abs(truth) + np.round(random.random(len(truth)) * (np.std(truth.astype(float)) + 1), 6)
        else:
            values = np.where(random.random(len(truth)) < 0.7, truth, random.permutation(truth))
        try:
            score = float(metrics.evaluate(answers, pd.DataFrame({identity: answers[identity], target: values})))
        except Exception:  # noqa: BLE001
            continue
        compared += 1
        candidates = {name for name in candidates if agrees(name, truth, values, score)}
    return next((name for name in CATALOGUE if compared > 0 and name in candidates), None)


def agrees(name: str, truth: np.ndarray, values: np.ndarray, score: float) -> bool:
    try:
        with np.errstate(all="ignore"):
            return abs(SCORES[name](truth, values) - score) <= 1e-9 * max(1.0, abs(score))
    except (TypeError, ValueError):
        return False
