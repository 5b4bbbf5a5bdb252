import pandas as pd

from .linked_texts import link_texts

BOTH = {"name": "group", "columns": ["one", "other"]}


def pairs(rows: list[tuple[str | None, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["one", "other"])


def test_rows_hang_together_by_a_text_in_either_place_and_through_other_rows():
    table = pairs([("a cat", "a dog"), ("a fox", "A  dog!"), ("a dog", "a hen"), ("a hen", "an owl"), ("a bee", "a fly")])

    groups = link_texts(table, BOTH)["group"]

    assert groups.nunique() == 2
    assert groups.iloc[:4].nunique() == 1


def test_one_column_links_the_rows_of_its_texts_alone():
    table = pairs([("a cat", "a dog"), ("a cat", "a hen"), ("a fox", "a dog")])

    groups = link_texts(table, {"name": "group", "columns": ["one"]})["group"]

    assert groups[0] == groups[1] != groups[2]


def test_missing_texts_and_texts_without_a_word_link_nothing():
    table = pairs([(None, "a dog"), (None, "a hen"), ("?", "a fox"), ("!", "an owl")])

    assert link_texts(table, BOTH)["group"].nunique() == 4


def test_the_names_of_groups_do_not_tell_the_order_of_rows():
    table = pairs([(f"word{place}", f"other{place}") for place in range(200)])

    forwards = link_texts(table, BOTH)["group"].str[1:].astype(int)
    backwards = link_texts(table[::-1].reset_index(drop=True), BOTH)["group"].str[1:].astype(int)

    assert abs(forwards.corr(pd.Series(range(200)), method="spearman")) < 0.3
    assert (forwards.to_numpy() == backwards.to_numpy()[::-1]).all()
