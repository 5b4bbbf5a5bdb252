import pandas as pd

from mle_env.ladder.instants import instants

from .ahead import ahead

READER = {
    "keys": ["name"],
    "times": ["time"],
    "step": {"unit": "second", "size": 3_600},
    "steps": 2,
    "subject": "subject",
    "past": [{"name": "level_before", "column": "level", "steps": 1}],
    "outcomes": [{"name": "level_later", "column": "level"}],
}


def hourly(name: str, hours: list[int], start: int = 0) -> pd.DataFrame:
    times = [f"2020-01-{1 + hour // 24:02d} {hour % 24:02d}:00:00" for hour in hours]
    return pd.DataFrame({"name": name, "time": times, "level": [start + hour for hour in hours]})


def test_a_row_has_what_was_before_and_what_is_exactly_so_many_steps_later():
    rows = ahead(hourly("a", [0, 1, 2, 3, 5]), READER, instants)

    # Nothing is known of the hours 4, 6 and 7.
    assert rows["level"].tolist() == [0, 1, 3]
    assert rows["level_later"].tolist() == [2, 3, 5]
    assert rows["level_before"].isna().tolist() == [True, False, False] and rows["level_before"].tolist()[1:] == [0, 2]


def test_a_name_that_comes_again_after_a_gap_is_given_to_something_new():
    rows = ahead(pd.concat([hourly("a", [0, 1, 2, 3]), hourly("b", [0, 1, 2]), hourly("a", [30, 31, 32])], ignore_index=True), READER, instants)

    assert rows.groupby(["name", rows["level"] >= 30])["subject"].nunique().tolist() == [1, 1, 1]
    assert rows["subject"].nunique() == 3


def test_an_instant_that_a_thing_has_twice_tells_nothing():
    rows = ahead(pd.concat([hourly("a", [0, 1, 2, 3, 4]), hourly("a", [2], 100)], ignore_index=True), READER, instants)

    assert rows["level"].tolist() == [1]


def test_the_instant_may_stand_in_columns_of_its_parts():
    table = hourly("a", [22, 23, 24, 25])
    times = pd.to_datetime(table["time"])
    parts = table.drop(columns="time").assign(year=times.dt.year, month=times.dt.month, day=times.dt.day, hour=times.dt.hour)

    rows = ahead(parts, READER | {"times": ["year", "month", "day", "hour"]}, instants)

    assert rows["level_later"].tolist() == [24, 25]


def test_months_are_months_however_long():
    table = pd.DataFrame({"name": "a", "time": ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"], "level": [0, 1, 2, 3]})

    rows = ahead(table, READER | {"step": {"unit": "month", "size": 1}}, instants)

    assert rows["level_later"].tolist() == [2, 3]


def test_who_is_followed_over_years_stays_the_same_after_a_gap():
    table = pd.DataFrame({"name": "a", "time": ["2000", "2001", "2002", "2010", "2011", "2012"], "level": range(6)})

    rows = ahead(table, READER | {"step": {"unit": "month", "size": 12}}, instants)

    assert rows["level_later"].tolist() == [2, 5] and rows["subject"].nunique() == 1
