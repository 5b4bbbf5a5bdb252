import numpy as np
import pandas as pd

from mle_env.audit.copies import copies
from mle_env.audit.facts import Facts
from mle_env.audit.signals import among_candidates, association, candidate_counts

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


def offered(random, places=None):
    """Three candidates of each of 200 users, row by row of one user; the one that was chosen stands at a place by chance, or at a given one."""
    chosen = random.integers(0, 3, 200) if places is None else np.full(200, places)
    table = pd.DataFrame({"id": random.permutation(600).astype(str), "user": np.repeat(np.arange(200), 3), "item": random.integers(0, 40, 600)})
    return table.assign(relevant=(np.tile([0, 1, 2], 200) == np.repeat(chosen, 3)).astype(int))


def test_the_order_of_the_candidates_of_one_user_gives_the_answers_away():
    random = np.random.default_rng(4)
    first, anywhere = offered(random, places=0), offered(random)
    ids = anywhere.sort_values(["user", "relevant"]).assign(id=np.arange(600).astype(str)).sample(frac=1, random_state=1).reset_index(drop=True)

    def effects(table):
        return {what: association(places, table["relevant"])["effect"] for what, places in among_candidates("test", table, FACTS).items()}

    assert effects(first)["order in test among the rows of one user"] > 0.5
    assert association(np.arange(600.0), first["relevant"])["effect"] < 0.1
    assert effects(ids)["id in test among the rows of one user"] > 0.5
    assert max(effects(anywhere).values()) < 0.15


def test_a_pair_of_test_that_train_tells_of_counts_whatever_train_says_of_it():
    train = pd.DataFrame({"user": [1, 1, 2], "item": [7, 8, 7], "relevant": [1, 0, 1]})
    test = pd.DataFrame({"id": [4, 5, 6, 9], "user": [1, 1, 2, 2], "item": [7, 8, 9, 8]})
    package = Tables(train, test)
    package.answers = pd.DataFrame({"id": [9, 6, 5, 4], "relevant": [0, 1, 0, 0]})

    found = copies(package, FACTS, "binary", ["user", "item"])

    assert (found["share"], found["withTarget"]) == (0.5, 0.25)
