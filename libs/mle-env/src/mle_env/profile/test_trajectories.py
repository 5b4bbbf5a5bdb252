import numpy as np
import pandas as pd

from mle_env.readers import load

from .tables import table_profile
from .trajectories import followed


def machines(count: int = 260, gap: int = 40, length: int = 14) -> pd.DataFrame:
    """Runs of machines, one after another: every six hours a load that wanders."""
    random = np.random.default_rng(3)
    rows = []
    for machine in range(count):
        start, load_now = pd.Timestamp("2010-01-01") + pd.Timedelta(hours=6 * gap * machine), 50.0
        for step in range(length + machine % 5):
            load_now += random.normal()
            rows.append({"machine": f"m{machine}", "time": start + pd.Timedelta(hours=6 * step), "load": round(load_now, 2), "maker": machine % 3})
    return pd.DataFrame(rows).assign(time=lambda table: table["time"].dt.strftime("%Y-%m-%d %H:%M:%S"))


def found(tmp_path, table: pd.DataFrame):
    table.to_csv(tmp_path / "t.csv", index=False)
    reader = {"format": "csv", "files": ["t.csv"], "encoding": "utf-8", "delimiter": ",", "quote": '"', "header": True, "missing": [""]}
    return followed(tmp_path, table_profile(tmp_path, "t", reader, "", []))


def test_things_that_come_and_go_are_followed_a_day_ahead(tmp_path):
    reader = found(tmp_path, machines())

    assert reader is not None
    assert (reader["keys"], reader["times"], reader["step"], reader["steps"]) == (["machine"], ["time"], {"unit": "second", "size": 21_600}, 4)
    assert [entry["name"] for entry in reader["outcomes"]] == ["load_in_24_hours"]
    assert [entry["name"] for entry in reader["past"]] == ["load_6_hours_before", "load_12_hours_before", "load_24_hours_before"]
    rows = load(reader, tmp_path)
    assert rows["subject"].nunique() == 260 and rows["load_in_24_hours"].notna().all()


def test_things_of_which_several_are_there_at_one_instant_of_an_even_grid_are_followed(tmp_path):
    reader = found(tmp_path, machines(gap=5))

    assert reader is not None and reader["keys"] == ["machine"]


def test_instants_may_stand_in_their_parts(tmp_path):
    table = machines()
    times = pd.to_datetime(table.pop("time"))

    reader = found(tmp_path, table.assign(year=times.dt.year, month=times.dt.month, day=times.dt.day, hour=times.dt.hour))

    assert reader is not None and reader["times"] == ["year", "month", "day", "hour"]


def test_what_is_there_all_the_time_is_a_series_and_not_followed(tmp_path):
    assert found(tmp_path, machines(gap=0, length=60)) is None


def test_few_things_are_not_followed(tmp_path):
    assert found(tmp_path, machines(count=150)) is None


def test_rows_without_even_steps_are_not_followed(tmp_path):
    random = np.random.default_rng(5)
    table = machines()
    hours = pd.to_timedelta(random.integers(0, 10_000, len(table)), unit="h")

    assert found(tmp_path, table.assign(time=(pd.to_datetime(table["time"]) + hours).dt.strftime("%Y-%m-%d %H:%M:%S"))) is None
