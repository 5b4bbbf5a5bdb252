import numpy as np
import pandas as pd
import pytest

from mle_env.ladder.climb import climb
from mle_env.ladder.decide import Labels
from mle_env.ladder.permute import permuted
from mle_env.ladder.scores import Truth, concordance_index, score
from mle_env.ladder.survival import RiskSets, coded, cox, decoded, excess
from mle_env.ladder.task_spec import TaskSpec

RANDOM = np.random.default_rng(3)
SPEC = TaskSpec(objective="survival", metric="concordance_index", target="days", seed=5)


def by_pairs(time, prediction, event):
    """The definition, pair by pair."""
    points, pairs = 0.0, 0
    for early in np.flatnonzero(event == 1):
        for late in np.flatnonzero(time > time[early]):
            pairs += 1
            points += 1.0 if prediction[late] > prediction[early] else 0.5 if prediction[late] == prediction[early] else 0.0
    return points / pairs if pairs else 0.5


@pytest.mark.parametrize("levels", [3, 12, 10_000])
def test_the_concordance_is_that_of_all_pairs_with_ties_and_censoring(levels):
    for _ in range(5):
        time, prediction = RANDOM.integers(0, levels, 150), RANDOM.integers(0, levels, 150).astype(float)
        event = (RANDOM.random(150) < 0.4).astype(int)
        assert concordance_index(time, prediction, event) == pytest.approx(by_pairs(time, prediction, event), abs=1e-12)


def test_true_times_are_perfect_whatever_is_censored_and_a_constant_is_worth_a_half():
    time, event = RANDOM.integers(0, 30, 200), RANDOM.integers(0, 2, 200)
    assert concordance_index(time, time.astype(float), event) == 1
    assert concordance_index(time, -time.astype(float), event) == 0
    assert concordance_index(time, np.zeros(200), event) == 0.5


def test_without_any_pair_that_can_be_compared_the_concordance_is_a_half():
    assert concordance_index(np.arange(9), np.arange(9.0), np.zeros(9)) == 0.5
    assert concordance_index(np.full(9, 4), np.arange(9.0), np.ones(9)) == 0.5


def test_a_censored_row_is_compared_only_with_events_before_it():
    # The second row left at day 2: whether its event came before day 3 is not known.
    assert concordance_index(np.array([1, 2, 3]), np.array([1.0, 9.0, 2.0]), np.array([1, 0, 1])) == 1


def test_a_coded_time_keeps_order_and_event_even_at_time_zero():
    time, event = np.array([0.0, 0.0, 5.0, 2.0]), np.array([1, 0, 0, 1])
    again, seen = decoded(coded(time, event))
    assert list(seen) == [1, 0, 0, 1]
    assert list(again - 1) == [0, 0, 5, 2]


def test_the_likelihood_has_the_gradient_that_differences_give():
    codes = coded(RANDOM.integers(1, 9, 40), RANDOM.integers(0, 2, 40))
    risk, sets = RANDOM.normal(size=40), RiskSets(codes)
    loss, gradient, _ = sets.loss(risk)
    moved = [(sets.loss(risk + 1e-6 * (np.arange(40) == row))[0] - loss) / 1e-6 for row in range(40)]
    assert gradient == pytest.approx(np.array(moved), abs=1e-4)


def test_what_a_null_model_leaves_sums_to_nothing():
    assert excess(coded(RANDOM.integers(0, 50, 300), RANDOM.integers(0, 2, 300))).sum() == pytest.approx(0, abs=1e-9)


def test_the_coefficients_are_those_of_statsmodels():
    from statsmodels.duration.hazard_regression import PHReg

    x = RANDOM.normal(size=(300, 3))
    time, event = RANDOM.exponential(np.exp(-x @ [0.8, -0.5, 0])), RANDOM.integers(0, 2, 300)
    known = PHReg(time, x, status=event, ties="breslow").fit().params
    given = -cox(x, coded(time, event), [np.eye(3)], 1e9)[0]
    assert given == pytest.approx(known, abs=1e-3)


def patients(rows):
    """Times that fall with age and with a product of two markers; half of them censored."""
    table = pd.DataFrame({"id": range(rows), "age": RANDOM.normal(60, 10, rows), "one": RANDOM.normal(size=rows), "two": RANDOM.normal(size=rows)})
    table["ward"] = RANDOM.choice(list("abcd"), rows)
    hazard = np.exp(0.07 * (table["age"] - 60) + 0.9 * table["one"] * table["two"] + 0.5 * (table["ward"] == "a"))
    lived, watched = RANDOM.exponential(1000 / hazard), RANDOM.uniform(0, 2000, rows)
    return table.assign(days=np.minimum(lived, watched).round(), event=(lived <= watched).astype(int))


def test_the_ladder_climbs_from_no_order_over_cox_to_trees():
    train, test = patients(1_200), patients(600)
    truth = Truth.of("concordance_index", test, "days")
    found = {rung["kind"]: score("concordance_index", truth, rung["predictions"][0]) for rung in climb(SPEC, train, test.drop(columns=["days", "event"]))}
    assert found["trivial"] == 0.5
    assert 0.6 < found["simple"] <= found["standard"] + 0.02
    assert found["strong"] > found["standard"] + 0.02


def test_shuffled_labels_keep_each_time_with_its_event():
    train = patients(300)
    labels = Labels(SPEC, train)
    times, events = decoded(permuted(labels.codes, None, RANDOM))
    before = sorted(zip(*decoded(labels.codes)))
    assert sorted(zip(times, events)) == before
