"""Numbers from sequences of measurements: summaries, and answers to random kernels."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

KERNELS = 400
LENGTHS = (5, 7, 9)
SEED = 20_261


def summaries(path: Path) -> np.ndarray:
    """For each channel: mean, spread, extremes, ends and slope; and the length of the sequence."""
    values = values_of(path)
    steps = np.arange(len(values)) - (len(values) - 1) / 2
    slope = steps @ values / max(1.0, float(steps @ steps))
    parts = [values.mean(axis=0), values.std(axis=0), values.min(axis=0), values.max(axis=0), values[0], values[-1], slope]
    return np.concatenate([*parts, [len(values)]])


def kernel_answers(path: Path) -> np.ndarray:
    """Share of positive answers and largest answer of random convolution kernels (ROCKET, Dempster et al. 2020)."""
    values = values_of(path)
    found = np.empty(2 * KERNELS)
    for place, (weights, bias, dilation, channel) in enumerate(kernels(values.shape[1])):
        series = values[:, channel]
        reach = (len(weights) - 1) * dilation
        if len(series) <= reach:
            series = np.pad(series, (0, reach + 1 - len(series)), mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(series, reach + 1)[:, ::dilation]
        answers = windows @ weights + bias
        found[2 * place], found[2 * place + 1] = np.mean(answers > 0), answers.max()
    return found


@lru_cache(maxsize=8)
def kernels(channels: int) -> list[tuple[np.ndarray, float, int, int]]:
    """Weights that add up to nothing, a bias, a dilation and a channel, the same in every process."""
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(KERNELS):
        weights = random.standard_normal(random.choice(LENGTHS))
        found.append((weights - weights.mean(), float(random.uniform(-1, 1)), int(2 ** random.integers(0, 4)), int(random.integers(channels))))
    return found


@lru_cache(maxsize=4_096)
def values_of(path: Path) -> np.ndarray:
    """(instant, channel); what is no number is carried forward, or 0 at the start."""
    table = pd.read_csv(path).apply(pd.to_numeric, errors="coerce").replace([np.inf, -np.inf], np.nan)
    return table.ffill().fillna(0.0).to_numpy(float)
