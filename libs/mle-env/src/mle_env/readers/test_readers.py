import json
import sqlite3

import pandas as pd
import pytest

from mle_env.readers import load
from mle_env.readers.delimited import amounts

TABLE = pd.DataFrame({"name": ["a", "b", None], "size": [1.5, 2.0, 3.25], "count": [1, 2, 3]})


def test_parquet_gives_plain_columns(tmp_path):
    TABLE.assign(kind=pd.Categorical(["x", "y", "x"]), gaps=pd.array([1, None, 3], dtype="Int64")).to_parquet(tmp_path / "t.parquet")
    table = load({"format": "parquet", "files": ["t.parquet"], "missing": []}, tmp_path)
    assert table["kind"].tolist() == ["x", "y", "x"] and table["gaps"].dtype == "float64" and table["count"].dtype == "int64"


def test_a_table_of_sqlite_is_read_and_nothing_is_written(tmp_path):
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        TABLE.to_sql("order", connection, index=False)
    before = path.read_bytes()
    table = load({"format": "sqlite", "files": ["shop.sqlite"], "table": "order", "missing": []}, tmp_path)
    assert table["size"].tolist() == [1.5, 2.0, 3.25] and path.read_bytes() == before


def test_a_sheet_is_read_below_its_title(tmp_path):
    with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
        TABLE.to_excel(book, sheet_name="data", startrow=2, index=False)
    table = load({"format": "excel", "files": ["book.xlsx"], "table": "data", "skip": 2, "missing": [""]}, tmp_path)
    assert list(table.columns) == ["name", "size", "count"] and table["size"].tolist() == [1.5, 2.0, 3.25]


def test_sentences_keep_their_tokens_and_tags(tmp_path):
    (tmp_path / "a.conll").write_text("-DOCSTART- O\n\nAnn B-person\nran O\n\nOslo B-place\n")
    table = load({"format": "conll", "files": ["a.conll"], "encoding": "utf-8"}, tmp_path)
    assert table.to_dict("records") == [{"tokens": "Ann ran", "tags": "B-person O"}, {"tokens": "Oslo", "tags": "B-place"}]


def test_what_a_row_refers_to_stands_beside_it(tmp_path):
    (tmp_path / "orders.csv").write_text("id,item\n1,7\n2,9\n3,7\n")
    (tmp_path / "items.csv").write_text("item,weight\n7,1.5\n9,4\n")
    csv = {"format": "csv", "encoding": "utf-8", "delimiter": ",", "quote": '"', "header": True, "missing": [""]}
    other = {"reader": csv | {"files": ["items.csv"]}, "reference": "item", "key": "item", "prefix": "items_"}
    table = load({"format": "joined", "files": [], "base": csv | {"files": ["orders.csv"]}, "others": [other]}, tmp_path)
    assert table["items_weight"].tolist() == [1.5, 4.0, 1.5]


@pytest.mark.parametrize("header", ["#id, label\n", "id,label\n"])
def test_a_header_may_start_with_a_hash_and_have_spaces(tmp_path, header):
    (tmp_path / "t.csv").write_text(header + "1,2\n")
    reader = {"format": "csv", "files": ["t.csv"], "encoding": "utf-8", "delimiter": ",", "quote": '"', "header": True, "missing": [""]}
    assert list(load(reader, tmp_path).columns) == ["id", "label"]


@pytest.mark.parametrize(("text", "number"), [("$56.7M", 56_700_000), ("$1,200.50", 1200.5), ("12 %", 12), ("-$3", -3), ("7k", 7_000), ("2.39 ", 2.39)])
def test_numbers_written_for_people_are_numbers(text, number):
    assert amounts(pd.Series([text])).iloc[0] == number


@pytest.mark.parametrize("text", ["-", "1,2", "12 apples", "v1.2", "1,20,000"])
def test_other_cells_are_none(text):
    assert amounts(pd.Series([text])).isna().all()


@pytest.mark.parametrize("sign", ["\u2028", "\u0085", "\x7f"])
def test_json_lines_end_at_line_feeds_only(tmp_path, sign):
    (tmp_path / "r.jsonl").write_bytes((json.dumps({"a": f"one{sign}two"}, ensure_ascii=False) + '\r\n{"a": "three"}\n').encode())

    table = load({"format": "jsonl", "files": ["r.jsonl"], "encoding": "utf-8", "missing": []}, tmp_path)

    assert table["a"].tolist() == [f"one{sign}two", "three"]


@pytest.mark.parametrize("chunks", ["a sentence", [["x"]], 5, None])
def test_chunks_that_are_none_have_no_text(tmp_path, chunks):
    (tmp_path / "r.jsonl").write_text(json.dumps({"data": [{"text": "go"}]}) + "\n" + json.dumps({"data": chunks}))

    table = load({"format": "jsonl", "files": ["r.jsonl"], "encoding": "utf-8", "missing": [], "joinText": {"text": ["data", "text"]}}, tmp_path)

    assert table["text"].tolist() == ["go", ""]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_halves_of_signs_that_stand_alone_are_replaced_and_whole_signs_stay(tmp_path, form):
    rows = '{"a\\ud83d": "go \\ud83d", "b": ["\\udc00 \\ud83d\\ude00"]}'
    (tmp_path / "r").write_text(rows if form == "jsonl" else f"[{rows}]")

    table = load({"format": form, "files": ["r"], "encoding": "utf-8", "missing": []}, tmp_path)

    assert table.to_dict("records") == [{"a\ufffd": "go \ufffd", "b": '["\ufffd \U0001f600"]'}]
    table.to_csv(tmp_path / "written.csv")
