"""What test rows of one thing tell of each other's answers."""

import numpy as np
import pandas as pd

from .among import among_rows
from .facts import Facts


def storms():
    random = np.random.default_rng(8)
    table = pd.DataFrame(
        {"storm": np.repeat([f"s{number}" for number in range(120)], 15), "time": np.tile(pd.date_range("2020-01-01", periods=15, freq="6h").astype(str), 120)}
    )
    table["pressure"] = random.normal(1000, 10, len(table)).round(1)
    table["wind"] = (60 - 0.3 * (table["pressure"] - 1000) + random.normal(0, 8, len(table))).round(1)
    return table.sample(frac=1, random_state=1).reset_index(drop=True)


def found(table, target, names, best=0.2, objective="regression", group="storm"):
    facts = Facts("id", target, objective, None, "number", None, None, group=group)
    y = table[target].to_numpy(float)
    return {entry["column"] for entry in among_rows(facts, table, table, y, names, best)}


def test_a_total_so_far_gives_each_rows_share_of_it():
    table = storms().sort_values(["storm", "time"])
    table["energy_so_far"] = table.groupby("storm")["wind"].cumsum()
    assert found(table.sample(frac=1, random_state=2), "wind", ["storm", "time", "pressure", "energy_so_far"]) == {"energy_so_far"}


def test_the_value_of_the_row_before_gives_that_row():
    table = storms().sort_values(["storm", "time"])
    table["wind_before"] = table.groupby("storm")["wind"].shift(1)
    assert found(table, "wind", ["storm", "time", "pressure", "wind_before"]) == {"wind_before"}


def test_what_a_thing_ends_with_stands_in_its_rows():
    table = storms()
    table["peak"] = table.groupby("storm")["wind"].transform("max")
    table["last"] = table.sort_values("time").groupby("storm")["wind"].transform("last")
    assert found(table, "peak", ["storm", "time", "pressure", "wind"]) == {"wind"}
    assert found(table, "last", ["storm", "time", "pressure", "wind"]) == {"wind"}


def test_honest_columns_tell_nothing_more_together():
    table = storms()
    assert found(table, "wind", ["storm", "time", "pressure"]) == set()


def test_one_row_of_each_thing_has_no_others():
    table = storms()
    table["peak"] = table.groupby("storm")["wind"].transform("max")
    facts = Facts("id", "peak", "regression", None, "number", None, None, group="storm")
    one = table.drop_duplicates("storm")
    assert among_rows(facts, table, one, table["peak"].to_numpy(float), ["storm", "time", "wind"], 0.2) == []


def test_a_class_that_the_last_row_shows_is_seen():
    table = storms()
    table["ended"] = (table.sort_values("time").groupby("storm")["pressure"].transform("last") > 1000).astype(int)
    table["flag"] = np.where(table["time"] == table["time"].max(), table["ended"], 0)
    assert found(table, "ended", ["storm", "time", "pressure", "flag"], best=0.6, objective="binary") == {"flag"}
