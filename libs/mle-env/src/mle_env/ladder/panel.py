"""A panel of series as a matrix: one row a series, one column an instant."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from .calendar_places import places
from .instants import instants
from .task_spec import TaskSpec


def names_of(series: dict[str, Any], table: pd.DataFrame) -> pd.Series:
    """The name of the series of each row: its keys, or nothing where there is one series."""
    if not series["keys"]:
        return pd.Series("", index=table.index)
    first, *others = (table[key].astype(str).rename(None) for key in series["keys"])
    return reduce(lambda names, key: names + " | " + key, others, first)


def places_of(series: dict[str, Any], table: pd.DataFrame) -> np.ndarray:
    """The place of each row's instant on the calendar; -1 where it has none."""
    step = series["step"]
    return places(instants(table[series["time"]]), step["unit"], step["size"]).fillna(-1).to_numpy(np.int64)


class Panel:
    """`values[series, instant]`, missing where nothing is known, and which series and step ahead each row of `ask` is."""

    def __init__(self, values: np.ndarray, first: int, rows: np.ndarray, ahead: np.ndarray, season: int) -> None:
        self.values, self.first, self.rows, self.ahead, self.season = values, first, rows, ahead, season
        self.horizon = int(ahead.max())

    @classmethod
    def of(cls, spec: TaskSpec, known: pd.DataFrame, ask: pd.DataFrame) -> "Panel":
        names = pd.concat([names_of(spec.series, known), names_of(spec.series, ask)], ignore_index=True)
        codes = pd.factorize(names, sort=True)[0]
        place = places_of(spec.series, known)
        first, last = int(place.min()), int(place.max())
        values = np.full((int(codes.max()) + 1, last - first + 1), np.nan)
        values[codes[: len(known)], place - first] = known[spec.target].to_numpy(float)
        return cls(values, first, codes[len(known) :], np.maximum(places_of(spec.series, ask) - last, 1), int(spec.series["season"]))

    def asked(self, forecast: np.ndarray) -> np.ndarray:
        """The rows asked for out of `forecast[series, step ahead - 1]`."""
        return forecast[self.rows, self.ahead - 1]

    def until(self, instant: int) -> "Panel":
        """The same series known up to an instant only, asked for whatever is known of the horizon after it."""
        after = self.values[:, instant : instant + self.horizon]
        rows, ahead = np.nonzero(np.isfinite(after))
        return Panel(self.values[:, :instant], self.first, rows, ahead + 1, self.season)

    def scales(self, squared: bool) -> np.ndarray:
        """For each series the error of repeating the value of one season before; the median of the others' where that is 0 or unknown."""
        misses = np.abs(self.values[:, self.season :] - self.values[:, : -self.season])
        with quiet():
            found = np.sqrt(np.nanmean(misses**2, axis=1)) if squared else np.nanmean(misses, axis=1)
        positive = found[np.isfinite(found) & (found > 0)]
        return np.where(np.isfinite(found) & (found > 0), found, np.median(positive) if len(positive) else 1.0)

    def last_season(self) -> np.ndarray:
        """For each series and step ahead the latest known value of the same place in the season."""
        latest = np.full((len(self.values), self.season), np.nan)
        size = self.values.shape[1]
        for instant in range(size):
            column = self.values[:, instant]
            latest[:, instant % self.season] = np.where(np.isfinite(column), column, latest[:, instant % self.season])
        forecast = latest[:, [(size + step) % self.season for step in range(self.horizon)]]
        return np.where(np.isfinite(forecast), forecast, self.last()[:, None])

    def last(self) -> np.ndarray:
        """The last known value of each series; the mean of all where there is none."""
        known = np.isfinite(self.values)
        place = self.values.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
        return np.where(known.any(axis=1), self.values[np.arange(len(self.values)), place], np.nanmean(self.values))

    def means(self) -> np.ndarray:
        with quiet():
            found = np.nanmean(self.values, axis=1)
        return np.where(np.isfinite(found), found, np.nanmean(self.values))


@contextmanager
def quiet() -> Iterator[None]:
    """Means of nothing are missing values, and no news."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
