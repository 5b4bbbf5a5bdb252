"""Rungs for tasks whose examples are files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from . import images, recordings, sequences
from .models import boosted, from_scale, spread, to_scale
from .task_spec import TaskSpec

Extract = Callable[[Path], np.ndarray]
COMPONENTS = 120
#: By kind of file: what the simple, the standard and the strong rung see.
EXTRACTS: dict[str, tuple[Extract, Extract, Extract]] = {
    "image": (images.colours, images.edges, images.textures),
    "audio": (recordings.loudness, recordings.cepstra, recordings.course),
    "sequence": (sequences.summaries, sequences.kernel_answers, sequences.summaries),
}
#: Names of the learned rungs by kind of file.
NAMES = {
    "image": ("colour-histogram-linear", "gradients-svm", "gradients-textures-blend"),
    "audio": ("loudness-linear", "cepstra-svm", "cepstra-course-blend"),
    "sequence": ("summary-linear", "random-kernels-linear", "kernels-trees-blend"),
}
_known: dict[tuple[str, Path], np.ndarray] = {}


def features(spec: TaskSpec, table: pd.DataFrame, level: int) -> np.ndarray:
    """What a level of the ladder sees of the files of a table; each file is looked at once in a process."""
    column, kind = spec.media[0]
    extract = EXTRACTS[kind][level]
    rows = []
    for name in table[column]:
        key = (extract.__name__, spec.root / str(name))
        if key not in _known:
            _known[key] = extract(key[1])
        rows.append(_known[key])
    return np.vstack(rows)


def simple(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    return straight(spec, features(spec, train, 0), y, [features(spec, table, 0) for table in tables])


def standard(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    seen, others = features(spec, train, 1), [features(spec, table, 1) for table in tables]
    return straight(spec, seen, y, others) if spec.media[0][1] == "sequence" else curved(spec, seen, y, others, seed)


def strong(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """The standard rung, another view of the files, and trees over the summaries, blended."""
    one = standard(spec, train, y, tables, seed)
    seen, others = features(spec, train, 2), [features(spec, table, 2) for table in tables]
    two = curved(spec, seen, y, others, seed)
    trees = boosted(spec, reduced(seen, seen, seed), y, [reduced(seen, other, seed) for other in others], [], seed, tuned=False)
    return [0.45 * a + 0.4 * b + 0.15 * c for a, b, c in zip(one, two, trees)]


def reduced(seen: np.ndarray, wanted: np.ndarray, seed: int) -> np.ndarray:
    """Few columns: as they are, or the first principal components."""
    if seen.shape[1] <= COMPONENTS:
        return wanted
    size = min(COMPONENTS, len(seen) - 1)
    return PCA(size, random_state=seed).fit(StandardScaler().fit_transform(seen)).transform(StandardScaler().fit(seen).transform(wanted))


def straight(spec: TaskSpec, seen: np.ndarray, y: np.ndarray, others: list[np.ndarray]) -> list[np.ndarray]:
    """A linear model."""
    if spec.classifies:
        model: Any = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500, tol=1e-3)).fit(seen, y)
        return [spread(model.predict_proba(other), model.classes_, int(y.max()) + 1) for other in others]
    return bounded(spec, make_pipeline(StandardScaler(), RidgeCV(np.logspace(-1, 4, 12))), seen, y, others)


def curved(spec: TaskSpec, seen: np.ndarray, y: np.ndarray, others: list[np.ndarray], seed: int) -> list[np.ndarray]:
    """A support vector machine over standardised columns."""
    if not spec.classifies:
        return bounded(spec, make_pipeline(StandardScaler(), SVR(C=3.0)), seen, y, others)
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
