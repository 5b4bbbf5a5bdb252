import numpy as np
import pandas as pd

from .changes import with_changes
from .climb import climb
from .task_spec import TaskSpec

SPEC = TaskSpec(objective="regression", metric="rmse", target="later", present="now", seed=3)


def drifting(rows: int) -> pd.DataFrame:
    """What is large falls, what is small rises, and `push` adds to it."""
    random = np.random.default_rng(rows)
    now, push = random.normal(100, 20, rows), random.choice([-5.0, 5.0], rows)
    return pd.DataFrame({"id": range(rows), "now": now, "push": push, "later": now + 0.2 * (100 - now) + push + random.normal(0, 1, rows)})


def scores(spec: TaskSpec, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, float]:
    found = climb(spec, train, test.drop(columns=spec.target))
    return {str(rung["name"]): float(np.sqrt(np.mean((rung["predictions"][0] - test[spec.target]) ** 2))) for rung in found}


def test_that_nothing_changes_is_the_best_trivial_answer_and_rungs_of_changes_beat_it():
    found = scores(SPEC, drifting(400), drifting(200))

    assert found["last-value"] < 0.5 * found["train-mean"]
    assert found["tuned-trees-linear-blend-of-changes"] < 0.6 * found["last-value"]


def test_a_missing_present_value_is_no_fault():
    train, test = drifting(400), drifting(200)
    test.loc[:5, "now"] = np.nan

    assert all(np.isfinite(score) for score in scores(SPEC, train, test).values())


def test_changes_of_quantities_in_proportion_are_learned_on_their_scale():
    train, test = (table.assign(later=np.exp(table["later"] / 20), now=np.exp(table["now"] / 20)) for table in (drifting(400), drifting(200)))

    assert all(np.isfinite(score) for score in scores(TaskSpec("regression", "rmsle", "later", present="now"), train, test).values())


def test_rungs_see_how_far_numbers_have_moved():
    table = pd.DataFrame({"now": [3.0, 5.0], "now_6_hours_before": [1.0, None], "other_6_hours_before": [1.0, 1.0]})

    assert with_changes(table)["now_6_hours_before_change"].tolist()[0] == 2
    assert list(with_changes(table).columns) == [*table.columns, "now_6_hours_before_change"]
