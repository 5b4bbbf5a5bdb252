"""The metrics of the catalogue, on arrays; fast enough for resampling."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .cells import cell_table, span_counts, token_counts
from .metric_catalogue import METRICS

#: The column of the answers that tells what a metric is a mean over, where that is not a row.
UNITS = {"series": "series", "users": "user"}
PLACES = 10


@dataclass(frozen=True)
class Truth:
    """Answers, and the other columns of the answers' table that a metric needs, row by row."""

    values: np.ndarray
    more: dict[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, metric: str | None, table: pd.DataFrame, target: str) -> "Truth":
        needs = METRICS[metric].needs if metric in METRICS else ()
        return cls(table[target].to_numpy(), {name: table[name].to_numpy() for name in needs if name in table})

    def take(self, rows: np.ndarray, draws: np.ndarray | None = None) -> "Truth":
        """Some of the rows. `draws` tells which draw a row came in, where whole series or users are drawn: one that is drawn twice counts twice."""
        more = {name: values[rows] for name, values in self.more.items()}
        return Truth(self.values[rows], more if draws is None else more | {name: draws for name in UNITS.values() if name in more})


def score(metric: str, truth: Truth, prediction: np.ndarray) -> float:
    """One metric's value. Undefined cases (one class only) give NaN."""
    return float(SCORES[metric](truth.values, prediction, **truth.more))


def roc_auc(truth: np.ndarray, prediction: np.ndarray) -> float:
    positive = truth == 1
    ones = int(positive.sum())
    zeros = len(truth) - ones
    if ones == 0 or zeros == 0:
        return float("nan")
    return (mean_ranks(prediction)[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros)


def mean_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, the mean rank for equal values; none where one is not a number. SciPy has it too, and takes longer to import than most jobs that score run."""
    if (values != values).any():
        return np.full(len(values), np.nan)
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]


def average_precision(truth: np.ndarray, prediction: np.ndarray) -> float:
    if not (truth == 1).any():
        return float("nan")
    order = np.argsort(-prediction, kind="stable")
    hits = np.cumsum(truth[order] == 1)
    last = np.append(np.diff(prediction[order]) != 0, True)
    precision = hits[last] / (np.flatnonzero(last) + 1)
    return float(np.sum(np.diff(hits[last], prepend=0) * precision) / hits[-1])


def log_loss(truth: np.ndarray, prediction: np.ndarray) -> float:
    p = np.clip(prediction, 1e-15, 1 - 1e-15)
    return float(-np.mean(np.where(truth == 1, np.log(p), np.log1p(-p))))


def macro_f1(truth: np.ndarray, prediction: np.ndarray) -> float:
    classes, codes = np.unique(np.concatenate([truth, prediction]), return_inverse=True)
    true, predicted = codes[: len(truth)], codes[len(truth) :]
    size = len(classes)
    hits = np.bincount(true[true == predicted], minlength=size)
    total = np.bincount(true, minlength=size) + np.bincount(predicted, minlength=size)
    known = np.bincount(true, minlength=size) > 0
    return float(np.mean((2 * hits / np.maximum(total, 1))[known]))


def accuracy(truth: np.ndarray, prediction: np.ndarray) -> float:
    return float(np.mean(truth.astype(str) == prediction.astype(str)))


def quadratic_weighted_kappa(truth: np.ndarray, prediction: np.ndarray) -> float:
    true, predicted = truth.astype(float), prediction.astype(float)
    if np.ptp(predicted) == 0:
        return 0.0
    observed = np.mean((true - predicted) ** 2)
    expected = np.mean(true**2) + np.mean(predicted**2) - 2 * true.mean() * predicted.mean()
    return float(1 - observed / expected) if expected > 0 else float("nan")


def rmse(truth: np.ndarray, prediction: np.ndarray) -> float:
    return float(np.sqrt(np.mean((truth - prediction) ** 2)))


def mae(truth: np.ndarray, prediction: np.ndarray) -> float:
    return float(np.mean(np.abs(truth - prediction)))


def rmsle(truth: np.ndarray, prediction: np.ndarray) -> float:
    return rmse(np.log1p(truth), np.log1p(prediction))


def mean_poisson_deviance(truth: np.ndarray, prediction: np.ndarray) -> float:
    p = np.maximum(prediction, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        term = np.where(truth > 0, truth * np.log(truth / p), 0.0)
    return float(np.mean(2 * (term - truth + p)))


def mase(truth: np.ndarray, prediction: np.ndarray, series: np.ndarray, scale: np.ndarray) -> float:
    return float(np.mean(means_by(series, np.abs(prediction - truth) / scale)))


def rmsse(truth: np.ndarray, prediction: np.ndarray, series: np.ndarray, scale: np.ndarray) -> float:
    return float(np.mean(np.sqrt(means_by(series, ((prediction - truth) / scale) ** 2))))


def means_by(series: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The mean of each series."""
    codes = pd.factorize(series)[0]
    return np.bincount(codes, values) / np.bincount(codes)


def ndcg_at_10(truth: np.ndarray, prediction: np.ndarray, user: np.ndarray) -> float:
    """Gains of all users at once; equal predictions share the mean of the places that they fill."""
    codes, order, first = by_user(user, prediction)
    place = np.arange(len(codes)) - np.repeat(np.flatnonzero(first), np.diff(np.append(np.flatnonzero(first), len(codes))))
    worth = np.where(place < PLACES, 1 / np.log2(place + 2), 0.0)
    tied = np.cumsum(first | (np.diff(prediction[order], prepend=np.nan) != 0)) - 1
    gains = np.bincount(codes, truth[order] * (np.bincount(tied, worth) / np.bincount(tied))[tied])
    relevant = np.bincount(codes, truth[order]).astype(int)
    most = np.append(0.0, np.cumsum(1 / np.log2(np.arange(PLACES) + 2)))[np.minimum(relevant, PLACES)]
    known = relevant > 0
    return float(np.mean(gains[known] / most[known])) if known.any() else 0.0


def roc_auc_by_user(truth: np.ndarray, prediction: np.ndarray, user: np.ndarray) -> float:
    """The mean over users of the chance that a relevant row is above one that is not."""
    codes, order, first = by_user(user, prediction)
    starts = np.flatnonzero(first)
    ranks = mean_ranks(pd.factorize(user)[0] + (mean_ranks(prediction) / (len(prediction) + 1)))[order] - starts[codes]
    ones, sizes = np.bincount(codes, truth[order]), np.bincount(codes)
    known = (ones > 0) & (ones < sizes)
    above = np.bincount(codes, truth[order] * ranks) - ones * (ones + 1) / 2
    return float(np.mean(above[known] / (ones * (sizes - ones))[known])) if known.any() else float("nan")


def by_user(user: np.ndarray, prediction: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The order of rows by user, highest prediction first; the user of each row in it by number, and where a user starts."""
    codes = pd.factorize(user)[0]
    order = np.lexsort((-prediction, codes))
    return codes[order], order, np.diff(codes[order], prepend=-1) != 0


def span_f1(truth: np.ndarray, prediction: np.ndarray) -> float:
    counts = np.array([span_counts(str(one), str(other)) for one, other in zip(truth, prediction)], dtype=float)
    hits, wanted, given = counts.sum(axis=0)
    return float(2 * hits / (wanted + given)) if wanted + given > 0 else 1.0


def token_accuracy(truth: np.ndarray, prediction: np.ndarray) -> float:
    hits, tokens = np.array([token_counts(str(one), str(other)) for one, other in zip(truth, prediction)], dtype=float).sum(axis=0)
    return float(hits / tokens)


def label_f1(truth: np.ndarray, prediction: np.ndarray) -> float:
    wanted, given = cell_table(truth, prediction)
    known = wanted.any(axis=0)
    if not known.any():
        return float(not given.any())
    return float(np.mean((2 * (wanted & given).sum(axis=0) / np.maximum(wanted.sum(axis=0) + given.sum(axis=0), 1))[known]))


def concordance_index(truth: np.ndarray, prediction: np.ndarray, event: np.ndarray) -> float:
    """Harrell's C for predicted times; by counting inversions bit by bit, in O(n log² n)."""
    size = len(truth)
    times, ranks = (np.unique(values, return_inverse=True)[1] + 1 for values in (truth, prediction))
    seen = (event == 1).astype(np.int64)
    comparable = int((seen * (size - np.searchsorted(np.sort(times), times, side="right"))).sum())
    if comparable == 0:
        return 0.5
    both = np.sort(ranks * (size + 2) + times)
    tied = np.searchsorted(both, ranks * (size + 2) + size + 1, side="right") - np.searchsorted(both, ranks * (size + 2) + times, side="right")
    # Rows of one time stand with the later prediction first: no pair of them is in order.
    order = np.lexsort((-ranks, times))
    place, early = ranks[order], seen[order]
    higher = 0
    for bit in range(int(ranks.max()).bit_length()):
        alike = np.argsort(place >> (bit + 1), kind="stable")
        group, upper = place[alike] >> (bit + 1), (place[alike] >> bit) & 1
        below = np.cumsum(early[alike] * (1 - upper))
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        before = np.append(0, below)[starts]
        higher += int((upper * (below - np.repeat(before, np.diff(np.append(starts, size))))).sum())
    return (higher + 0.5 * int((seen * tied).sum())) / comparable


def balanced_accuracy(truth: np.ndarray, prediction: np.ndarray) -> float:
    return float(np.mean([np.mean(prediction[truth == label] == label) for label in np.unique(truth)]))


def r2(truth: np.ndarray, prediction: np.ndarray) -> float:
    spread = np.sum((truth - truth.mean()) ** 2)
    return float(1 - np.sum((truth - prediction) ** 2) / spread) if spread > 0 else float("nan")


SCORES = {
    "roc_auc": roc_auc,
    "average_precision": average_precision,
    "log_loss": log_loss,
    "macro_f1": macro_f1,
    "accuracy": accuracy,
    "quadratic_weighted_kappa": quadratic_weighted_kappa,
    "rmse": rmse,
    "mae": mae,
    "rmsle": rmsle,
    "mean_poisson_deviance": mean_poisson_deviance,
    "mase": mase,
    "rmsse": rmsse,
    "span_f1": span_f1,
    "token_accuracy": token_accuracy,
    "label_f1": label_f1,
    "ndcg_at_10": ndcg_at_10,
    "concordance_index": concordance_index,
    "balanced_accuracy": balanced_accuracy,
    "r2": r2,
}
