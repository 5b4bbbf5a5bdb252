"""Times that may be censored: how they are coded, and the proportional hazards of Cox as a linear model and as a loss for trees.

A time is coded as one number: positive where its event was seen, negative where it had not happened by then. So pairs of
time and event go through folds, permutations and samples together. Only the order of times counts.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

FEW_COLUMNS = 3
LARGEST_STEP = 30.0
DENSE_CELLS = 30_000_000


def coded(time: np.ndarray, event: np.ndarray) -> np.ndarray:
    """One number a row; times are moved such that the earliest is 1, since nothing below 0 can say that an event was seen."""
    moved = time.astype(float) - np.min(time) + 1
    return np.where(event == 1, moved, -moved)


def decoded(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Times (moved) and whether the event was seen."""
    return np.abs(codes), (codes > 0).astype(float)


class RiskSets:
    """Who was still under observation at each event: the partial likelihood of Cox with ties as Breslow counts them."""

    def __init__(self, codes: np.ndarray) -> None:
        time, event = decoded(codes)
        self.order = np.argsort(time, kind="stable")
        self.event = event[self.order]
        ordered = time[self.order]
        self.first = np.searchsorted(ordered, ordered, side="left")
        self.last = np.searchsorted(ordered, ordered, side="right") - 1

    def loss(self, risk: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Negative log likelihood of log hazards, its gradient, and a bound on its curvature."""
        ordered = risk[self.order]
        top = ordered.max()
        weight = np.exp(ordered - top)
        at_risk = np.cumsum(weight[::-1])[::-1][self.first]
        met = weight * np.cumsum(self.event / at_risk)[self.last]
        gradient, curvature = np.empty_like(met), np.empty_like(met)
        gradient[self.order], curvature[self.order] = met - self.event, met
        return float(-np.sum(self.event * (ordered - top - np.log(at_risk)))), gradient, curvature


def excess(codes: np.ndarray) -> np.ndarray:
    """Events more than all rows alike would have had in their time: what a null model leaves to be explained."""
    return -RiskSets(codes).loss(np.zeros(len(codes)))[1]


def cox(x: Any, codes: np.ndarray, tests: list[Any], strength: float) -> list[np.ndarray]:
    """Cox regression with a ridge; gives minus the log hazard, so that more means later."""
    sets = RiskSets(codes)
    if sparse.issparse(x) and x.shape[0] * x.shape[1] <= DENSE_CELLS:
        x, tests = x.toarray(), [test.toarray() for test in tests]

    def objective(weights: np.ndarray) -> tuple[float, np.ndarray]:
        loss, gradient, _ = sets.loss(np.clip(x @ weights, -LARGEST_STEP, LARGEST_STEP))
        return loss + weights @ weights / (2 * strength), x.T @ gradient + weights / strength

    weights = minimize(objective, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    return [-np.asarray(test @ weights).ravel() for test in tests]


def telling(x: sparse.csr_matrix, codes: np.ndarray) -> np.ndarray:
    """The places of the few columns that go most closely with the excess of events."""
    rest = excess(codes)
    mean = np.asarray(x.mean(axis=0)).ravel()
    spread = np.sqrt(np.maximum(np.asarray(x.multiply(x).mean(axis=0)).ravel() - mean**2, 1e-12))
    strength = np.abs(np.asarray(x.T @ (rest - rest.mean())).ravel()) / spread
    return np.sort(np.argsort(-strength, kind="stable")[:FEW_COLUMNS])


def cox_objective(codes: np.ndarray) -> Callable[[np.ndarray, Any], tuple[np.ndarray, np.ndarray]]:
    """The same likelihood as a loss for boosted trees."""
    sets = RiskSets(codes)

    def gradient(risk: np.ndarray, _data: Any) -> tuple[np.ndarray, np.ndarray]:
        _, slope, curvature = sets.loss(risk)
        return slope, np.maximum(curvature, 1e-6)

    return gradient
