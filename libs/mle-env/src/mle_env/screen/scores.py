"""Scale-free scores by cross-validation: R² for numbers, ROC AUC for two classes, balanced accuracy for more, concordance for times that may be censored."""

from collections.abc import Iterator
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.metrics import balanced_accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from mle_env.ladder.scores import concordance_index
from mle_env.ladder.survival import decoded, excess
from mle_env.rounding import significant

SEED = 20_261
FOLDS = 4
#: Blocks of entities of the jackknife.
BLOCKS = 20


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


def folds(target: np.ndarray, objective: str, groups: np.ndarray | None, count: int, seed: int = SEED) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rows of train and test of each fold."""
    rows = np.zeros(len(target))
    if groups is not None:
        return list(GroupKFold(count, shuffle=True, random_state=seed).split(rows, target, groups))
    if objective in {"binary", "multiclass"}:
        return list(StratifiedKFold(count, shuffle=True, random_state=seed).split(rows, target))
    return list(KFold(count, shuffle=True, random_state=seed).split(rows))


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


def boosted_scores(features: np.ndarray, target: np.ndarray, objective: str, groups: np.ndarray | None = None, count: int = FOLDS) -> list[float]:
    """Score of each fold of boosted trees."""
    return [measured(target[test], predicted, objective) for test, predicted in boosted_folds(features, target, objective, groups, count, SEED)]


def out_of_fold(features: np.ndarray, target: np.ndarray, objective: str, groups: np.ndarray | None, seed: int) -> np.ndarray:
    """Predictions of boosted trees for every row by models that have not seen its fold."""
    predicted = np.zeros(len(target))
    for test, values in boosted_folds(features, target, objective, groups, FOLDS, seed):
        predicted[test] = values
    return predicted


def boosted_folds(
    features: np.ndarray, target: np.ndarray, objective: str, groups: np.ndarray | None, count: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The test rows of each fold, with what boosted trees of its other rows predict for them."""
    for train, test in folds(target, objective, groups, count, seed):
        yield test, boosted(features[train], target[train], features[test], objective)


def by_entity(
    features: np.ndarray, target: np.ndarray, objective: str, split_by: np.ndarray | None, entity: np.ndarray, repeats: int = 1
) -> dict[str, float | None]:
    """Scores of folds like the split's and of folds that keep an entity on one side, with the standard error of the difference.

    Both are scored on the same rows; where the first draw of folds shows a gap, with folds drawn anew up to `repeats` times. The
    error is that of a jackknife over blocks of whole entities (Kott 2001, the delete-a-group jackknife: rows of one entity are no
    evidence of their own) and of the draws.
    """
    entities = int(entity.max()) + 1
    blocks = min(BLOCKS, entities)
    block = np.random.default_rng(SEED).permutation(entities)[entity] % blocks
    runs: list[list[np.ndarray]] = []

    def both(rows: np.ndarray) -> np.ndarray:
        """(draw, side) scores on some of the rows."""
        return np.array([[measured(target[rows], predicted[rows], objective) for predicted in run] for run in runs])

    while len(runs) < repeats:
        runs.append([out_of_fold(features, target, objective, groups, SEED + len(runs)) for groups in (split_by, entity)])
        scores = both(np.ones(len(target), bool))
        left = np.array([both(block != one).mean(axis=0) @ [1, -1] for one in range(blocks)])
        error = float(np.sqrt((blocks - 1) / blocks * np.sum((left - left.mean()) ** 2)))
        random, group = scores.mean(axis=0)
        if random - group <= error:
            break
    draws = np.var(scores @ [1, -1], ddof=1) / len(runs) if len(runs) > 1 else 0.0
    return {
        "random": significant(float(random), 4),
        "group": significant(float(group), 4),
        "standardError": significant(float(np.hypot(error, np.sqrt(draws))), 4),
    }


def units_of(values: pd.Series) -> np.ndarray:
    """The entity of each row as a code; rows that name none are alone."""
    codes = pd.factorize(values.astype("string"))[0]
    nameless = codes < 0
    codes[nameless] = codes.max(initial=-1) + 1 + np.arange(nameless.sum())
    return codes


def whole_entities(values: pd.Series, rows: int, least: int) -> np.ndarray:
    """Places of the rows of entities drawn whole until there are so many rows. Of large ones an even share is kept, so that `least` entities
    find room and none is more than a fold: without it there would be little left to learn from.

    A sample of rows would leave few rows of each entity, and with them little of what they tell of each other.
    """
    codes = units_of(values)
    counts = np.bincount(codes)
    most = rows // least
    while most > 1 and most > (whole := counts.clip(max=most).sum()) / FOLDS:
        most = int(whole / FOLDS)
    within = pd.Series(codes).groupby(codes).cumcount().to_numpy()
    step = np.maximum(1, np.ceil(counts / max(1, most)).astype(int))
    kept = within % step[codes] == 0
    drawn = np.random.default_rng(SEED).permutation(len(counts))
    enough = int(np.searchsorted(np.cumsum(np.bincount(codes[kept], minlength=len(counts))[drawn]), rows)) + 1
    return np.flatnonzero(kept & np.isin(codes, drawn[:enough]))


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
