import numpy as np
import pandas as pd
import pytest

from mle_env.ladder.calendar_places import places
from mle_env.ladder.climb import climb
from mle_env.ladder.forecasts import shuffled_series
from mle_env.ladder.instants import instants
from mle_env.ladder.panel import Panel, places_of
from mle_env.ladder.scores import mase
from mle_env.ladder.task_spec import TaskSpec
from mle_env.ladder.theta import theta

SERIES = {"time": "quarter", "keys": ["shop"], "season": 4, "horizon": 8, "step": {"unit": "month", "size": 3}}
SPEC = TaskSpec.of({"objective": "forecast", "metric": "mase", "target": "sales", "series": SERIES, "seed": 3})


def shops(count: int = 14, quarters: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Past and future of shops with seasons, drifts and noise of their own."""
    random = np.random.default_rng(5)
    rows = []
    for shop in range(count):
        level, slope, season = random.uniform(50, 500), random.uniform(-0.5, 2), random.normal(0, 20, 4)
        for quarter in range(quarters):
            value = level + slope * quarter + season[quarter % 4] + random.normal(0, 12)
            rows.append({"shop": f"s{shop}", "quarter": f"{2000 + quarter // 4} Q{quarter % 4 + 1}", "region": shop % 3, "sales": value})
    table = pd.DataFrame(rows).assign(id=range(len(rows))).sample(frac=1, random_state=1)
    late = places_of(SERIES, table) >= places_of(SERIES, table).max() - 7
    return table[~late].reset_index(drop=True), table[late].reset_index(drop=True)


def test_every_learned_rung_beats_the_trivial_ones_on_series_with_seasons():
    train, test = shops()
    panel = Panel.of(SPEC, train, test)
    scale = panel.scales(squared=False)[panel.rows]
    climbed = climb(SPEC, train, test.drop(columns="sales"))
    scores = {rung["name"]: mase(test["sales"].to_numpy(), rung["predictions"][0], panel.rows, scale) for rung in climbed}
    trivial = min(scores[name] for name in ("last-value", "last-season", "series-mean"))
    assert scores["theta"] < 0.95 * trivial and scores["boosted-lags-theta-blend"] < 0.95 * trivial
    assert [rung["kind"] for rung in climbed] == ["trivial", "trivial", "trivial", "standard", "strong"]
    assert all(np.isfinite(rung["cvScore"]) for rung in climbed)


def test_the_order_of_rows_does_not_change_a_forecast():
    train, test = shops(count=11)
    one = climb(SPEC, train, test, seeds=1)
    other = climb(SPEC, train.sort_values(["shop", "quarter"]).reset_index(drop=True), test, seeds=1)
    assert all(np.allclose(a["predictions"][0], b["predictions"][0]) and a["cvScore"] == pytest.approx(b["cvScore"]) for a, b in zip(one, other))


def test_series_with_the_past_of_others_are_forecast_worse_than_by_their_last_value():
    train, test = shops()
    panel = Panel.of(SPEC, train, test)
    scale = panel.scales(squared=False)[panel.rows]
    truth = test["sales"].to_numpy()
    found = [mase(truth, prediction, panel.rows, scale) for prediction in shuffled_series(SPEC, train, test, 4, 2)]
    assert np.median(found) > mase(truth, panel.asked(np.repeat(panel.last()[:, None], 8, axis=1)), panel.rows, scale)


def test_one_series_has_no_other_to_exchange_its_past_with():
    alone = TaskSpec.of({"objective": "forecast", "metric": "mase", "target": "sales", "series": SERIES | {"keys": []}})
    train, test = (table[table["shop"] == "s0"] for table in shops())
    assert shuffled_series(alone, train, test, 2, 1) == []


def test_theta_bridges_gaps_and_follows_seasons():
    time = np.arange(60)
    values = (100 + 10 * (time % 4))[None, :].astype(float)
    values[0, [3, 17, 30]] = np.nan
    panel = Panel(values, 0, np.zeros(4, dtype=int), np.arange(1, 5), 4)
    assert theta(panel)[0] == pytest.approx([100, 110, 120, 130], abs=3)


def test_a_scale_is_the_error_of_the_season_before_and_never_zero():
    values = np.array([[1.0, 2.0, 3.0, 5.0], [7.0, 7.0, 7.0, 7.0]])
    panel = Panel(values, 0, np.zeros(1, dtype=int), np.ones(1, dtype=int), 2)
    assert panel.scales(squared=False) == pytest.approx([2.5, 2.5])
    assert panel.scales(squared=True) == pytest.approx([np.sqrt(6.5), np.sqrt(6.5)])


def test_instants_are_read_whatever_their_form_and_lie_one_step_apart():
    quarters = places(instants(pd.Series(["1998 Q1", "1998Q2", "1998-Q3", "1998 Q4", "1999 Q1"])), "month", 3)
    years = places(instants(pd.Series([1998, 1999, 2000])), "month", 12)
    american = places(instants(pd.Series(["2/27/2020", "2/28/2020", "2/29/2020", "3/1/2020"])), "second", 86_400)
    european = places(instants(pd.Series(["28.2.2020", "29.2.2020", "1.3.2020"])), "second", 86_400)
    assert all((found.diff().dropna() == 1).all() for found in (quarters, years, american, european))
