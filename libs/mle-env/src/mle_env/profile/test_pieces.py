import json

import pytest

from mle_env.profile import profile

from .pieces import text_in_pieces

CITIES = ["Oslo", "New York", "Rome", "Lima"]


def commands(count=40, key="slot", **others):
    """To somewhere at some time, with the names of both."""
    return [
        {"data": [{"text": "to "}, {"text": CITIES[number % 4], key: "city"}, {"text": " at "}, {"text": str(number % 12), key: "hour"}], **others}
        for number in range(count)
    ]


@pytest.mark.parametrize("lines", [False, True])
def test_named_pieces_make_a_table_of_tagged_sentences(tmp_path, lines):
    (tmp_path / "raw").mkdir()
    records = commands()
    text = "\n".join(map(json.dumps, records)) if lines else json.dumps({"go": records})
    (tmp_path / "raw" / ("a.jsonl" if lines else "a.json")).write_text(text)
    [table] = profile({}, tmp_path, tmp_path)["tables"]
    columns = {column["name"]: column for column in table["columns"]}
    assert list(columns) == ["text", "tokens", "tags"]
    assert columns["text"]["type"] == columns["tokens"]["type"] == "text" and columns["tags"]["type"] == "tags"
    assert {part["value"] for part in columns["tags"]["parts"]["values"]} == {"O", "B-city", "I-city", "B-hour"}
    assert "each run of letters and digits" in columns["tokens"]["description"] and "the slot" in columns["tags"]["description"]


@pytest.mark.parametrize("key", ["entity", "slot", "label", "tag", "entity_type", "slot_name", "ner_tag"])
def test_the_name_of_a_piece_goes_by_many_names(key):
    assert text_in_pieces(commands(key=key))["pieces"]["name"] == key


def test_pieces_without_names_are_a_text_and_nothing_else():
    assert text_in_pieces(commands(key="font")) == {"joinText": {"text": ["data", "text"]}}


def test_names_of_every_piece_or_of_one_alone_are_no_tags():
    every = [{"data": [{"text": "to ", "tag": "x"}, {"text": "Oslo", "tag": "y"}]} for _ in range(40)]
    alone = [{"data": [{"text": "to "}, {"text": "Oslo", "tag": f"city {number}"}]} for number in range(40)]
    assert "pieces" not in text_in_pieces(every) and "pieces" not in text_in_pieces(alone)


def test_names_that_begin_or_end_within_words_are_no_tags():
    within = [{"data": [{"text": "\u53bb"}, {"text": "\u5965\u65af\u9646", "slot": "city"}, {"text": "\u5427"}]} for _ in range(40)]
    assert "pieces" not in text_in_pieces(within)


def test_pieces_that_are_words_get_a_space_between_them():
    words = [{"data": [{"text": "to"}, {"text": city, "slot": "city"}]} for city in CITIES * 10]
    assert text_in_pieces(words)["pieces"]["between"] == " " and text_in_pieces(commands())["pieces"]["between"] == ""


def test_columns_of_the_records_keep_their_names():
    columns = text_in_pieces(commands(tokens=5, tags="a"))["pieces"]["columns"]
    assert columns == {"text": "text", "tokens": "data_tokens", "tags": "data_tags"}


def test_columns_of_pieces_take_no_name_that_another_key_has():
    columns = text_in_pieces(commands(tokens="a", data_tokens="b"))["pieces"]["columns"]
    assert columns == {"text": "text", "tokens": "data_tokens_", "tags": "tags"}
