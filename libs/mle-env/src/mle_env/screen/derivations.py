"""Finds a target that can be recomputed from other columns: unit conversion, sum, difference, product, ratio, bins."""

from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier

EXACT_SHARE = 0.95
"""Of the rows that a formula gives within rounding: a few exceptions do not make the rest worth predicting."""
MOST_LEVELS = 20
MOST_MAJORITY = 0.6
MOST_COMBINED = 200


def derivations(target: np.ndarray, numeric: dict[str, np.ndarray]) -> list[dict[str, object]]:
    """Every formula over at most three columns that gives the target, within rounding, on 95 % of the rows."""
    step = resolution(target)
    known = {name: values for name, values in numeric.items() if np.isfinite(values).mean() > 0.5 and len(np.unique(values[np.isfinite(values)])) > 2}
    found: list[dict[str, object]] = []
    for name, values in known.items():
        filled = np.isfinite(values) & np.isfinite(target)
        if filled.sum() > 50:
            slope, offset = np.polyfit(values[filled], target[filled], 1) if np.std(values[filled]) > 0 else (0.0, 0.0)
            if agrees(target, slope * values + offset, step):
                found.append({"kind": "conversion", "columns": [name]})
    promising = sorted(known, key=lambda name: -abs_correlation(known[name], target))[:12]
    for one, two in combinations(promising, 2):
        a, b = known[one], known[two]
        with np.errstate(all="ignore"):
            formulas = {"sum": a + b, "difference": a - b, "reverse_difference": b - a, "product": a * b, "ratio": a / b, "reverse_ratio": b / a}
        for kind, values in formulas.items():
            if agrees(target, values, step):
                found.append({"kind": kind, "columns": [one, two]})
    for three in combinations(promising[:8], 3):
        if agrees(target, sum(known[name] for name in three), step):
            found.append({"kind": "sum", "columns": list(three)})
    told = {frozenset(entry["columns"]) for entry in found}
    return found + [entry for entry in combined(target, known, step) if frozenset(entry["columns"]) not in told]


def combined(target: np.ndarray, known: dict[str, np.ndarray], step: float) -> list[dict[str, object]]:
    """A sum or difference of at most three columns, found by least squares over all: its parts need not go with the target alone."""
    names = [name for name, values in known.items() if np.isfinite(values).mean() >= 0.99][:MOST_COMBINED]
    rows = np.isfinite(target) & np.all([np.isfinite(known[name]) for name in names], axis=0) if names else np.zeros(len(target), bool)
    if rows.sum() < 2 * len(names) + 50:
        return []
    table = np.column_stack([*(known[name][rows] for name in names), np.ones(rows.sum())])
    scale = np.where(np.std(table, axis=0) > 0, np.std(table, axis=0), 1.0)
    weights = np.linalg.lstsq(table / scale, target[rows], rcond=None)[0] / scale
    parts = [(name, float(round(weight))) for name, weight in zip(names, weights) if abs(weight) * np.std(known[name][rows]) > 0.01 * np.std(target[rows])]
    whole = all(sign in (-1.0, 1.0) for _, sign in parts)
    if 2 <= len(parts) <= 3 and whole and agrees(target, sum(sign * known[name] for name, sign in parts), step):
        return [{"kind": "sum or difference", "columns": sorted(name for name, _ in parts)}]
    return []


def steps(target: np.ndarray, values: pd.Series) -> float | None:
    """How often a column's level follows from where the target lies, cross-validated; None where it is no column of levels."""
    known = values.notna().to_numpy() & np.isfinite(target)
    levels = values[known].astype(str)
    counts = levels.value_counts()
    if not 2 <= len(counts) <= MOST_LEVELS or counts.iloc[0] > MOST_MAJORITY * len(levels) or len(np.unique(target[known])) <= MOST_LEVELS:
        return None
    codes = pd.factorize(levels, sort=True)[0]
    tree = DecisionTreeClassifier(max_depth=6, min_samples_leaf=10, random_state=0)
    return float(cross_val_score(tree, target[known][:, None], codes, cv=KFold(4, shuffle=True, random_state=0)).mean())


def resolution(values: np.ndarray) -> float:
    """A little more than half the smallest step between the target's values: how far rounding, and a slope fitted to rounded values, can move it."""
    distinct = np.unique(values[np.isfinite(values)])
    return float(np.min(np.diff(distinct))) * 0.6 if len(distinct) > 1 else 0.0


def agrees(target: np.ndarray, values: np.ndarray, tolerance: float) -> bool:
    """True where a formula gives the target on nearly every row that has all it needs."""
    both = np.isfinite(values) & np.isfinite(target)
    if both.sum() < 0.5 * len(target) or np.std(target[both]) == 0:
        return False
    spread = float(np.std(target[both]))
    return bool((np.abs(values[both] - target[both]) <= min(tolerance + 1e-9 * spread, 0.02 * spread)).mean() >= EXACT_SHARE)


def abs_correlation(one: np.ndarray, two: np.ndarray) -> float:
    """Absolute correlation over the rows that have both."""
    both = np.isfinite(one) & np.isfinite(two)
    if both.sum() < 10 or np.std(one[both]) == 0 or np.std(two[both]) == 0:
        return 0.0
    return float(abs(np.corrcoef(one[both], two[both])[0, 1]))
