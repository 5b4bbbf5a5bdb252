"""Whether a label of two texts is about the two, or about one of them."""

from typing import Any

import numpy as np
import pandas as pd

from mle_env.ladder import pairs
from mle_env.ladder.climb import cross_validation, cv_score
from mle_env.ladder.decide import Labels
from mle_env.ladder.rungs import Rung, constant, prior
from mle_env.ladder.task_spec import TaskSpec

ROWS = 1_500
#: Below this the gain of comparing is no gain, and a share of it says nothing: of the way from trivial to perfect.
LEAST_GAIN = 0.05


def one_text(labelled: pd.DataFrame, y: np.ndarray, objective: str, pair: dict[str, Any]) -> float | None:
    """The share of what comparing two texts gains that one of them gains alone; None where comparing gains nothing.

    `y` holds 0 and 1, class codes or numbers; cross-validated on a sample, with rows that `pair.group` puts together in one fold.
    """
    classes = objective in ("binary", "multiclass")
    metric = {"binary": "roc_auc", "multiclass": "macro_f1"}.get(objective, "rmse")
    group = pair.get("group") if pair.get("group") in labelled else None
    names = [pair["one"], pair["other"]]
    table = labelled[[*names, *([group] if group else [])]].assign(asked=y.astype(int) if classes else y).reset_index(drop=True)
    table = table.sample(n=min(ROWS, len(table)), random_state=1).reset_index(drop=True)
    spec = TaskSpec(objective if classes else "regression", metric, "asked", group=group, text=tuple(names), pair=(names[0], names[1]), seed=1)
    folds = cross_validation(spec, table, Labels(spec, table))
    fits = {
        "trivial": prior if classes else constant(np.mean),
        "first": pairs.only(0),
        "second": pairs.only(1),
        "overlap": pairs.simple,
        "words": pairs.standard,
    }
    scores = {name: spec.sign * cv_score(spec, Rung(name, "", fit), table, folds) for name, fit in fits.items()}
    trivial = scores["trivial"]
    compared = max(scores["overlap"], scores["words"]) - trivial
    whole = spec.measure.optimum - trivial if spec.sign > 0 else -trivial
    if not np.isfinite(compared) or compared < LEAST_GAIN * whole:
        return None
    return float((max(scores["first"], scores["second"]) - trivial) / compared)
