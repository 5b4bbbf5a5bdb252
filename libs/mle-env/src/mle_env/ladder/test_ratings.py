import numpy as np
import pandas as pd
import pytest

from mle_env.ladder.climb import climb
from mle_env.ladder.ratings import Codes, biases, factors, shrunken
from mle_env.ladder.scores import rmse
from mle_env.ladder.task_spec import TaskSpec

SPEC = TaskSpec.of({"objective": "regression", "metric": "rmse", "target": "stars", "ratings": {"user": "reader", "item": "book"}, "seed": 3})
RANDOM = np.random.default_rng(12)


def reviews(rows):
    """Generous and stern readers, good and bad books, and two tastes."""
    reader, book = RANDOM.integers(0, 150, rows), RANDOM.integers(0, 60, rows)
    generous, good = np.random.default_rng(1).normal(0, 0.6, 150), np.random.default_rng(2).normal(0, 0.6, 60)
    taste, kind = np.random.default_rng(3).normal(size=(150, 2)), np.random.default_rng(4).normal(size=(60, 2))
    stars = 3 + generous[reader] + good[book] + 0.7 * np.sum(taste[reader] * kind[book], axis=1) + RANDOM.normal(0, 0.4, rows)
    return pd.DataFrame(
        {"id": range(rows), "reader": [f"r{n}" for n in reader], "book": book, "pages": RANDOM.integers(90, 900, rows), "stars": stars.round(2)}
    )


def test_the_ladder_of_ratings_climbs_from_means_over_biases_to_factors():
    train, test = reviews(5_000), reviews(1_500)
    found = {rung["name"]: rmse(test["stars"].to_numpy(), rung["predictions"][0]) for rung in climb(SPEC, train, test.drop(columns="stars"))}
    assert found["item-mean"] < found["global-mean"] - 0.05
    assert found["user-item-biases"] < found["shrunken-item-mean"] - 0.1
    assert found["factors-trees-blend"] < found["user-item-biases"] - 0.15


def test_users_and_items_that_train_lacks_are_predicted_by_what_is_known():
    train = reviews(800)
    codes = Codes(SPEC, train)
    user, item = codes.of(pd.DataFrame({"reader": ["nobody", "r1"], "book": [7, 999]}))
    model = biases(codes.sizes, *codes.of(train), train["stars"].to_numpy())
    assert user[0] == codes.sizes[0] and item[1] == codes.sizes[1]
    assert model.predict(user, item) == pytest.approx([model.mean + model.items[item[0]], model.mean + model.users[user[1]]])


def test_a_mean_of_few_ratings_is_pulled_to_that_of_all():
    assert shrunken(np.array([0, 1, 1]), 2, np.array([6.0, 6.0, 6.0]), prior=1.0) == pytest.approx([3, 4, 0])


def test_factors_are_the_same_for_one_seed():
    train = reviews(600)
    codes = Codes(SPEC, train)
    one, other = (factors(codes.sizes, *codes.of(train), train["stars"].to_numpy(), 5) for _ in range(2))
    assert np.array_equal(one.item_factors, other.item_factors)
