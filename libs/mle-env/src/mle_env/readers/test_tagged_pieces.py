import json

import pytest

from mle_env.readers import load
from mle_env.readers.tagged_pieces import tagged_text, token_spans

PIECES = {"list": "data", "text": "text", "name": "slot", "between": "", "columns": {"text": "text", "tokens": "tokens", "tags": "tags"}}


def tagged(*chunks, **others):
    return tagged_text([{"text": text} if name is None else {"text": text, "slot": name} for text, name in chunks], PIECES | others)


def test_tokens_of_a_named_piece_get_its_name():
    text, tokens, tags = tagged(("play ", None), ("Hey Jude", "track"), (" by ", None), ("the Beatles", "artist"), (".", None))
    assert text == "play Hey Jude by the Beatles."
    assert tokens == "play Hey Jude by the Beatles ."
    assert tags == "O B-track I-track O B-artist I-artist O"


def test_two_pieces_of_one_name_stay_two_even_side_by_side():
    assert tagged(("one", "number"), (" ", None), ("two", "number"))[2] == "B-number B-number"


def test_pieces_say_nothing_about_where_tokens_are():
    whole = tagged(("rate Dune's end 4 of 6", None))
    cut = tagged(("rate ", None), ("Dune", "book"), ("'s end ", None), ("4", "value"), (" of ", None), ("6", "best"))
    assert whole[:2] == cut[:2]


def test_a_token_that_a_piece_ends_in_belongs_to_the_piece_that_has_most_of_it():
    assert tagged(("book", "thing"), ("s", None))[2] == "B-thing"
    assert tagged(("s", "thing"), ("books", None))[2] == "O"


def test_words_without_spaces_get_one_between_them():
    assert tagged(("to", None), ("Oslo", "city"), between=" ")[:2] == ("to Oslo", "to Oslo")


@pytest.mark.parametrize(("name", "tags"), [("entity name", "B-entity_name"), ("", "O"), (" ", "O"), ("O", "O"), (7, "O")])
def test_names_have_no_space_and_no_name_is_none(name, tags):
    assert tagged(("Oslo", name))[2] == tags


def test_a_text_without_tokens_is_no_sentence():
    assert tagged((" \u200b", None)) == (None, None, None) and tagged() == (None, None, None)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("don't", ["don", "'", "t"]),
        ("7/25/2027", ["7", "/", "25", "/", "2027"]),
        ("cafe\u0301 \u0928\u092e\u0938\u094d\u0924\u0947", ["cafe\u0301", "\u0928\u092e\u0938\u094d\u0924\u0947"]),
        ("a\u00a0b\tc\u200bd", ["a", "b", "c", "d"]),
        ("\u2764\ufe0f!", ["\u2764\ufe0f", "!"]),
    ],
)
def test_runs_of_letters_and_digits_are_tokens_and_so_is_every_other_sign(text, tokens):
    assert [text[start:end] for start, end in token_spans(text)] == tokens


def test_a_table_holds_text_tokens_and_tags_where_its_pieces_stood(tmp_path):
    records = [{"n": 1, "data": [{"text": "to "}, {"text": "Oslo", "slot": "city"}]}, {"n": 2, "data": []}, {"n": 3}]
    (tmp_path / "a.json").write_text(json.dumps({"go": records}))
    reader = {"format": "json", "files": ["a.json"], "encoding": "utf-8", "recordPath": ["*"], "labelFromKey": "label", "missing": [], "pieces": PIECES}
    table = load(reader, tmp_path)
    assert list(table.columns) == ["n", "text", "tokens", "tags", "label"]
    assert table["tags"].fillna("-").tolist() == ["O B-city", "-", "-"]


@pytest.mark.parametrize("cell", ['"a sentence"', "a sentence", "5", '["a", {"text": "b"}]', '[["a"]]', '{"text": "b"}'])
def test_a_cell_that_is_no_list_of_pieces_has_no_text(tmp_path, cell):
    records = [{"data": [{"text": "to "}, {"text": "Oslo", "slot": "city"}]}, {"data": json.loads(cell) if cell != "a sentence" else cell}]
    (tmp_path / "u.json").write_text(json.dumps(records))

    table = load({"format": "json", "files": ["u.json"], "encoding": "utf-8", "missing": [], "pieces": PIECES}, tmp_path)

    assert table["text"].tolist() == ["to Oslo", None]


def test_a_piece_without_a_text_adds_nothing():
    assert tagged_text([{"text": None}, {"text": "Oslo", "slot": "city"}], PIECES) == ("Oslo", "Oslo", "B-city")
