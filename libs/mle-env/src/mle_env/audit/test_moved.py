"""Things that are followed under two names."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from .facts import Facts
from .moved import moments_of, moved_copies

FACTS = {"id": "id", "target": "wind_later", "objective": "regression", "metric": None, "kind": "number", "direction": None, "optimum": None, "group": "storm"}


def storms(twins: bool, things: int = 60, rows: int = 24) -> pd.DataFrame:
    """Storms of which three begin at once; with twins each comes again under another name, its numbers moved."""
    random = np.random.default_rng(7)
    made = []
    for number in range(things):
        wind, pressure = np.cumsum(random.normal(0, 5, rows)).round(), random.normal(0, 4, rows).round(1)
        times = pd.date_range(f"{1960 + number // 3}-06-01", periods=rows, freq="6h").strftime("%Y-%m-%d %H:%M:%S")
        made.append(pd.DataFrame({"storm": number, "time": times, "wind": wind, "pressure": pressure}))
        if twins:
            made.append(made[-1].assign(storm=things + number, wind=wind + 1, pressure=pressure + 2.5))
    table = pd.concat(made, ignore_index=True)
    by = table.groupby("storm")
    return table.assign(
        wind_1_before=by["wind"].shift(), wind_2_before=by["wind"].shift(2), pressure_1_before=by["pressure"].shift(), wind_later=by["wind"].shift(-4)
    )


def measured(table: pd.DataFrame, present: str | None, target: str = "wind_later"):
    """The first name of each third storm and the second names of others are asked about."""
    table = table.dropna(subset=[target]).sample(frac=1, random_state=1).reset_index(drop=True).assign(id=lambda made: np.arange(len(made)))
    asked = table["storm"] % 3 == 0 if table["storm"].max() < 60 else (table["storm"] % 3 == 0) & (table["storm"] < 60)
    test = table[asked].drop(columns=[target])
    if present is not None:
        test = test.drop_duplicates("storm")
    package = SimpleNamespace(train=table[~asked], test=test, answers=table.loc[test.index, ["id", target]])
    facts = Facts(**FACTS | {"target": target}, present=present)
    return moved_copies(package, facts, [name for name in test.columns if name != "id"])


def test_what_is_followed_under_two_names_is_seen_though_every_number_is_moved():
    found = measured(storms(twins=True), "wind")
    assert found["share"] >= 0.9 and found["expected"] < 0.1


def test_things_of_one_time_are_no_copies_of_each_other():
    assert measured(storms(twins=False), "wind")["share"] == 0


def test_without_what_was_before_the_row_before_tells():
    rows = ["storm", "time", "wind", "pressure"]
    assert measured(storms(twins=True)[rows], None, "wind")["share"] >= 0.9
    assert measured(storms(twins=False)[rows], None, "wind")["share"] < 0.01


def test_instants_may_stand_in_their_parts():
    table = storms(twins=True)
    times = pd.to_datetime(table.pop("time"))
    parted = table.assign(year=times.dt.year, month=times.dt.month, day=times.dt.day, hour=times.dt.hour)
    columns, moments = moments_of(parted, list(parted.columns))
    assert columns == ["year", "month", "day", "hour"] and (moments == times.dt.tz_localize("UTC")).all()
    assert measured(parted, "wind")["share"] >= 0.9


def test_things_that_stay_as_they_are_tell_nothing():
    table = storms(twins=False).assign(wind=50.0, pressure=1000.0)
    assert measured(table[["storm", "time", "wind", "pressure"]], None, "wind")["share"] == 0


def test_what_all_things_share_tells_nothing_of_their_own():
    # One weather over all shops: the inputs change alike, the sales by chance.
    random = np.random.default_rng(9)
    days = pd.date_range("2020-01-01", periods=80).strftime("%Y-%m-%d")
    weather = pd.DataFrame({"time": days, "warmth": random.normal(10, 5, 80).round(1)})
    table = pd.concat([weather.assign(storm=shop, sales=random.poisson(2, 80)) for shop in range(40)], ignore_index=True)
    found = measured(table, None, "sales")
    assert found["share"] > 0.5 and found["expected"] >= 0.5 * found["share"]
