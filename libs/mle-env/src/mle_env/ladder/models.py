"""Fits one model and gives what it predicts: class probabilities, or numbers on the target's scale."""

from typing import Any

import lightgbm
import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge, SGDClassifier

from .survival import cox, cox_objective
from .task_spec import TaskSpec

BOOSTING = {"num_threads": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1}
#: Metrics that are nearly squared errors of the logarithm of the target.
LOGARITHMIC = ("rmsle", "mean_poisson_deviance")


def to_scale(spec: TaskSpec, target: np.ndarray) -> np.ndarray:
    """The scale on which the metric is nearly a squared error."""
    return np.log1p(np.maximum(target, 0)) if spec.metric in LOGARITHMIC else target


def from_scale(spec: TaskSpec, prediction: np.ndarray) -> np.ndarray:
    return np.expm1(prediction) if spec.metric in LOGARITHMIC else prediction


def linear(spec: TaskSpec, x: Any, y: np.ndarray, tests: list[Any], strength: float = 1.0) -> list[np.ndarray]:
    """Logistic, Cox, Poisson or ridge regression. `y` holds class codes, coded times or numbers."""
    if spec.event is not None:
        return cox(x, y, tests, strength)
    if spec.classifies:
        if len(np.unique(y)) > 10 and sparse.issparse(x):
            model = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=30, random_state=spec.seed).fit(x, y)
        else:
            model = LogisticRegression(C=strength, max_iter=300, tol=1e-3).fit(x, y)
        return [spread(model.predict_proba(test), model.classes_, int(y.max()) + 1) for test in tests]
    if spec.metric == "mean_poisson_deviance":
        counts = PoissonRegressor(alpha=1.0 / (strength * len(y)), max_iter=300).fit(x, y)
        return [np.minimum(counts.predict(test), 1.25 * y.max()) for test in tests]
    scaled = to_scale(spec, y)
    model = Ridge(alpha=1.0 / strength, solver="sparse_cg" if sparse.issparse(x) and x.shape[1] > 2_000 else "auto", random_state=spec.seed).fit(x, scaled)
    low, high = scaled.min(), scaled.max()
    margin = (high - low) * 0.25
    return [from_scale(spec, np.clip(model.predict(test), low - margin, high + margin)) for test in tests]


def boosted(spec: TaskSpec, x: np.ndarray, y: np.ndarray, tests: list[np.ndarray], categorical: list[int], seed: int, tuned: bool) -> list[np.ndarray]:
    """Boosted trees; `tuned` means more, smaller steps with rows and columns sampled."""
    classes = int(y.max()) + 1 if spec.classifies else 0
    rounds = max(30, (250 if tuned else 100) // max(1, classes // 4))
    settings: dict[str, Any] = {
        **BOOSTING,
        "seed": seed,
        "learning_rate": 0.05 if tuned else 0.1,
        "num_leaves": 15 if len(y) < 3_000 else 31,
        "min_data_in_leaf": 10 if len(y) < 3_000 else 20,
        "max_bin": 127,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "feature_fraction": 0.5 if tuned else 0.8,
        "lambda_l2": 3.0 if tuned else 1.0,
        "max_cat_to_onehot": 8,
    }
    label = y
    if spec.classifies:
        settings |= {"objective": "binary"} if classes <= 2 else {"objective": "multiclass", "num_class": classes}
    elif spec.event is not None:
        settings |= {"objective": cox_objective(y)}
    elif spec.metric == "mean_poisson_deviance":
        settings |= {"objective": "poisson"}
    else:
        settings |= {"objective": "l1" if spec.metric == "mae" else "l2"}
        label = to_scale(spec, y)
    width = x.shape[1]
    data = lightgbm.Dataset(
        x, label=label, categorical_feature=[width + place for place in categorical], params={"verbosity": -1, "max_bin": 127}, free_raw_data=True
    )
    model = lightgbm.train(settings, data, num_boost_round=rounds)
    raw = [np.asarray(model.predict(test, num_threads=1)) for test in tests]
    if spec.classifies:
        return [np.column_stack([1 - p, p]) if p.ndim == 1 else p for p in raw]
    if spec.event is not None:
        return [-p for p in raw]
    return raw if spec.metric == "mean_poisson_deviance" else [from_scale(spec, p) for p in raw]


def spread(probabilities: np.ndarray, seen: np.ndarray, size: int) -> np.ndarray:
    """Probabilities over all class codes, also those that a fold did not hold."""
    full = np.zeros((len(probabilities), size))
    full[:, seen.astype(int)] = probabilities
    return full
