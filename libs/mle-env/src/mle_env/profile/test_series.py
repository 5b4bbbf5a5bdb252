import numpy as np
import pandas as pd

from .columns import measure
from .series import series_of


def found(table: pd.DataFrame):
    return series_of(table, [measure(name, table[name], len(table), len(table)) for name in table.columns])


def panel() -> pd.DataFrame:
    random = np.random.default_rng(1)
    rows = [
        {"quarter": f"{2000 + quarter // 4} Q{quarter % 4 + 1}", "region": region, "state": f"state {region[-1]}", "kind": kind, "trips": random.gamma(2, 10)}
        for region in ("r1", "r2", "r3", "r4", "r12", "r22")
        for kind in ("work", "rest")
        for quarter in range(24)
    ]
    return pd.DataFrame(rows).assign(row=range(len(rows)))


def test_a_panel_is_told_by_the_fewest_columns_and_the_others_are_properties_of_its_series():
    series = found(panel())
    assert series is not None
    assert (series["time"], series["keys"], series["attributes"], series["values"]) == ("quarter", ["region", "kind"], ["state"], ["trips"])
    assert series["step"] == {"unit": "month", "size": 3}
    assert (series["count"], series["instants"], series["length"], series["coverage"]) == (12, 24, {"least": 24, "median": 24.0}, 1.0)


def test_one_series_may_have_gaps_and_come_in_any_order():
    days = pd.date_range("2020-01-01", periods=400).delete([7, 30, 200]).strftime("%Y-%m-%d")
    table = pd.DataFrame({"ds": days, "y": np.random.default_rng(2).normal(10, 1, len(days))}).sample(frac=1, random_state=1).reset_index(drop=True)
    series = found(table)
    assert series is not None
    assert (series["keys"], series["step"], series["instants"], series["count"]) == ([], {"unit": "second", "size": 86_400}, 400, 1)


def test_labels_and_calendars_beside_a_series_are_told_apart():
    days = pd.date_range("2020-01-01", periods=400)
    table = pd.DataFrame(
        {"when": days.strftime("%Y-%m-%d"), "weekday": days.day_name(), "load": np.random.default_rng(3).normal(10, 1, 400), "anomaly": [0, 0, 0, 0, 1] * 80}
    )
    series = found(table)
    assert series is not None
    assert (series["calendar"], series["values"], series["others"]) == (["weekday"], ["load"], ["anomaly"])


def test_events_at_odd_times_are_no_series():
    random = np.random.default_rng(4)
    days = pd.to_datetime("2020-01-01") + pd.to_timedelta(random.integers(0, 3_000, 500), unit="D")
    table = pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "customer": random.choice([f"c{n}" for n in range(30)], 500), "amount": random.gamma(2, 10, 500)})
    assert found(table) is None


def test_what_comes_and_goes_on_an_even_grid_is_no_panel():
    random = np.random.default_rng(5)
    rows = [
        {"month": f"{1950 + (start + step) // 12}-{(start + step) % 12 + 1:02d}-01", "shop": f"s{shop}", "sales": random.gamma(2, 10)}
        for shop, start in enumerate(random.integers(0, 800, 60))
        for step in range(24)
    ]
    assert found(pd.DataFrame(rows)) is None
