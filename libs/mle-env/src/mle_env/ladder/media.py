"""Rungs for tasks whose examples are files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from . import images, recordings, sequences
from .models import from_scale, spread, to_scale
from .task_spec import TaskSpec

Extract = Callable[[Path], np.ndarray]
TREES = 300
MOST_FILES = 4_000
#: By kind of file: what the simple, the standard and the strong rung see.
EXTRACTS: dict[str, tuple[Extract, Extract, Extract]] = {
    "image count": (images.colours, images.marks, images.shapes),
    "image": (images.colours, images.edges, images.textures),
    "audio": (recordings.loudness, recordings.cepstra, recordings.course),
    "sequence": (sequences.summaries, sequences.kernel_answers, sequences.summaries),
}
#: Names of the learned rungs by kind of file.
NAMES = {
    "image count": ("colour-histogram-linear", "areas-spots-svm", "areas-spots-blend"),
    "image": ("colour-histogram-linear", "gradients-svm", "gradients-textures-blend"),
    "audio": ("loudness-linear", "cepstra-svm", "cepstra-course-blend"),
    "sequence": ("summary-linear", "random-kernels-linear", "kernels-trees-blend"),
}
#: What the files of one process gave so far.
_known: dict[tuple[str, Path], np.ndarray] = {}


def ladder_of(spec: TaskSpec) -> str:
    """The row of the tables above that a task goes by."""
    kind = spec.media[0][1]
    return f"{kind} {spec.objective}" if f"{kind} {spec.objective}" in EXTRACTS else kind


def features(spec: TaskSpec, table: pd.DataFrame, level: int) -> np.ndarray:
    """What a level of the ladder sees of the files of a table; each file is looked at once in a process."""
    column = spec.media[0][0]
    extract = EXTRACTS[ladder_of(spec)][level]
    rows = []
    for name in table[column]:
        key = (extract.__name__, spec.root / str(name))
        if key not in _known:
            _known[key] = extract(key[1])
        rows.append(_known[key])
    return np.vstack(rows)


def looked_at(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """The rows that are learned from: all, or a sample where looking at all and comparing each with each would take minutes."""
    if len(train) <= MOST_FILES:
        return train, y
    rows = np.random.default_rng(spec.seed).choice(len(train), MOST_FILES, replace=False)
    # Each class stays known.
    rows = np.unique(np.concatenate([rows, np.unique(y, return_index=True)[1]])) if spec.classifies else np.sort(rows)
    return train.iloc[rows], y[rows]


def simple(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    train, y = looked_at(spec, train, y)
    return straight(spec, features(spec, train, 0), y, [features(spec, table, 0) for table in tables])


def standard(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    train, y = looked_at(spec, train, y)
    seen, others = features(spec, train, 1), [features(spec, table, 1) for table in tables]
    return straight(spec, seen, y, others) if spec.media[0][1] == "sequence" else curved(spec, seen, y, others)


def strong(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """The standard rung, another view of the files, and random trees over both, blended."""
    train, y = looked_at(spec, train, y)
    one = standard(spec, train, y, tables, seed)
    seen, others = features(spec, train, 2), [features(spec, table, 2) for table in tables]
    two = curved(spec, seen, y, others)
    both = [np.hstack([features(spec, table, 1), view]) for table, view in zip([train, *tables], [seen, *others])]
    trees = forest(spec, both[0], y, both[1:], seed)
    return [0.4 * a + 0.3 * b + 0.3 * c for a, b, c in zip(one, two, trees)]


def forest(spec: TaskSpec, seen: np.ndarray, y: np.ndarray, others: list[np.ndarray], seed: int) -> list[np.ndarray]:
    """Extremely randomised trees (Geurts et al. 2006), which need few examples."""
    if not spec.classifies:
        return bounded(spec, ExtraTreesRegressor(TREES, min_samples_leaf=3, max_features=0.3, random_state=seed), seen, y, others)
    model = ExtraTreesClassifier(TREES, min_samples_leaf=2, random_state=seed).fit(seen, y)
    return [spread(model.predict_proba(other), model.classes_, int(y.max()) + 1) for other in others]


def straight(spec: TaskSpec, seen: np.ndarray, y: np.ndarray, others: list[np.ndarray]) -> list[np.ndarray]:
    """A linear model."""
    if spec.classifies:
        model: Any = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500, tol=1e-3)).fit(seen, y)
        return [spread(model.predict_proba(other), model.classes_, int(y.max()) + 1) for other in others]
    return bounded(spec, make_pipeline(StandardScaler(), RidgeCV(np.logspace(-1, 4, 12))), seen, y, others)


def curved(spec: TaskSpec, seen: np.ndarray, y: np.ndarray, others: list[np.ndarray]) -> list[np.ndarray]:
    """A support vector machine over standardised columns."""
    if not spec.classifies:
        return bounded(spec, make_pipeline(StandardScaler(), SVR(C=1.0)), seen, y, others)
    model = make_pipeline(StandardScaler(), SVC(C=10.0, decision_function_shape="ovr")).fit(seen, y)
    found = []
    for other in others:
        decision = model.decision_function(other)
        scores = np.column_stack([-decision, decision]) if decision.ndim == 1 else decision
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        found.append(spread(likely / likely.sum(axis=1, keepdims=True), model.classes_, int(y.max()) + 1))
    return found


def bounded(spec: TaskSpec, model: Any, seen: np.ndarray, y: np.ndarray, others: list[np.ndarray]) -> list[np.ndarray]:
    """Numbers from a regression, not far beyond those that it learned from."""
    scaled = to_scale(spec, y)
    centre, width = scaled.mean(), scaled.std() or 1.0
    model.fit(seen, (scaled - centre) / width)
    margin = (scaled.max() - scaled.min()) * 0.25
    return [from_scale(spec, np.clip(model.predict(other) * width + centre, scaled.min() - margin, scaled.max() + margin)) for other in others]
