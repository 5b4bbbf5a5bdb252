"""Whether train and test can be told apart."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from mle_env.ladder.permute import permuted
from mle_env.rounding import significant
from mle_env.screen.encoding import encode
from mle_env.screen.scores import boosted_scores

from .facts import Facts
from .files import Package

#: Most rows of both sides together.
ROWS = 1_500
LEAST_ENTITIES = 20
SEED = 17
#: ROC AUC of telling sides apart below which its chance is not asked.
MATTERS = 0.6
PERMUTATIONS = 20


def adversarial(package: Package, facts: Facts, names: list[str]) -> dict[str, Any] | None:
    """ROC AUC of telling test rows from train rows and its chance over permutations of whole units; None where they must differ.

    Columns that name entities are left out. The permutations are made where the ROC AUC is high enough to matter.
    """
    entities = {entity["column"] for entity in facts.entities} | {facts.group}
    names = [name for name in names if name not in entities]
    if facts.time is not None or not names:
        return None
    size = min(len(package.train), len(package.test), ROWS // 2)
    both = pd.concat([package.train.sample(n=size, random_state=SEED), package.test.sample(n=size, random_state=SEED)], ignore_index=True)
    side = np.repeat([0.0, 1.0], size)
    units = pd.factorize(both[facts.group].astype(str))[0] if facts.group in both else None
    features = np.column_stack([encode(both[name]) for name in names])
    if units is not None and len(np.unique(units)) < LEAST_ENTITIES:
        return None
    told = float(np.mean(boosted_scores(features, side, "binary", units, count=3)))
    if told <= MATTERS:
        return {"roc_auc": significant(told, 4), "p": None}
    random = np.random.default_rng(SEED)
    by_chance = [float(np.mean(boosted_scores(features, permuted(side, units, random), "binary", units, count=3))) for _ in range(PERMUTATIONS)]
    spread = float(np.std(by_chance, ddof=1)) or 1e-9
    return {"roc_auc": significant(told, 4), "p": significant(float(stats.norm.sf((told - np.mean(by_chance)) / spread)), 3)}
