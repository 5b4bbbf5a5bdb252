import numpy as np
import pytest
from sklearn import metrics

from mle_env.ladder.cells import cell_of
from mle_env.ladder.metric_catalogue import METRICS
from mle_env.ladder.scores import SCORES

RANDOM = np.random.default_rng(5)
BINARY = RANDOM.integers(0, 2, 200)
PROBABILITY = np.round(RANDOM.random(200), 2)
LEVELS = RANDOM.integers(0, 4, 200)
GUESSED = RANDOM.integers(0, 4, 200)
AMOUNT = RANDOM.gamma(2, 10, 200)
ESTIMATE = RANDOM.gamma(2, 10, 200)


@pytest.mark.parametrize(
    ("name", "truth", "prediction", "expected"),
    [
        ("roc_auc", BINARY, PROBABILITY, metrics.roc_auc_score(BINARY, PROBABILITY)),
        ("average_precision", BINARY, PROBABILITY, metrics.average_precision_score(BINARY, PROBABILITY)),
        ("log_loss", BINARY, PROBABILITY * 0.98 + 0.01, metrics.log_loss(BINARY, PROBABILITY * 0.98 + 0.01)),
        ("macro_f1", LEVELS, GUESSED, metrics.f1_score(LEVELS, GUESSED, average="macro")),
        ("quadratic_weighted_kappa", LEVELS, GUESSED, metrics.cohen_kappa_score(LEVELS, GUESSED, weights="quadratic")),
        ("rmse", AMOUNT, ESTIMATE, metrics.root_mean_squared_error(AMOUNT, ESTIMATE)),
        ("mae", AMOUNT, ESTIMATE, metrics.mean_absolute_error(AMOUNT, ESTIMATE)),
        ("rmsle", AMOUNT, ESTIMATE, metrics.root_mean_squared_log_error(AMOUNT, ESTIMATE)),
        ("mean_poisson_deviance", AMOUNT, ESTIMATE, metrics.mean_poisson_deviance(AMOUNT, ESTIMATE)),
        ("balanced_accuracy", LEVELS, GUESSED, metrics.balanced_accuracy_score(LEVELS, GUESSED)),
        ("r2", AMOUNT, ESTIMATE, metrics.r2_score(AMOUNT, ESTIMATE)),
    ],
)
def test_each_metric_gives_what_scikit_learn_gives(name, truth, prediction, expected):
    assert SCORES[name](truth, prediction) == pytest.approx(expected, rel=1e-9)


def test_scaled_errors_are_means_over_series_whatever_their_length():
    series, scale = np.array(["a", "a", "a", "b"]), np.array([2.0, 2.0, 2.0, 10.0])
    truth, prediction = np.array([1.0, 2.0, 3.0, 50.0]), np.array([3.0, 2.0, 3.0, 30.0])
    assert SCORES["mase"](truth, prediction, series, scale) == pytest.approx(((1 + 0 + 0) / 3 + 2) / 2)
    assert SCORES["rmsse"](truth, prediction, series, scale) == pytest.approx((np.sqrt(1 / 3) + 2) / 2)


@pytest.mark.parametrize(
    ("truth", "prediction", "expected"),
    [
        (["B-x I-x O", "O B-y"], ["B-x I-x O", "O B-y"], 1.0),
        (["B-x I-x O", "O B-y"], ["B-x O O", "O B-y"], 0.5),
        (["B-x I-x O"], ["B-y I-y O"], 0.0),
        (["B-x B-x"], ["B-x I-x"], 0.0),
        (["B-x I-x"], ["I-x I-x"], 1.0),
        (["B-x I-y"], ["B-x B-y"], 1.0),
        (["O O"], ["O O"], 1.0),
        (["O O"], ["B-x O"], 0.0),
        (["B-x O"], ["O O"], 0.0),
    ],
)
def test_entities_count_where_kind_and_both_ends_are_right(truth, prediction, expected):
    assert SCORES["span_f1"](np.array(truth), np.array(prediction)) == expected


def test_labels_that_no_row_has_do_not_count():
    truth, prediction = np.array(["a b", "a", "-"]), np.array(["a", "a c", "-"])
    assert SCORES["label_f1"](truth, prediction) == 0.5
    assert SCORES["label_f1"](np.array(["-", "-"]), np.array(["-", "-"])) == 1.0
    assert SCORES["label_f1"](np.array(["-", "-"]), np.array(["-", "a"])) == 0.0


def test_the_mean_over_labels_is_that_of_scikit_learn():
    wanted, given = RANDOM.random((200, 5)) < 0.3, RANDOM.random((200, 5)) < 0.3
    cells = [np.array([cell_of([name for name, on in zip("abcde", row) if on]) for row in table]) for table in (wanted, given)]
    assert SCORES["label_f1"](*cells) == pytest.approx(metrics.f1_score(wanted, given, average="macro"), rel=1e-12)


def test_a_constant_has_no_agreement_beyond_chance():
    assert SCORES["quadratic_weighted_kappa"](LEVELS, np.full(200, 2)) == 0.0


def test_every_metric_of_the_catalogue_can_be_scored():
    assert sorted(set(METRICS) - set(SCORES)) == []
