import numpy as np
import pandas as pd
import pytest

from .climb import climb
from .pairs import overlaps
from .task_spec import TaskSpec

WORDS = [f"w{place}" for place in range(80)]


def pairs(rows: int = 500) -> pd.DataFrame:
    """Pairs whose target is what they have in common; of each text alone nothing follows."""
    random = np.random.default_rng(2)
    made = []
    for place in range(rows):
        words, same = random.choice(80, 8, replace=False), int(random.integers(0, 9))
        other = [*words[:same], *random.choice(80, 8 - same)]
        made.append([place, " ".join(WORDS[word] for word in words), " ".join(WORDS[word] for word in random.permutation(other)), same])
    table = pd.DataFrame(made, columns=["id", "one", "other", "score"])
    return table.assign(same=(table["score"] > 4).astype(int), level=np.select([table["score"] < 3, table["score"] < 6], ["low", "middle"], "high"))


@pytest.mark.parametrize(
    ("objective", "metric", "target"), [("binary", "roc_auc", "same"), ("multiclass", "macro_f1", "level"), ("regression", "rmse", "score")]
)
def test_every_learned_rung_compares_the_texts_and_one_text_alone_tells_nothing(objective, metric, target):
    table = pairs()[["id", "one", "other", target]]
    spec = TaskSpec(objective, metric, target, text=("one", "other"), pair=("one", "other"))

    climbed = {rung["name"]: rung for rung in climb(spec, table.iloc[:350], table.iloc[350:], seeds=1)}

    best = max(spec.sign * climbed[name]["cvScore"] for name in climbed if climbed[name]["kind"] == "trivial")
    learned = ["overlap-linear", "words-overlap-linear", "overlap-meaning-trees-blend"]
    assert list(climbed)[-5:] == ["first-text-alone", "second-text-alone", *learned]
    for name in learned:
        assert spec.sign * climbed[name]["cvScore"] > best + (0.2 if objective != "regression" else 0.8)


def test_texts_that_are_missing_or_have_no_words_are_compared_too():
    table = pairs(60).assign(one=lambda made: made["one"].where(made["id"] % 3 > 0), other=lambda made: made["other"].where(made["id"] % 5 > 0, "?"))
    spec = TaskSpec("binary", "roc_auc", "same", text=("one", "other"), pair=("one", "other"))

    climbed = climb(spec, table.iloc[:40], table.iloc[40:], seeds=1)

    assert all(np.isfinite(rung["predictions"][0]).all() for rung in climbed)


def test_numbers_and_negations_that_differ_are_seen():
    plain, number, negated = (overlaps("pay 3 bills now", text) for text in ("pay 3 bills now", "pay 5 bills now", "do not pay 3 bills now"))

    assert plain[12:17] == [0, 0, 1, 0, 0]
    assert number[12:15] == [1, 1, 0]
    assert negated[15:17] == [-1, 1]
