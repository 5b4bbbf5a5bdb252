"""Samples of whole entities."""

import numpy as np
import pandas as pd

from .scores import units_of, whole_entities


def test_rows_that_name_no_entity_are_alone():
    codes = units_of(pd.Series(["a", None, "b", "a", None]))
    assert codes[0] == codes[3]
    assert len(set(codes)) == 4


def test_an_entity_is_drawn_with_all_of_its_rows():
    values = pd.Series(np.repeat(np.arange(500), 7))
    drawn = values.iloc[whole_entities(values, 700, 20)]
    assert 700 <= len(drawn) < 720
    assert set(drawn.value_counts()) == {7}


def test_of_large_entities_an_even_share_is_kept():
    values = pd.Series(np.repeat(np.arange(50), 400))
    drawn = values.iloc[whole_entities(values, 1_000, 20)]
    assert 20 <= drawn.nunique() <= 21
    assert drawn.value_counts().between(40, 50).all()


def test_no_entity_is_more_than_a_fold():
    values = pd.Series(["everywhere"] * 1_800 + [f"place {number}" for number in range(100) for _ in range(2)])
    drawn = values.iloc[whole_entities(values, 4_000, 20)].value_counts()
    assert drawn["everywhere"] <= 0.26 * drawn.sum()
    assert len(drawn) == 101
