from types import SimpleNamespace

import numpy as np
import pandas as pd

from .facts import Facts
from .shared_texts import shared_texts

WORDS = [f"w{place}" for place in range(60)]


def pairs(names=("text1", "text2"), rows=300) -> pd.DataFrame:
    random = np.random.default_rng(6)
    made = [(words, [*words[:3], *random.choice(60, 4)]) for words in (random.choice(60, 7, replace=False) for _ in range(rows))]
    return pd.DataFrame([[" ".join(WORDS[word] for word in side) for side in pair] for pair in made], columns=list(names)).assign(label=1)


def share_of(table: pd.DataFrame, pair: dict | None = None) -> dict | None:
    facts = Facts("id", "label", "binary", None, "probability", None, None, text=[name for name in table if name != "label"], pair=pair)
    return shared_texts(SimpleNamespace(train=table.iloc[:200], test=table.iloc[200:]), facts)


def test_a_text_of_a_test_row_in_train_is_seen_in_either_place_and_in_another_case():
    table = pairs()
    table.loc[200:219, "text2"] = table["text1"].iloc[:20].str.upper().to_numpy() + "!"

    assert share_of(pairs()) == {"columns": ["text1", "text2"], "share": 0.0, "stated": True}
    assert share_of(table) == {"columns": ["text1", "text2"], "share": 0.2, "stated": True}


def test_a_pair_that_nobody_calls_so_is_measured_and_not_stated():
    assert share_of(pairs(("headline", "caption"))) == {"columns": ["headline", "caption"], "share": 0.0, "stated": False}


def test_texts_that_are_declared_to_come_on_both_sides_do_not_count():
    table = pairs()
    table["text2"] = table["text2"].iloc[np.arange(300) % 10].to_numpy()

    assert share_of(table, {"one": "text1", "other": "text2", "apart": ["text1"]})["share"] == 0.0
    assert share_of(table, {"one": "text1", "other": "text2", "apart": ["text1", "text2"]})["share"] == 1.0


def test_one_text_is_no_pair():
    assert share_of(pairs()[["text1", "label"]]) is None
