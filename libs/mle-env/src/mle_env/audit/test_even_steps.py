import numpy as np
import pandas as pd

from mle_env.audit.even_steps import even_series


def sides(table):
    place = np.arange(len(table)) % 3 == 0
    return table[~place].reset_index(drop=True), table[place].reset_index(drop=True)


def test_a_panel_of_quarters_is_told():
    quarters = [f"{year} Q{quarter}" for year in range(1998, 2008) for quarter in range(1, 5)]
    table = pd.DataFrame(
        [(quarter, place, trips) for place in ("North", "South") for trips, quarter in enumerate(quarters)], columns=["quarter", "place", "trips"]
    )
    found = even_series(*sides(table), ["quarter", "place"])
    assert found == {"column": "quarter", "things": 2, "instants": 40, "even": 1.0}


def test_one_daily_series_is_told_though_days_are_missing():
    days = pd.date_range("2019-01-01", periods=400).delete([7, 8, 90])
    assert even_series(*sides(pd.DataFrame({"day": days.strftime("%Y-%m-%d")})), ["day"])["things"] == 1


def test_events_at_any_time_are_no_series():
    random = np.random.default_rng(3)
    when = pd.to_datetime("2020-01-01") + pd.to_timedelta(np.sort(random.uniform(0, 900, 500)), unit="D")
    table = pd.DataFrame({"opened": when.strftime("%Y-%m-%d %H:%M"), "make": random.choice(["a", "b"], 500)})
    assert even_series(*sides(table), ["opened", "make"]) is None


def test_days_on_which_several_rows_were_made_are_no_series():
    days = np.repeat(pd.date_range("2020-01-01", periods=50).strftime("%Y-%m-%d"), 6)
    assert even_series(*sides(pd.DataFrame({"day": days})), ["day"]) is None
