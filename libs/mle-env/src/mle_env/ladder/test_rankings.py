import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import ndcg_score, roc_auc_score

from mle_env.baselines import shuffled
from mle_env.ladder.climb import climb, cross_validation
from mle_env.ladder.decide import Labels
from mle_env.ladder.rankings import Choices, item_neighbours
from mle_env.ladder.scores import Truth, ndcg_at_10, roc_auc_by_user
from mle_env.ladder.task_spec import TaskSpec

SPEC = TaskSpec.of({"objective": "ranking", "metric": "ndcg_at_10", "target": "relevant", "ratings": {"user": "reader", "item": "book"}, "seed": 3})
RANDOM = np.random.default_rng(12)
CIRCLES = 6


def loans(readers=180, books=120, each=14):
    """Readers of six circles who mostly take the books of their circle, as candidates of which a fifth was taken."""
    circle, kind = np.arange(readers) % CIRCLES, np.arange(books) % CIRCLES
    rows = []
    for reader in range(readers):
        near = RANDOM.permutation(np.flatnonzero(kind == circle[reader]))[: each - 3]
        far = RANDOM.permutation(np.flatnonzero(kind != circle[reader]))[: 3 + 4 * each]
        rows += [(reader, book, 1) for book in [*near, *far[:3]]] + [(reader, book, 0) for book in far[3:]]
    table = pd.DataFrame(rows, columns=["reader", "book", "relevant"]).sample(frac=1, random_state=1).reset_index(drop=True)
    return table.assign(reader="r" + table["reader"].astype(str), shelf=table["book"] // 10, id=range(len(table)))


def sides():
    table = loans()
    test = RANDOM.random(len(table)) < 0.25
    return table[~test].reset_index(drop=True), table[test].reset_index(drop=True)


def score_of(table, prediction):
    return ndcg_at_10(table["relevant"].to_numpy(), prediction, table["reader"].to_numpy())


def test_the_ladder_of_rankings_climbs_from_popularity_over_what_goes_together():
    train, test = sides()
    found = {rung["name"]: score_of(test, rung["predictions"][0]) for rung in climb(SPEC, train, test.drop(columns="relevant"))}
    assert found["co-occurrence"] > 1.2 * max(found["popularity"], found["no-order"])
    assert found["item-neighbours"] > found["co-occurrence"] - 0.02
    assert found["factors-neighbours-trees-blend"] > found["co-occurrence"] - 0.02


def test_folds_hold_some_users_with_all_of_their_rows(monkeypatch):
    monkeypatch.setattr("mle_env.ladder.climb.CV_PAIRS", 2_000)
    train, _ = sides()
    rows = np.concatenate([check for _, check in cross_validation(SPEC, train, Labels(SPEC, train))])
    chosen = train.loc[rows, "reader"]
    assert 1_500 < len(rows) < 2_500
    assert chosen.value_counts().to_dict() == train.loc[train["reader"].isin(set(chosen)), "reader"].value_counts().to_dict()


def test_models_whose_users_have_the_choices_of_others_are_no_better_than_no_order():
    train, test = sides()
    scores = [score_of(test, values) for values in shuffled(SPEC, train, test)]
    assert len(scores) == 25
    assert np.median(scores) < score_of(test, np.zeros(len(test))) + 0.03


def test_users_and_items_that_train_lacks_get_a_score_too():
    train, _ = sides()
    choices = Choices(SPEC, train, train["relevant"].to_numpy(float))
    values = choices.asked(item_neighbours(choices, 0), pd.DataFrame({"reader": ["nobody", "r1"], "book": [7, 999]}))
    assert values.tolist() == [0, 0]


def test_ndcg_is_that_of_each_user_whatever_ties_there_are():
    user, truth, prediction = RANDOM.integers(0, 9, 300), RANDOM.integers(0, 2, 300), RANDOM.integers(0, 6, 300).astype(float)
    truth[user == 4] = 0
    wanted = [ndcg_score([truth[user == one]], [prediction[user == one]], k=10) for one in range(9) if one != 4]
    assert ndcg_at_10(truth, prediction, user) == pytest.approx(np.mean(wanted))
    assert ndcg_at_10(truth, prediction * 1e-7 + 5, user) == pytest.approx(np.mean(wanted))


def test_no_order_of_rows_pays_where_predictions_are_equal():
    truth, user = np.array([1, 0, 0, 0, 0, 1]), np.array([1, 1, 1, 2, 2, 2])
    same = np.zeros(6)
    assert ndcg_at_10(truth, same, user) == pytest.approx(ndcg_at_10(truth[::-1], same, user))


def test_where_nothing_is_relevant_the_score_is_0():
    assert ndcg_at_10(np.zeros(3), np.arange(3.0), np.array([1, 1, 2])) == 0


def test_a_user_who_is_drawn_twice_counts_twice():
    truth = Truth(np.array([1, 0, 0, 1]), {"user": np.array(["a", "a", "b", "b"])})
    rows = np.array([0, 1, 0, 1, 2, 3])
    part, prediction = truth.take(rows, np.array([0, 0, 1, 1, 2, 2])), np.array([2.0, 1.0, 2.0, 1.0])[rows]
    worst = 1 / np.log2(3)
    assert ndcg_at_10(part.values, prediction, **part.more) == pytest.approx((2 + worst) / 3)


def test_the_roc_auc_of_users_is_the_mean_of_theirs():
    user, truth, prediction = RANDOM.integers(0, 5, 200), RANDOM.integers(0, 2, 200), RANDOM.integers(0, 8, 200).astype(float)
    wanted = [roc_auc_score(truth[user == one], prediction[user == one]) for one in range(5)]
    assert roc_auc_by_user(truth, prediction, user) == pytest.approx(np.mean(wanted))
