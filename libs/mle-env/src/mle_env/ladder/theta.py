"""The theta method: simple exponential smoothing with half of the linear trend, on series without their seasons. All series at once."""

import numpy as np

from .panel import Panel

ALPHAS = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 0.95])
LEAST_SEASONS = 3
#: Of the autocorrelation at one season: 90 % of series without seasons stay below.
SEASONAL = 1.645
#: Most of the past that seasons are told from, in seasons, and that smoothing sees, in instants.
RECENT_SEASONS = 60
RECENT = 4_000


def theta(panel: Panel) -> np.ndarray:
    """`forecast[series, step ahead - 1]`."""
    values = panel.values[:, -RECENT:]
    season = seasons(values, panel.season)
    size = values.shape[1]
    flat = values - season[:, np.arange(size) % panel.season]
    level, alpha = smoothed(flat)
    slope = slopes(flat)
    lengths = np.maximum(1, np.isfinite(flat).sum(axis=1))
    ahead = np.arange(panel.horizon)
    drift = slope[:, None] / 2 * (ahead[None, :] + ((1 - (1 - alpha) ** lengths) / alpha)[:, None])
    forecast = level[:, None] + drift + season[:, (size + ahead) % panel.season]
    return np.maximum(forecast, 0) if np.nanmin(panel.values) >= 0 else forecast


def seasons(values: np.ndarray, season: int) -> np.ndarray:
    """For each series what a place in the season adds; 0 for series without seasons."""
    count, size = values.shape
    found = np.zeros((count, season))
    if season < 2 or size < LEAST_SEASONS * season:
        return found
    recent = values[:, -RECENT_SEASONS * season :]
    offset = size - recent.shape[1]
    detrended = recent - trend(recent, season)
    place = (offset + np.arange(recent.shape[1])) % season
    with np.errstate(all="ignore"):
        for index in range(season):
            known = detrended[:, place == index]
            counts = np.isfinite(known).sum(axis=1)
            found[:, index] = np.where(counts > 0, np.nansum(known, axis=1) / np.maximum(counts, 1), 0)
    found -= found.mean(axis=1, keepdims=True)
    return np.where(seasonal(detrended, season)[:, None], found, 0)


def trend(values: np.ndarray, season: int) -> np.ndarray:
    """A centred mean over one season, of what is known in it."""
    known = np.isfinite(values)
    half = season // 2
    window = [(np.pad(part, ((0, 0), (half + 1, half)))).cumsum(axis=1) for part in (np.where(known, values, 0.0), known.astype(float))]
    width = 2 * half + 1
    sums, counts = (part[:, width:] - part[:, :-width] for part in window)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def seasonal(detrended: np.ndarray, season: int) -> np.ndarray:
    """Whether a series goes with itself one season before by more than chance."""
    filled = np.nan_to_num(detrended - np.nan_to_num(np.nanmean(np.where(np.isfinite(detrended), detrended, 0.0), axis=1))[:, None])
    spread = np.maximum((filled**2).sum(axis=1), 1e-300)
    together = (filled[:, season:] * filled[:, :-season]).sum(axis=1) / spread
    return together > SEASONAL / np.sqrt(np.maximum(1, np.isfinite(detrended).sum(axis=1)))


def smoothed(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Final level and smoothing weight of each series: the weight whose one-step errors are least."""
    known = np.isfinite(values)
    start = np.where(known.any(axis=1), values[np.arange(len(values)), np.argmax(known, axis=1)], 0.0)
    level = np.repeat(start[:, None], len(ALPHAS), axis=1)
    errors = np.zeros_like(level)
    for instant in range(values.shape[1]):
        miss = np.where(known[:, instant, None], values[:, instant, None] - level, 0.0)
        errors += miss**2
        level += ALPHAS * miss
    best = errors.argmin(axis=1)
    return level[np.arange(len(values)), best], ALPHAS[best]


def slopes(values: np.ndarray) -> np.ndarray:
    """The least-squares slope of each series over what is known of it."""
    known = np.isfinite(values)
    counts = np.maximum(1, known.sum(axis=1))
    time = np.where(known, np.arange(values.shape[1])[None, :], 0.0)
    filled = np.where(known, values, 0.0)
    centre = time.sum(axis=1) / counts
    away = np.where(known, time - centre[:, None], 0.0)
    spread = (away**2).sum(axis=1)
    return np.where(spread > 0, (away * filled).sum(axis=1) / np.maximum(spread, 1e-300), 0.0)
