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


def test_whole_groups_change_labels_where_a_group_has_one():
    groups = np.repeat(np.arange(20), 5)
    shuffled = permuted(groups.astype(float), groups, np.random.default_rng(1))
    assert all(len(set(shuffled[groups == group])) == 1 for group in range(20))
    assert not np.array_equal(shuffled, groups)
