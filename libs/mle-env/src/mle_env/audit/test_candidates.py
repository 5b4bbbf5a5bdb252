import numpy as np
import pandas as pd

from mle_env.audit.facts import Facts
from mle_env.audit.leakage import association, candidate_counts

FACTS = Facts("id", "relevant", "ranking", "ndcg_at_10", "number", "maximize", 1.0)
FACTS.entities = [{"column": "user", "role": "known"}, {"column": "item", "role": "known"}]


class Tables:
    def __init__(self, train, test):
        self.train, self.test = train, test


def test_strangers_drawn_without_regard_to_how_common_items_are_give_the_answers_away():
    random = np.random.default_rng(3)
    common = np.arange(1, 61) / np.arange(1, 61).sum()
    chosen, others = random.choice(60, 2_000, p=common), random.integers(0, 60, 2_000)
    alike = random.permutation(chosen)
    truth = pd.Series(np.repeat([1, 0], 2_000))
    effects = {}
    for name, strangers in (("evenly", others), ("alike", alike)):
        test = pd.DataFrame({"user": random.integers(0, 90, 4_000), "item": np.concatenate([chosen, strangers])})
        counts = candidate_counts(Tables(test, test), FACTS)
        effects[name] = association(counts["number of test rows of item"], truth)["effect"]
    assert effects["evenly"] > 0.2 and effects["alike"] < 0.05
