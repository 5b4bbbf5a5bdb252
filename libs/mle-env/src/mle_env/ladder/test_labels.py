from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from mle_env.ladder.cells import EMPTY, cell_of
from mle_env.ladder.climb import climb
from mle_env.ladder.labels import best_threshold
from mle_env.ladder.scores import Truth, score
from mle_env.ladder.task_spec import TaskSpec

TABLE = TaskSpec(objective="multilabel", metric="label_f1", target="plants", seed=5)
TEXT = TaskSpec(objective="multilabel", metric="label_f1", target="genres", text=("plot",), seed=5)
WORDS = {"comedy": ["laugh", "joke"], "crime": ["heist", "police"], "war": ["siege", "trench"]}


def plots(rows, seed):
    """Plants by soil: one follows from a number, one from a product, one from either of two, each with errors."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame({name: random.uniform(0, 1, rows).round(3) for name in ("acid", "wet", "shade", "slope")})
    grows = {"fern": (table["shade"] > 0.5) != (table["wet"] > 0.5), "heather": table["acid"] > 0.6, "thyme": (table["slope"] > 0.8) | (table["acid"] < 0.2)}
    grows = pd.DataFrame(grows) ^ (random.random((rows, 3)) < 0.08)
    return table.assign(plants=[cell_of(list(grows.columns[row])) for row in grows.to_numpy()])


def films(rows, seed):
    """Plots that mention most of what their genres are about."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(rows):
        held = [genre for genre in WORDS if random.random() < 0.35]
        words = list(random.choice("a the of old night street house road river friend summer".split(), 10))
        words += [random.choice(WORDS[genre]) for genre in held for _ in range(2) if random.random() < 0.7]
        found.append((" ".join(random.permutation(words)), cell_of(held)))
    return pd.DataFrame(found, columns=["plot", "genres"])


SIDES = {"table": (TABLE, plots(300, 1), plots(200, 2)), "text": (TEXT, films(300, 3), films(200, 4))}


@lru_cache(maxsize=4)
def climbed(kind, time=1):
    """The rungs of a kind of table, climbed for the first or for a second time."""
    spec, train, test = SIDES[kind]
    return climb(spec, train, test.drop(columns=spec.target), seeds=1)


@pytest.mark.parametrize("kind", SIDES)
def test_the_ladder_climbs_from_constants_over_one_model_a_label_to_thresholds(kind):
    spec, _, test = SIDES[kind]
    truth = Truth.of("label_f1", test, spec.target)
    found = {rung["kind"]: score("label_f1", truth, rung["predictions"][0]) for rung in climbed(kind) if rung["name"] != "commonest-set"}
    assert found["standard"] > found["simple"] + 0.05
    assert found["strong"] > found["trivial"] + 0.1
    assert found["strong"] > found["standard"] - 0.03
    assert found["strong"] < 0.99


@pytest.mark.parametrize("kind", SIDES)
def test_every_rung_gives_known_labels_in_order_and_the_same_again(kind):
    spec, train, _ = SIDES[kind]
    known = {label for cell in train[spec.target] if cell != EMPTY for label in cell.split(" ")}
    for one, other in zip(climbed(kind), climbed(kind, time=2)):
        assert list(one["predictions"][0]) == list(other["predictions"][0])
        assert one["cvScore"] == other["cvScore"]
        for cell in one["predictions"][0]:
            labels = [] if cell == EMPTY else cell.split(" ")
            assert set(labels) <= known
            assert labels == sorted(set(labels))


def test_all_labels_are_a_better_constant_than_the_commonest_set():
    spec, _, test = SIDES["table"]
    truth = Truth.of("label_f1", test, spec.target)
    found = {rung["name"]: score("label_f1", truth, rung["predictions"][0]) for rung in climbed("table")[:2]}
    assert found["every-label"] > found["commonest-set"]


def test_the_threshold_of_a_rare_label_is_low():
    truth = np.array([True, True, False, False, False, False])
    assert best_threshold(truth, np.array([0.2, 0.18, 0.11, 0.09, 0.04, 0.01])) == pytest.approx(0.125)
