import numpy as np
import pandas as pd
import pytest

from mle_env.ladder.climb import climb, cross_validation
from mle_env.ladder.decide import Labels
from mle_env.ladder.permute import permuted
from mle_env.ladder.scores import Truth, score
from mle_env.ladder.task_spec import TaskSpec

RANDOM = np.random.default_rng(3)


def table(rows: int) -> pd.DataFrame:
    size, rooms = RANDOM.uniform(20, 120, rows), RANDOM.integers(1, 6, rows)
    district = RANDOM.choice(["north", "south", "east"], rows)
    price = 10 * size + 80 * rooms + np.where(district == "north", 200, 0) + RANDOM.normal(0, 60, rows)
    missing = RANDOM.random(rows) < 0.1
    return pd.DataFrame(
        {
            "id": range(rows),
            "size": np.where(missing, np.nan, size),
            "rooms": rooms,
            "district": district,
            "street": RANDOM.choice([f"s{n}" for n in range(60)], rows),
            "price": price,
            "dear": (price > 1000).astype(int),
            "band": np.select([price < 700, price < 1100], ["low", "middle"], "high"),
        }
    )


FLATS = table(900)


@pytest.mark.parametrize(
    ("objective", "metric", "target"),
    [
        ("regression", "rmse", "price"),
        ("regression", "mae", "price"),
        ("binary", "roc_auc", "dear"),
        ("multiclass", "macro_f1", "band"),
        ("count", "mean_poisson_deviance", "rooms"),
    ],
)
def test_every_learned_rung_beats_the_best_constant(objective, metric, target):
    spec = TaskSpec.of({"objective": objective, "metric": metric, "target": target, "seed": 1})
    columns = FLATS.drop(columns=[name for name in ("price", "dear", "band") if name != target and target != "rooms"])
    climbed = climb(spec, columns.iloc[:600], columns.iloc[600:].drop(columns=target))
    truth = columns[target].iloc[600:].to_numpy()
    scores = {rung["kind"]: spec.sign * score(metric, Truth(truth), rung["predictions"][0]) for rung in climbed}
    assert scores["strong"] > scores["trivial"] and scores["standard"] > scores["trivial"]
    assert [rung["kind"] for rung in climbed][-3:] == ["simple", "standard", "strong"]


def test_the_same_seed_gives_the_same_predictions():
    spec = TaskSpec.of({"objective": "regression", "metric": "rmse", "target": "price", "seed": 7})
    columns = FLATS.drop(columns=["dear", "band"])
    one, other = (climb(spec, columns.iloc[:400], columns.iloc[400:600].drop(columns="price")) for _ in range(2))
    assert all(np.array_equal(a["predictions"][0], b["predictions"][0]) and a["cvScore"] == b["cvScore"] for a, b in zip(one, other))


def test_folds_keep_a_group_on_one_side():
    spec = TaskSpec.of({"objective": "regression", "metric": "rmse", "target": "price", "group": "street"})
    for learn, check in cross_validation(spec, FLATS, Labels(spec, FLATS)):
        assert set(FLATS["street"].iloc[learn]).isdisjoint(FLATS["street"].iloc[check])


def test_folds_go_forwards_where_the_split_is_one_in_time():
    flats = FLATS.assign(year=2000 + np.arange(len(FLATS))[::-1] // 100)
    spec = TaskSpec.of({"objective": "binary", "metric": "roc_auc", "target": "dear", "time": "year"})
    folds = cross_validation(spec, flats, Labels(spec, flats))
    assert len(folds) == 3
    assert all(flats["year"].iloc[learn].max() < flats["year"].iloc[check].min() for learn, check in folds)


def test_a_stretch_before_which_a_class_did_not_come_is_left_out():
    flats = FLATS.sort_values("dear").assign(day=pd.date_range("2020-01-01", periods=len(FLATS)).astype(str))
    spec = TaskSpec.of({"objective": "binary", "metric": "roc_auc", "target": "dear", "time": "day"})
    assert [set(flats["dear"].iloc[learn]) for learn, _ in cross_validation(spec, flats, Labels(spec, flats))].count({0, 1}) >= 1


def test_what_only_one_thing_has_is_unknown_in_train_as_it_is_in_test():
    # A number of each thing by which the frequent ones, with the high values, would come first.
    things = np.repeat(np.arange(300), RANDOM.integers(1, 30, 300))
    seasons = np.bincount(things)[things]
    table = pd.DataFrame({"thing": [f"t{thing}" for thing in things], "code": [f"c{thing}" for thing in things], "x": RANDOM.normal(0, 1, len(things))})
    table["y"] = 0.2 * seasons + table["x"] + RANDOM.normal(0, 1, len(things))
    held = things >= 200
    spec = TaskSpec.of({"objective": "regression", "metric": "rmse", "target": "y", "group": "thing"})
    for rung in climb(spec, table[~held].reset_index(drop=True), table[held].drop(columns="y").reset_index(drop=True)):
        bias = float(np.mean(rung["predictions"][0]) - np.mean(table["y"][held]))
        assert abs(bias) < 0.6, rung["name"]


def test_counts_are_regressed_as_counts():
    rows = 900
    x = RANDOM.normal(0, 1, rows)
    table = pd.DataFrame({"x": x, "noise": RANDOM.normal(0, 1, rows), "y": RANDOM.poisson(np.exp(-1 + 1.2 * x))})
    spec = TaskSpec.of({"objective": "count", "metric": "mean_poisson_deviance", "target": "y"})
    climbed = {rung["name"]: rung["predictions"][0] for rung in climb(spec, table.iloc[:500], table.iloc[500:].drop(columns="y"))}
    assert np.corrcoef(np.log(climbed["poisson"]), x[500:])[0, 1] > 0.99


def test_whole_groups_change_labels_where_a_group_has_one():
    groups = np.repeat(np.arange(20), 5)
    shuffled = permuted(groups.astype(float), groups, np.random.default_rng(1))
    assert all(len(set(shuffled[groups == group])) == 1 for group in range(20))
    assert not np.array_equal(shuffled, groups)
