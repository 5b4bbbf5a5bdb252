"""Rungs for rows that have several labels each: one model a label, over the same features."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold

from .features import Columns, LinearFeatures, TreeFeatures
from .models import boosted, linear
from .task_spec import TaskSpec

FOLDS = 3
THRESHOLDS = np.arange(0.05, 0.65, 0.025)
#: Fewer rows of a kind allow no model of a label.
LEAST_ROWS = 3
Chances = list[np.ndarray]
Each = Callable[[np.ndarray, int], Chances]


def every_label(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> Chances:
    """All labels for every row: of constants, the best for a mean over labels."""
    return [np.ones((len(table), y.shape[1])) for table in tables]


def commonest_set(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> Chances:
    """The labels that stand together most often."""
    sets, counts = np.unique(y, axis=0, return_counts=True)
    return [np.tile(sets[counts.argmax()].astype(float), (len(table), 1)) for table in tables]


def simple(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> Chances:
    return one_by_one(straight(spec, train, tables, words=False), y)


def standard(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> Chances:
    """Weighted words for texts, boosted trees for other inputs."""
    return one_by_one(straight(spec, train, tables, words=True) if only_text(spec, train) else trees(spec, train, tables, seed), y)


def strong(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> Chances:
    """Words and characters blended with trees; each label has the threshold that was best for its F1 in folds of train."""
    held = np.zeros(y.shape)
    for learn, check in KFold(FOLDS, shuffle=True, random_state=seed).split(train):
        held[check] = blended(spec, train.iloc[learn], y[learn], [train.iloc[check]], seed)[0]
    thresholds = np.array([best_threshold(y[:, label], held[:, label]) for label in range(y.shape[1])])
    return [found - thresholds + 0.5 for found in blended(spec, train, y, tables, seed)]


def blended(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> Chances:
    one = one_by_one(straight(spec, train, tables, words=True, characters=True), y)
    other = one_by_one(trees(spec, train, tables, seed), y)
    weight = 0.8 if only_text(spec, train) else 0.4
    return [weight * a + (1 - weight) * b for a, b in zip(one, other)]


def one_by_one(each: Each, y: np.ndarray) -> Chances:
    """The chance of each label, side by side; that of train where a label is too rare, or too common, for a model."""
    found = [each(y[:, label], label) for label in range(y.shape[1])]
    return [np.column_stack(columns) for columns in zip(*found)]


def straight(spec: TaskSpec, train: pd.DataFrame, tables: list[pd.DataFrame], words: bool, characters: bool = False) -> Each:
    features = LinearFeatures(train, Columns(train, spec), words=words, characters=characters)
    x, others = features.transform(train), [features.transform(table) for table in tables]
    strength = 4.0 if words and only_text(spec, train) else 1.0
    return lambda y, _: constant(y, tables) or [found[:, 1] for found in linear(alone(spec), x, y.astype(int), others, strength)]


def trees(spec: TaskSpec, train: pd.DataFrame, tables: list[pd.DataFrame], seed: int) -> Each:
    features = TreeFeatures(train, Columns(train, spec))
    x, others = features.transform(train), [features.transform(table) for table in tables]
    places = features.categorical()
    return lambda y, label: constant(y, tables) or [found[:, 1] for found in boosted(alone(spec), x, y.astype(int), others, places, seed + label, tuned=False)]


def constant(y: np.ndarray, tables: list[pd.DataFrame]) -> Chances | None:
    if min(y.sum(), len(y) - y.sum()) >= LEAST_ROWS:
        return None
    return [np.full(len(table), float(y.mean())) for table in tables]


def alone(spec: TaskSpec) -> TaskSpec:
    """The task of one label."""
    return replace(spec, objective="binary", metric="log_loss")


def only_text(spec: TaskSpec, train: pd.DataFrame) -> bool:
    columns = Columns(train, spec)
    return bool(columns.texts) and not (columns.numbers or columns.dates or columns.categories)


def best_threshold(truth: np.ndarray, chances: np.ndarray) -> float:
    """The chance from which a label is given, such that its F1 is best."""
    scores = [2 * (truth & (chances >= limit)).sum() / max(1, truth.sum() + (chances >= limit).sum()) for limit in THRESHOLDS]
    return float(THRESHOLDS[int(np.argmax(scores))])


def shuffled(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame, random: np.random.Generator, count: int) -> Chances:
    """What models predict that learned from rows whose labels were exchanged."""
    each = straight(spec, train, [test], words=False)
    return [one_by_one(each, random.permutation(y))[0] for _ in range(count)]


def by_place(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    """The labels of the row of train that stands at the same place."""
    return y[(np.arange(len(test)) * len(train)) // len(test)].astype(float)
