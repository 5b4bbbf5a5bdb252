"""The ladder of forecasts: last value, last season and mean; theta; boosted lags over all series, blended with theta."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .lags import boosted_lags
from .panel import Panel, names_of
from .scores import mase, rmsse
from .task_spec import TaskSpec
from .theta import theta

FOLDS = 2
LAGS_SHARE = 0.5
SHUFFLED_ROWS = 8_000

Forecast = Callable[[Panel, int], np.ndarray]


@dataclass(frozen=True)
class ForecastRung:
    """A named solution: `forecast(panel, seed)` gives every series and step ahead."""

    name: str
    kind: str
    forecast: Forecast
    seeded: bool = False


def rungs(spec: TaskSpec, traits: np.ndarray) -> list[ForecastRung]:
    return [
        ForecastRung("last-value", "trivial", lambda panel, seed: np.repeat(panel.last()[:, None], panel.horizon, axis=1)),
        ForecastRung("last-season", "trivial", lambda panel, seed: panel.last_season()),
        ForecastRung("series-mean", "trivial", lambda panel, seed: np.repeat(panel.means()[:, None], panel.horizon, axis=1)),
        ForecastRung("theta", "standard", lambda panel, seed: theta(panel)),
        ForecastRung(
            "boosted-lags-theta-blend",
            "strong",
            lambda panel, seed: LAGS_SHARE * boosted_lags(spec, panel, traits, seed) + (1 - LAGS_SHARE) * theta(panel),
            seeded=True,
        ),
    ]


def climb_series(spec: TaskSpec, train: pd.DataFrame, test: pd.DataFrame, seeds: int = 2) -> list[dict[str, object]]:
    """As `climb`: each rung is scored on the ends of train, known up to their beginning only, and then forecasts test."""
    panel = Panel.of(spec, train, test)
    climbed = []
    for rung in rungs(spec, traits_of(spec, train, test)):
        forecasts = [rung.forecast(panel, spec.seed + step) for step in range(seeds if rung.seeded else 1)]
        climbed.append(
            {
                "name": rung.name,
                "kind": rung.kind,
                "cvScore": past_score(spec, rung, panel),
                "predictions": [panel.asked(forecast) for forecast in forecasts],
            }
        )
    return climbed


def past_score(spec: TaskSpec, rung: ForecastRung, panel: Panel) -> float:
    """The mean score over origins within the past, each a horizon after the one before."""
    found = []
    for fold in range(1, FOLDS + 1):
        origin = panel.values.shape[1] - fold * panel.horizon
        if origin < 2 * panel.season + 2:
            break
        past = panel.until(origin)
        if len(past.rows) == 0:
            break
        truth = panel.values[past.rows, origin + past.ahead - 1]
        scale = past.scales(squared=spec.metric == "rmsse")[past.rows]
        measure = rmsse if spec.metric == "rmsse" else mase
        found.append(measure(truth, past.asked(rung.forecast(past, spec.seed)), past.rows, scale))
    return float(np.mean(found)) if found else float("nan")


def traits_of(spec: TaskSpec, train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
    """What is the same in all rows of a series, its keys among it, as numbers: one row a series, in the order of a `Panel`."""
    whole = pd.concat([train, test], ignore_index=True)
    names = names_of(spec.series, whole)
    first = whole.assign(_series=names).groupby("_series", sort=True).first()
    inputs = [name for name in test.columns if name not in (spec.id, spec.series["time"])]
    steady = [name for name in inputs if name in spec.series["keys"] or whole.groupby(names)[name].nunique().max() <= 1]
    coded = [first[name].to_numpy(float) if pd.api.types.is_numeric_dtype(first[name]) else pd.factorize(first[name], sort=True)[0] for name in steady]
    return np.column_stack(coded) if coded and spec.series["keys"] else np.empty((len(first), 0))


def shuffled_series(spec: TaskSpec, train: pd.DataFrame, test: pd.DataFrame, cheap: int, boosted: int) -> list[np.ndarray]:
    """Forecasts of models whose past is that of other series, each turned by a random number of instants; none for one series."""
    if not spec.series["keys"]:
        return []
    panel, traits = Panel.of(spec, train, test), traits_of(spec, train, test)
    random = np.random.default_rng(spec.seed)
    found = []
    for number in range(cheap + boosted):
        values = panel.values[random.permutation(len(panel.values))]
        turned = np.stack([np.roll(series, random.integers(0, len(series))) for series in values])
        other = Panel(turned, panel.first, panel.rows, panel.ahead, panel.season)
        forecast = theta(other) if number < cheap else boosted_lags(spec, other, traits, spec.seed + number, SHUFFLED_ROWS)
        found.append(panel.asked(forecast))
    return found
