import pytest

from mle_env.profile.documentation import column_notes, stated_target


@pytest.mark.parametrize(
    "line",
    [
        "Target: note, the score that tasters gave",
        "The target variable is `note`: the score that tasters gave",
        "- **Label column** = note – the score that tasters gave",
        "The outcome is the column note. the score that tasters gave",
    ],
)
def test_a_line_that_names_the_target_is_understood(line):
    text = f"# Wines\n\n{line}\n"
    assert stated_target(text, ["note", "acid"]) == "note"
    assert column_notes(text, ["note", "acid"]) == {"note": "the score that tasters gave"}


def test_a_named_target_keeps_its_own_note():
    text = "- note: score from 0 to 20\n- acid: grams a litre\n\nTarget: note\n"
    assert column_notes(text, ["note", "acid"]) == {"note": "score from 0 to 20", "acid": "grams a litre"}


def test_a_target_that_is_no_column_is_none():
    assert stated_target("Target: the young and the brave\n", ["note"]) is None
