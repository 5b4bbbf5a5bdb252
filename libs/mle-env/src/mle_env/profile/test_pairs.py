import numpy as np
import pandas as pd
import pytest

from .columns import measure
from .pairs import counterparts, linked_by, pair_of

WORDS = [f"w{place}" for place in range(60)]


def table(names: tuple[str, str], alike: bool = True, related: bool = True, rows: int = 300) -> pd.DataFrame:
    random = np.random.default_rng(4)
    others = WORDS if alike else [word.upper() + "x" for word in WORDS]
    ones, twos = [], []
    for _ in range(rows):
        words = random.choice(60, 8, replace=False)
        ones.append(" ".join(WORDS[place] for place in words))
        kept = words[:4] if related else random.choice(60, 4, replace=False)
        twos.append(" ".join(others[place] for place in [*kept, *random.choice(60, 4)]))
    return pd.DataFrame({names[0]: ones, names[1]: twos, "label": random.integers(0, 2, rows)})


def found_in(made: pd.DataFrame) -> tuple[str, str] | None:
    pair = pair_of(made, [measure(name, made[name], len(made), len(made)) for name in made])
    return None if pair is None else (pair["one"], pair["other"])


@pytest.mark.parametrize(
    "names", [("question1", "question2"), ("sentence_A", "sentence_B"), ("text_a", "text_b"), ("leftText", "rightText"), ("premise", "hypothesis")]
)
def test_names_of_counterparts_are_known(names):
    assert counterparts(*names)
    assert not counterparts(*reversed(names))


@pytest.mark.parametrize("names", [("question", "comment"), ("question1", "answer2"), ("title", "body"), ("text_a", "text_c")])
def test_other_names_are_none(names):
    assert not counterparts(*names)


def test_two_texts_of_one_kind_and_about_one_thing_are_a_pair_whatever_their_names():
    assert found_in(table(("headline", "caption"))) == ("headline", "caption")


def test_two_texts_that_only_use_the_same_words_are_none_unless_they_are_named_so():
    assert found_in(table(("praise", "complaint"), related=False)) is None
    assert found_in(table(("query", "document"), related=False)) == ("query", "document")


def test_names_alone_make_no_pair():
    assert found_in(table(("text1", "text2"), alike=False, related=False)) is None


def test_a_third_text_leaves_only_named_pairs():
    assert found_in(table(("headline", "caption")).assign(note=table(("one", "two"))["one"][::-1].to_numpy())) is None
    assert found_in(table(("text1", "text2")).assign(note=table(("one", "two"))["one"][::-1].to_numpy())) == ("text1", "text2")


def test_pairs_of_which_no_text_comes_twice_need_no_groups():
    assert linked_by(table(("a", "b")), ["a", "b"]) == (None, ["a", "b"])


def test_pairs_are_linked_by_both_texts_where_few_hang_together_and_else_by_the_one_of_more_texts():
    few = table(("a", "b"))
    few["a"] = few["a"].iloc[np.arange(300) // 3].to_numpy()
    many = few.assign(b=few["b"].iloc[np.arange(300) % 25].to_numpy())

    assert linked_by(few, ["a", "b"]) == ({"name": "pair_group", "columns": ["a", "b"]}, ["a", "b"])
    assert linked_by(many, ["a", "b"]) == ({"name": "pair_group", "columns": ["a"]}, ["a"])
