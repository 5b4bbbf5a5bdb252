"""Scale-free scores by cross-validation: R² for numbers, ROC AUC for two classes, balanced accuracy for more, concordance for times that may be censored."""

from typing import Any

import lightgbm as lgb
import numpy as np
from sklearn.metrics import balanced_accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from mle_env.ladder.scores import concordance_index
from mle_env.ladder.survival import decoded, excess
from mle_env.rounding import significant

SEED = 20_261


def scale(objective: str) -> str:
    """The name of an objective's scale-free score."""
    return {"binary": "roc_auc", "multiclass": "balanced_accuracy", "survival": "concordance"}.get(objective, "r2")


def trivial(target: np.ndarray, objective: str) -> float:
    """The score of a constant."""
    return {"binary": 0.5, "survival": 0.5, "multiclass": 1 / max(1, len(np.unique(target)))}.get(objective, 0.0)


def measured(target: np.ndarray, predicted: np.ndarray, objective: str) -> float:
    """The scale-free score of predictions (probabilities for two classes, codes for more)."""
    if objective == "binary":
        return float(roc_auc_score(target, predicted)) if len(np.unique(target)) == 2 else 0.5
    if objective == "multiclass":
        return float(balanced_accuracy_score(target, predicted))
    if objective == "survival":
        # Whoever knows who was censored knows much of the order: an input may give neither times nor events away.
        time, event = decoded(target)
        told = float(roc_auc_score(event, predicted)) if 0 < event.sum() < len(event) else 0.5
        return max(concordance_index(time, -predicted, event), told)
    return float(r2_score(target, predicted)) if np.var(target) > 0 else 0.0


def folds(target: np.ndarray, objective: str, groups: np.ndarray | None, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rows of train and test of each fold."""
    rows = np.zeros(len(target))
    if groups is not None:
        return list(GroupKFold(count, shuffle=True, random_state=SEED).split(rows, target, groups))
    if objective in {"binary", "multiclass"}:
        return list(StratifiedKFold(count, shuffle=True, random_state=SEED).split(rows, target))
    return list(KFold(count, shuffle=True, random_state=SEED).split(rows))


def tree_score(features: np.ndarray, target: np.ndarray, objective: str, depth: int = 6) -> float:
    """Out-of-fold score of one shallow tree; missing is its own level. Coded times are learned as their excess of events."""
    filled = np.where(np.isnan(features), -1e18, features)
    predicted = np.zeros(len(target))
    for train, test in folds(target, objective, None, 5):
        if objective in {"binary", "multiclass"}:
            weight = "balanced" if objective == "multiclass" else None
            tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=5, class_weight=weight, random_state=SEED).fit(filled[train], target[train])
            predicted[test] = tree.predict_proba(filled[test])[:, -1] if objective == "binary" else tree.predict(filled[test])
        else:
            predicted[test] = (
                DecisionTreeRegressor(max_depth=depth, min_samples_leaf=5, random_state=SEED)
                .fit(filled[train], as_number(target[train], objective))
                .predict(filled[test])
            )
    found = measured(target, predicted, objective)
    if objective != "survival" or filled.shape[1] != 1:
        return found
    # A column that follows the time is told by its own order, which a shallow tree blurs.
    time, event = decoded(target)
    order = concordance_index(time, filled[:, 0], event)
    return max(found, order, 1 - order)


def boosted_scores(features: np.ndarray, target: np.ndarray, objective: str, groups: np.ndarray | None = None, count: int = 4) -> list[float]:
    """Score of each fold of boosted trees."""
    found = []
    for train, test in folds(target, objective, groups, count):
        predicted = boosted(features[train], target[train], features[test], objective)
        found.append(measured(target[test], predicted, objective))
    return found


def by_entity(features: np.ndarray, target: np.ndarray, objective: str, split_by: np.ndarray | None, entity: np.ndarray) -> dict[str, float | None]:
    """Scores of folds like the split's and of folds that keep an entity on one side, with the standard error of the difference."""
    random, grouped = boosted_scores(features, target, objective, split_by), boosted_scores(features, target, objective, entity)
    error = float(np.sqrt(np.var(random, ddof=1) / len(random) + np.var(grouped, ddof=1) / len(grouped)))
    return {"random": significant(float(np.mean(random)), 4), "group": significant(float(np.mean(grouped)), 4), "standardError": significant(error, 4)}


def boosted(train: np.ndarray, target: np.ndarray, test: np.ndarray, objective: str, rounds: int = 80) -> np.ndarray:
    """Predictions of boosted trees: probability of 1, class code, or number."""
    options: dict[str, Any] = {
        "n_estimators": rounds,
        "learning_rate": 0.1,
        "num_leaves": 15,
        "min_child_samples": 10,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
        "random_state": SEED,
    }
    if objective == "binary":
        return lgb.LGBMClassifier(**options).fit(train, target).predict_proba(test)[:, -1]
    if objective == "multiclass":
        return lgb.LGBMClassifier(**(options | {"n_estimators": rounds // 2}), class_weight="balanced").fit(train, target).predict(test)
    return lgb.LGBMRegressor(**options).fit(train, as_number(target, objective)).predict(test)


def as_number(target: np.ndarray, objective: str) -> np.ndarray:
    """What a model for numbers learns."""
    return excess(target) if objective == "survival" else target
