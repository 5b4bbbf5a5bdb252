import numpy as np
import pandas as pd
import pytest

from .one_text import one_text

WORDS = [f"w{place}" for place in range(60)]
PAIR = {"one": "text1", "other": "text2", "group": None}


def texts(rows: int = 400) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Pairs, how many words each has in common, and whether the second one has words of the first third."""
    random = np.random.default_rng(9)
    made, common, told = [], [], []
    for _ in range(rows):
        words, same = random.choice(60, 7, replace=False), int(random.integers(0, 8))
        other = [*words[:same], *random.choice(60, 7 - same)]
        made.append([" ".join(WORDS[word] for word in side) for side in (words, random.permutation(other))])
        common.append(same)
        told.append(sum(word < 20 for word in other))
    return pd.DataFrame(made, columns=["text1", "text2"]), np.array(common, float), np.array(told, float)


@pytest.mark.parametrize("objective", ["binary", "regression"])
def test_a_label_of_the_second_text_is_told_from_a_label_of_both(objective):
    table, common, told = texts()
    answers = [(values > np.median(values)).astype(float) if objective == "binary" else values for values in (common, told)]

    of_both, of_one = (one_text(table, y, objective, PAIR) for y in answers)

    assert of_both < 0.4
    assert of_one > 0.75


def test_labels_that_nothing_tells_have_no_share():
    table, *_ = texts()
    assert one_text(table, np.random.default_rng(2).integers(0, 2, len(table)).astype(float), "binary", PAIR) is None
