"""Files that try to be misread, or to cost more than they are worth."""

import json
import sqlite3
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from mle_env.profile import found_tables, profile

TABLE = pd.DataFrame({"size": np.arange(260) * 1.5, "kind": ["a", "b"] * 130, "price": np.arange(260) % 37})


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


def shapes(raw):
    return [(table["name"], table["rows"], [column["name"] for column in table["columns"]]) for table in profile({}, raw.parent, raw.parent)["tables"]]


def refusal(raw):
    found = profile({}, raw.parent, raw.parent)["refusal"]
    return found["code"], found["message"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_files_with_the_same_columns_are_one_table(raw, ending):
    for number, part in enumerate([TABLE[:100], TABLE[100:]]):
        getattr(part, f"to_{ending}")(raw / f"part-{number}.{ending}", index=False)

    assert shapes(raw) == [("part-0", 260, ["size", "kind", "price"])]


def test_files_with_other_columns_are_tables_of_their_own(raw):
    TABLE.to_csv(raw / "one.csv", index=False)
    TABLE.rename(columns={"kind": "sort"}).to_csv(raw / "two.csv", index=False)

    assert [name for name, *_ in shapes(raw)] == ["one", "two"]


def test_comments_above_a_table_are_no_rows_of_it(raw):
    (raw / "a.csv").write_text("# made by a machine, in May\n# units: m\n" + TABLE.to_csv(index=False))

    assert shapes(raw) == [("a", 260, ["size", "kind", "price"])]


def test_a_header_that_begins_with_a_mark_of_comment_is_a_header(raw):
    (raw / "a.csv").write_text("#" + TABLE.to_csv(index=False))

    assert shapes(raw) == [("a", 260, ["size", "kind", "price"])]


def test_numbers_parted_by_spaces_are_a_table(raw):
    (raw / "a.dat").write_text(TABLE.to_csv(index=False, sep=" "))

    assert shapes(raw) == [("a", 260, ["size", "kind", "price"])]


def test_records_are_found_beside_other_objects(raw):
    (raw / "a.json").write_text(json.dumps({"meta": {"version": 1, "tags": ["x"]}, "data": {"items": TABLE.to_dict("records")}}))

    assert shapes(raw) == [("a", 260, ["size", "kind", "price"])]


def test_lists_of_lists_are_not_taken_for_classes(raw):
    (raw / "a.json").write_text(TABLE.to_json(orient="split"))

    assert refusal(raw)[0] == "unreadable_table"


def test_json_that_is_nested_beyond_reason_is_a_finding(raw):
    (raw / "a.json").write_text("[" * 200_000 + "]" * 200_000)

    assert refusal(raw)[0] == "unreadable_table"


@pytest.mark.parametrize(
    ("content", "name"), [(b"7z\xbc\xaf\x27\x1c\0\4", "7z"), (b"Rar!\x1a\x07\1\0", "rar"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\x80\x05\x95", "pickle")]
)
def test_what_is_not_read_is_called_by_its_name_whatever_its_ending(raw, content, name):
    (raw / "a.csv").write_bytes(content + bytes(range(256)))

    assert refusal(raw) == ("unsupported_format", f"format not supported: {name}")


def test_a_cell_at_the_far_end_of_a_sheet_does_not_fill_the_memory(raw):
    book = openpyxl.Workbook(write_only=False)
    for row in [list(TABLE.columns), *TABLE.to_numpy().tolist()]:
        book.active.append(row)
    book.active.cell(15_000, 5_000, "x")
    book.save(raw / "a.xlsx")

    code, message = refusal(raw)

    assert code == "unreadable_table" and "more than can be read" in message


def test_entities_that_multiply_in_a_workbook_are_a_finding(raw):
    TABLE.to_excel(raw / "b.xlsx", index=False)
    kinds = "".join(f'<!ENTITY {name} "{("&" + before + ";") * 10}">' for before, name in zip("abcdefgh", "bcdefghi"))
    with zipfile.ZipFile(raw / "b.xlsx") as source, zipfile.ZipFile(raw / "a.xlsx", "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name.endswith("sheet1.xml"):
                text = text.replace(b"<worksheet", f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{kinds}]><worksheet'.encode(), 1)
                text = text.replace(b"</sheetData>", b'<row><c t="inlineStr"><is><t>&i;</t></is></c></row></sheetData>')
            target.writestr(name, text)
    (raw / "b.xlsx").unlink()

    assert refusal(raw)[0] == "unreadable_table"


def test_enormous_blobs_are_cut_and_generated_columns_are_left_alone(raw):
    with sqlite3.connect(raw / "a.db") as connection:
        connection.execute("CREATE TABLE t (size REAL, image BLOB, price INTEGER, twice GENERATED ALWAYS AS (hex(zeroblob(100000000))) VIRTUAL)")
        connection.executemany(
            "INSERT INTO t (size, image, price) VALUES (?, zeroblob(?), ?)", [(i * 1.5, 50_000_000 if i == 3 else 9, i % 37) for i in range(260)]
        )

    assert shapes(raw) == [("t", 260, ["size", "image", "price"])]


def test_a_table_that_needs_too_much_memory_is_a_finding_in_words(raw, monkeypatch):
    TABLE.to_csv(raw / "a.csv", index=False)
    monkeypatch.setattr(found_tables, "dialect_of", lambda path: (_ for _ in ()).throw(MemoryError()))

    assert refusal(raw) == ("unreadable_table", "a.csv: it needs more memory than may be used")


@pytest.mark.parametrize("name", ["{}", "img_{:03}", "img{:03}"])
def test_running_numbers_that_begin_again_in_each_folder_are_no_part_of_the_names(raw, name):
    for label in ("calm", "wild"):
        (raw / label).mkdir()
        for number in range(30):
            (raw / label / f"{name.format(number)}.txt").write_text(f"it was {label} in year {number}, they say")

    assert shapes(raw) == [("documents", 60, ["label", "text"])]
