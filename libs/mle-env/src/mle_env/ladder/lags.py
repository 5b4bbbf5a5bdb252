"""Boosted trees over the past of all series: for each step ahead, what is known at the origin says how far the value is from the level."""

from typing import Any

import lightgbm
import numpy as np
import pandas as pd

from .models import BOOSTING
from .panel import Panel
from .task_spec import TaskSpec

ROWS = 40_000
LEAST_ORIGINS, MOST_ORIGINS = 6, 60
ROUNDS = 200
#: A longer season, in seasons of the series: days of the week in years, hours of the day in weeks.
LONGER = {7: 364, 24: 168}


class Features:
    """What the trees see of a panel."""

    def __init__(self, spec: TaskSpec, panel: Panel, traits: np.ndarray) -> None:
        self.panel, self.traits = panel, traits
        self.scale = panel.scales(squared=False)
        step = spec.series["step"]
        self.unit, self.size = step["unit"], int(step["size"])
        self.longer = LONGER.get(panel.season, 0)

    def at(self, origin: int, rows: np.ndarray, ahead: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Features of (series, step ahead) as they are known when `origin` instants are, and the level that the forecast starts from."""
        season, past = self.panel.season, self.panel.values[:, :origin]
        window = max(season, 4)
        means = [nanmean(past[:, -width:]) for width in (window, 2 * window, 6 * window)]
        last = Panel(past, 0, rows, ahead, season).last()
        level = np.where(np.isfinite(means[0]), means[0], last)
        shape = [last - level, means[1] - level, means[2] - level, spread(past[:, -2 * window :]), spread(past[:, -6 * window :])]
        columns = [part[rows] for part in shape]
        turns = -(-ahead // season)
        for back in range(3):
            columns.append(self.value(past, rows, origin + ahead - 1 - season * (turns + back)) - level[rows])
        if self.longer > 0:
            columns.append(self.around(past, rows, origin + ahead - 1 - self.longer * -(-ahead // self.longer)) - level[rows])
        scaled = [part / self.scale[rows] for part in columns]
        return np.column_stack([*scaled, ahead, *self.calendar(self.panel.first + origin + ahead - 1), self.traits[rows]]), level

    def value(self, past: np.ndarray, rows: np.ndarray, place: np.ndarray) -> np.ndarray:
        return np.where(place >= 0, past[rows, np.maximum(place, 0)], np.nan)

    def around(self, past: np.ndarray, rows: np.ndarray, place: np.ndarray) -> np.ndarray:
        """The mean of a season around a place."""
        half = self.panel.season // 2
        return nanmean(np.stack([self.value(past, rows, np.minimum(place + shift, past.shape[1] - 1)) for shift in range(-half, half + 1)], axis=1))

    def calendar(self, place: np.ndarray) -> list[np.ndarray]:
        """Place in the season, and of short steps the day of the year and of the week."""
        found = [place % max(1, self.panel.season)]
        if self.unit == "second":
            when = pd.Timestamp("1970-01-05", tz="UTC") + pd.to_timedelta(place * self.size, unit="s")
            found += [np.asarray(when.dayofyear), np.asarray(when.dayofweek)]
        return found


def boosted_lags(spec: TaskSpec, panel: Panel, traits: np.ndarray, seed: int, rows_budget: int = ROWS) -> np.ndarray:
    """`forecast[series, step ahead - 1]`: one model for all series and steps."""
    features = Features(spec, panel, traits)
    x, y = lessons(features, panel, seed, rows_budget)
    count, horizon = len(panel.values), panel.horizon
    rows, ahead = np.repeat(np.arange(count), horizon), np.tile(np.arange(1, horizon + 1), count)
    if len(y) < 50:
        return panel.last_season()
    asked, level = features.at(panel.values.shape[1], rows, ahead)
    settings: dict[str, Any] = {
        **BOOSTING,
        "seed": seed,
        "objective": "l1" if spec.metric == "mase" else "l2",
        "learning_rate": 0.05,
        "num_leaves": 31,
        "min_data_in_leaf": 40,
        "max_bin": 127,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "feature_fraction": 0.7,
        "lambda_l2": 3.0,
    }
    model = lightgbm.train(settings, lightgbm.Dataset(x, label=y, params={"verbosity": -1, "max_bin": 127}), num_boost_round=ROUNDS)
    found = np.asarray(model.predict(asked, num_threads=1)) * features.scale[rows] + level[rows]
    forecast = found.reshape(count, horizon)
    return np.maximum(forecast, 0) if np.nanmin(panel.values) >= 0 else forecast


def lessons(features: Features, panel: Panel, seed: int, budget: int) -> tuple[np.ndarray, np.ndarray]:
    """What was known at origins spread over the past, and how far the values that came were from the level, in scales."""
    random = np.random.default_rng(seed)
    count, size = panel.values.shape
    origins = int(np.clip(budget // max(1, count * panel.horizon), LEAST_ORIGINS, MOST_ORIGINS))
    earliest = min(max(2 * panel.season, size // 4), size - 2)
    found = []
    for origin in np.unique(np.linspace(max(1, earliest), size - 1, origins).astype(int)):
        after = panel.values[:, origin : origin + panel.horizon]
        rows, ahead = np.nonzero(np.isfinite(after))
        if len(rows) > budget // origins:
            chosen = np.sort(random.choice(len(rows), budget // origins, replace=False))
            rows, ahead = rows[chosen], ahead[chosen]
        if len(rows) == 0:
            continue
        x, level = features.at(int(origin), rows, ahead + 1)
        found.append((x, (after[rows, ahead] - level[rows]) / features.scale[rows]))
    if not found:
        return np.empty((0, 0)), np.empty(0)
    x, y = (np.concatenate(parts) for parts in zip(*found))
    known = np.isfinite(y)
    return x[known], y[known]


def nanmean(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    counts = known.sum(axis=1)
    return np.where(counts > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(counts, 1), np.nan)


def spread(values: np.ndarray) -> np.ndarray:
    centre = nanmean(values)
    return np.sqrt(nanmean((values - centre[:, None]) ** 2))
