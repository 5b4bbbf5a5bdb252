"""From raw predictions to what a submission holds."""

import numpy as np
import pandas as pd

from .cells import cell_of, indicators, known_labels
from .survival import coded
from .task_spec import TaskSpec


class Labels:
    """Class codes and back; for objectives that are regressed, the numbers themselves.

    Times that may be censored are one number each, of several labels it is told which a row has, and tags stay as they are.
    """

    def __init__(self, spec: TaskSpec, table: pd.DataFrame) -> None:
        self.spec = spec
        target = table[spec.target].to_numpy()
        if spec.event is not None:
            self.codes = coded(target, table[spec.event].to_numpy())
            self.classes = np.unique(target)
        elif spec.objective == "multilabel":
            self.classes = np.array(known_labels(target))
            self.codes = indicators(target, list(self.classes))
        elif spec.objective == "tags":
            self.codes = target.astype(str).astype(object)
        elif spec.classifies:
            self.classes, self.codes = np.unique(target, return_inverse=True)
            self.shares = np.bincount(self.codes) / len(self.codes)
        else:
            self.codes = target.astype(float)
            self.classes = np.unique(target)

    def decide(self, raw: np.ndarray) -> np.ndarray:
        """Probabilities of the positive class, labels, levels or numbers, as the metric wants them."""
        spec = self.spec
        if spec.objective == "tags":
            return raw
        if spec.objective == "multilabel":
            return np.array([cell_of(list(self.classes[row])) for row in raw >= 0.5], dtype=object)
        if spec.measure.prediction == "probability":
            return raw[:, 1]
        if spec.classifies:
            # A mean over classes pays for the rare ones.
            weight = np.sqrt(self.shares) if spec.measure.over == "classes" else 1.0
            return self.classes[np.argmax(raw / weight, axis=1)]
        if spec.measure.prediction == "label":
            levels = self.classes.astype(float)
            return levels[np.argmin(np.abs(raw[:, None] - levels[None, :]), axis=1)]
        if spec.measure.prediction == "nonnegative":
            return np.maximum(raw, 1e-6)
        return raw
