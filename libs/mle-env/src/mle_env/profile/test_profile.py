"""Folders as they come, and folders made to harm."""

import io
import sqlite3
import struct
import wave
import zipfile
import zlib

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mle_env.profile import profile


def profiled(tmp_path):
    return profile({}, tmp_path, tmp_path)


def raw(tmp_path):
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


def picture(path, shade=120, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(abs(hash(path.name)) % 2**32).integers(0, 256, (20, 20, 3), dtype=np.uint8) // 4 + np.uint8(shade // 2)
    Image.fromarray(pixels).save(path, **options)


def tone(path, pitch=40, frames=800):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes((np.sin(np.arange(frames) / pitch) * 9_000).astype("<i2").tobytes())


def names_and_types(table):
    return {column["name"]: column["type"] for column in table["columns"]}


def test_the_folder_of_a_picture_is_its_label(tmp_path):
    folder = raw(tmp_path)
    for number in range(40):
        picture(folder / ("cat" if number % 2 else "dog") / f"IMG_{number}.png")
    [table] = profiled(tmp_path)["tables"]
    assert names_and_types(table) == {"image": "media", "label": "categorical"} and table["rows"] == 40
    assert table["reader"]["encode"] is False


def test_a_table_of_labels_is_joined_by_the_names_of_the_files(tmp_path):
    folder = raw(tmp_path)
    for number in range(30):
        picture(folder / "pictures" / f"cell{number}.jpg")
    pd.DataFrame({"file": [f"cell{number}.jpg" for number in range(30)], "grade": np.arange(30) % 3}).to_csv(folder / "labels.csv", index=False)
    [table] = profiled(tmp_path)["tables"]
    assert "grade" in names_and_types(table) and table["reader"]["labels"]["by"] == "name"


def test_columns_of_0_and_1_beside_a_text_are_its_labels(tmp_path):
    random = np.random.default_rng(4)
    rows = {"message": [" ".join(random.choice(list("abcdefgh"), 12)) for _ in range(120)]}
    rows |= {name: random.integers(0, 2, 120) for name in ("late", "film noir", "paid")}
    pd.DataFrame(rows).to_csv(raw(tmp_path) / "messages.csv", index=False)
    [table] = profiled(tmp_path)["tables"]
    assert names_and_types(table) == {"message": "text", "labels": "labels"}
    assert table["reader"]["gathered"] == {"name": "labels", "columns": ["late", "film noir", "paid"]}
    assert {part["value"] for part in table["columns"][1]["parts"]["values"]} == {"late", "film noir", "paid", "-"}


def test_columns_of_0_and_1_of_which_one_holds_are_classes(tmp_path):
    folder = raw(tmp_path)
    for number in range(40):
        picture(folder / "pictures" / f"cell{number}.jpg")
    kinds = {name: [int(number % 3 == place) for number in range(40)] for place, name in enumerate(("round", "flat", "oval"))}
    pd.DataFrame({"file": [f"cell{number}.jpg" for number in range(40)], **kinds}).to_csv(folder / "labels.csv", index=False)
    [table] = profiled(tmp_path)["tables"]
    assert names_and_types(table) == {"image": "media", "labels": "categorical"}
    assert table["reader"]["labels"]["reader"]["gathered"]["columns"] == ["round", "flat", "oval"]


def test_columns_of_0_and_1_without_a_text_and_those_that_part_the_data_stay_as_they_are(tmp_path):
    random = np.random.default_rng(4)
    folder = raw(tmp_path)
    numbers = {name: random.integers(0, 2, 120) for name in ("garage", "lift", "garden")}
    pd.DataFrame({"size": random.normal(size=120), **numbers}).to_csv(folder / "flats.csv", index=False)
    parted = {name: random.integers(0, 2, 120) for name in ("is_train", "late", "paid")}
    pd.DataFrame({"message": [" ".join(random.choice(list("abcdefgh"), 12)) for _ in range(120)], **parted}).to_csv(folder / "messages.csv", index=False)
    assert [table["reader"].get("gathered") for table in profiled(tmp_path)["tables"]] == [None, None]


def messages(folder, names, chance=0.5, rows=160):
    """A table of messages beside columns of 0 and 1."""
    random = np.random.default_rng(4)
    table = {"message": [" ".join(random.choice(list("abcdefgh"), 12)) for _ in range(rows)]}
    pd.DataFrame(table | {name: (random.random(rows) < chance).astype(int) for name in names}).to_csv(folder / "messages.csv", index=False)


def gathered_columns(tmp_path):
    [table] = profiled(tmp_path)["tables"]
    return table["reader"].get("gathered", {}).get("columns")


@pytest.mark.parametrize("name", ["what is said when nobody is there to hear it", "w" * 41])
def test_columns_whose_names_are_no_labels_stay_as_they_are(tmp_path, name):
    messages(raw(tmp_path), ["late", "paid", name])
    assert gathered_columns(tmp_path) is None


def test_columns_of_which_two_hardly_ever_hold_stay_as_they_are(tmp_path):
    messages(raw(tmp_path), ["late", "paid", "lost"], chance=0.12)
    assert gathered_columns(tmp_path) is None


@pytest.mark.parametrize("name", ["is_train", "-", "late;paid"])
def test_a_column_that_is_no_label_ends_the_labels_before_it(tmp_path, name):
    messages(raw(tmp_path), ["late", "paid", "lost", name, "big", "old"])
    assert gathered_columns(tmp_path) == ["late", "paid", "lost"]


def test_names_with_quotes_and_backslashes_are_labels(tmp_path):
    names = ['a "quoted" label', "it's", "\\back", "sp ace"]
    messages(raw(tmp_path), names)
    assert gathered_columns(tmp_path) == names


def test_classes_with_a_comma_in_their_names_stay_as_they_are(tmp_path):
    folder = raw(tmp_path)
    random = np.random.default_rng(4)
    kinds = {name: [int(number % 4 == place) for number in range(160)] for place, name in enumerate(("red, dark", "red, light", "blue, dark", "blue, light"))}
    pd.DataFrame({"message": [" ".join(random.choice(list("abcdefgh"), 12)) for _ in range(160)], **kinds}).to_csv(folder / "messages.csv", index=False)
    assert gathered_columns(tmp_path) is None


def test_the_column_of_labels_takes_no_name_that_another_has(tmp_path):
    folder = raw(tmp_path)
    messages(folder, ["late", "paid", "lost"])
    taken = {name: range(160) for name in ("labels", "all_labels", "gathered_labels")}
    pd.read_csv(folder / "messages.csv").assign(**taken).to_csv(folder / "messages.csv", index=False)
    [table] = profiled(tmp_path)["tables"]
    assert table["reader"]["gathered"]["name"] == "labels_"


def test_marks_become_counts_by_kind(tmp_path):
    folder = raw(tmp_path)
    for number in range(30):
        picture(folder / "pictures" / f"cell{number}.jpg")
    rows = [{"file": f"cell{number}.jpg", "kind": kind, "x": number} for number in range(30) for kind in ["red"] * (number % 4) + ["white"]]
    pd.DataFrame(rows).to_csv(folder / "marks.csv", index=False)
    [table] = profiled(tmp_path)["tables"]
    assert {"count_red", "count_white"} <= set(names_and_types(table))


def test_pieces_of_names_are_called_as_the_documentation_calls_them(tmp_path):
    folder = raw(tmp_path)
    (folder / "README.md").write_text("Files are named `{digit}_{speaker}_{take}.wav`.")
    for digit in range(4):
        for speaker in ("ann", "bob"):
            for take in range(4):
                tone(folder / "sounds" / f"{digit}_{speaker}_{take}.wav", pitch=10 + digit)
    [table] = profiled(tmp_path)["tables"]
    assert set(names_and_types(table)) == {"audio", "digit", "speaker", "take"}


def test_files_of_one_header_are_sequences_labelled_by_their_number(tmp_path):
    folder = raw(tmp_path)
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for number in range(1, 31):
            archive.writestr(f"data/walk_{number}.csv", "#a, b\n" + "".join(f"{step},{step * number}\n" for step in range(20 + number)))
        archive.writestr("data/target.csv", "#sequence_ID, class_label\n" + "".join(f"{number},{number % 2}\n" for number in range(1, 31)))
    [table] = profiled(tmp_path)["tables"]
    assert names_and_types(table) == {"sequence": "media", "class_label": "boolean"}
    assert table["reader"]["archives"] == ["all.zip"] and table["reader"]["window"] == 21


def test_folders_of_texts_are_a_table_of_texts(tmp_path):
    folder = raw(tmp_path)
    for number in range(40):
        (folder / ("good" if number % 2 else "bad")).mkdir(exist_ok=True)
        (folder / ("good" if number % 2 else "bad") / f"{number}.txt").write_text(f"A film that I saw on day {number}, and liked or not.\nIt was long.")
    [table] = profiled(tmp_path)["tables"]
    assert names_and_types(table) == {"label": "categorical", "text": "categorical"} or names_and_types(table)["text"] == "text"


def test_tables_that_refer_to_each_other_are_read_together(tmp_path):
    folder = raw(tmp_path)
    with sqlite3.connect(folder / "shop.sqlite") as connection:
        pd.DataFrame({"TrackId": range(300), "AlbumId": np.arange(300) % 30}).to_sql("Track", connection, index=False)
        pd.DataFrame({"AlbumId": range(30), "Title": [f"t{n}" for n in range(30)], "ArtistId": np.arange(30) % 10}).to_sql("Album", connection, index=False)
        pd.DataFrame({"ArtistId": range(10), "Name": [f"n{n}" for n in range(10)]}).to_sql("Artist", connection, index=False)
    tables = {table["name"]: table for table in profiled(tmp_path)["tables"]}
    assert [other["prefix"] for other in tables["Track"]["reader"]["others"]] == ["Album_", "Artist_"]
    assert {"Album_Title", "Artist_Name"} <= set(names_and_types(tables["Track"])) and tables["Track"]["rows"] == 300


def test_two_columns_named_as_first_and_second_refer_to_one_table_and_their_texts_are_a_pair(tmp_path):
    folder, random = raw(tmp_path), np.random.default_rng(8)
    texts = [" ".join(random.permutation(["river", "stone", "cloud", "bread", "glass", "horse", "chair", "train"])[:6]) + f" n{n}" for n in range(400)]
    pd.DataFrame({"qid": np.arange(400) + 900, "text": texts}).to_csv(folder / "questions.csv", index=False)
    pairs = pd.DataFrame({"qid1": random.integers(900, 1100, 300), "qid2": random.permutation(400)[:300] + 900, "same": np.arange(300) % 2})
    pairs.to_csv(folder / "pairs.csv", index=False)

    tables = {table["name"]: table for table in profiled(tmp_path)["tables"]}

    others = tables["pairs"]["reader"]["others"]
    assert [(other["reference"], other["prefix"]) for other in others] == [("qid1", "qid1_"), ("qid2", "qid2_")]
    assert (tables["pairs"]["pair"]["one"], tables["pairs"]["pair"]["other"]) == ("qid1_text", "qid2_text")


def test_a_first_alone_refers_to_nothing(tmp_path):
    folder = raw(tmp_path)
    pd.DataFrame({"qid": range(400), "text": [f"text {n}" for n in range(400)]}).to_csv(folder / "questions.csv", index=False)
    pd.DataFrame({"qid1": np.arange(300), "qid2": np.arange(300) + 5_000, "same": np.arange(300) % 2}).to_csv(folder / "pairs.csv", index=False)

    assert [table["reader"]["format"] for table in profiled(tmp_path)["tables"]] == ["csv", "csv"]


def test_two_tables_of_the_same_keys_are_parts_of_one(tmp_path):
    folder = raw(tmp_path)
    names = [f"letter{number // 6}_{number}" for number in range(120)]
    pd.DataFrame({"id": names, "mood": np.arange(120) % 7}).to_csv(folder / "a.csv", index=False)
    pd.DataFrame({"id": names[::-1], "document": [name.split("_")[0] for name in names[::-1]]}).to_csv(folder / "b.tsv", index=False, sep="\t")
    [table] = profiled(tmp_path)["tables"]
    assert list(names_and_types(table)) == ["id", "mood", "document"] and table["rows"] == 120
    [document] = [column for column in table["columns"] if column["name"] == "document"]
    assert document["distinct"] == 20 and document["missing"] == 0


def test_tables_that_number_their_rows_alike_are_not_parts_of_one(tmp_path):
    folder = raw(tmp_path)
    pd.DataFrame({"id": range(1, 121), "mood": np.arange(120) % 7}).to_csv(folder / "a.csv", index=False)
    pd.DataFrame({"id": range(1, 121), "colour": np.arange(120) % 5}).to_csv(folder / "b.csv", index=False)
    assert [table["name"] for table in profiled(tmp_path)["tables"]] == ["a", "b"]


def test_what_is_broken_is_left_out_and_told(tmp_path):
    folder = raw(tmp_path)
    for number in range(40):
        picture(folder / ("a" if number % 2 else "b") / f"{number}.jpg")
    torn = folder / "a" / "1.jpg"
    torn.write_bytes(torn.read_bytes()[:200])
    (folder / "b" / "2.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture at all")
    (folder / "b" / "4.jpg").write_bytes(b"")
    [table] = profiled(tmp_path)["tables"]
    assert table["reader"]["broken"] == ["a/1.jpg", "b/2.jpg", "b/4.jpg"] and table["rows"] == 37
    assert {issue["code"] for issue in table["issues"]} == {"broken_file"}


def bomb(width, height):
    """A PNG of a few bytes that claims to be enormous."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [head, b"IDAT" + zlib.compress(b"\0" * 100), b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks)


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("t.parquet", b"PAR1" + b"\0" * 40, "unreadable_table", "t.parquet"),
        ("t.sqlite", b"SQLite format 3\0" + b"\xff" * 600, "unreadable_table", "t.sqlite"),
        ("t.xlsx", b"PK\x03\x04 torn", "unreadable_table", "t.xlsx"),
        ("t.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "unreadable_table", "old or protected"),
        ("t.zip", b"PK\x03\x04 torn", "unsafe_archive", "damaged"),
        ("t.tar.gz", b"\x1f\x8b torn", "unsafe_archive", "damaged"),
        ("model.pkl", b"\x80\x04\x95 a program", "unsupported_format", "pickle"),
        ("t.csv", b"a,b\n\0\0\0", "unreadable_table", "NUL"),
    ],
)
def test_a_damaged_or_dangerous_file_is_a_finding_with_a_code(tmp_path, name, content, code, words):
    (raw(tmp_path) / name).write_bytes(content)
    refusal = profiled(tmp_path)["refusal"]
    assert refusal["code"] == code and words in refusal["message"]


def test_pictures_that_claim_to_be_enormous_are_not_decoded(tmp_path):
    folder = raw(tmp_path)
    for number in range(30):
        (folder / f"{number}.png").write_bytes(bomb(60_000, 60_000))
    refusal = profiled(tmp_path)["refusal"]
    assert refusal["code"] == "unreadable_table" and "pixels" in refusal["message"]


def test_a_parquet_file_that_claims_a_thousand_million_rows_is_not_read(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = raw(tmp_path) / "t.parquet"
    part = pa.table({"a": pa.DictionaryArray.from_arrays(pa.array(np.zeros(50_000_000, dtype=np.int8)), pa.array(["x"]))})
    with pq.ParquetWriter(path, part.schema) as writer:
        for _ in range(5):
            writer.write_table(part)
    refusal = profiled(tmp_path)["refusal"]
    assert refusal["code"] == "unreadable_table" and "claims 250000000 rows" in refusal["message"]


def test_archives_within_archives_are_refused(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("t.csv", "a,b\n1,2\n")
    with zipfile.ZipFile(raw(tmp_path) / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    assert profiled(tmp_path)["refusal"]["code"] == "unsafe_archive"


def test_views_and_triggers_of_a_database_are_not_run(tmp_path):
    path = raw(tmp_path) / "t.sqlite"
    with sqlite3.connect(path) as connection:
        pd.DataFrame({"a": range(50), "b": range(50)}).to_sql("plain", connection, index=False)
        connection.execute("CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n")
        connection.execute("CREATE TRIGGER t AFTER INSERT ON plain BEGIN DELETE FROM plain; END")
    assert [table["name"] for table in profiled(tmp_path)["tables"]] == ["plain"]


def test_a_wrong_ending_does_not_deceive(tmp_path):
    folder = raw(tmp_path)
    with sqlite3.connect(folder / "data.csv") as connection:
        pd.DataFrame({"a": range(50), "b": range(50)}).to_sql("plain", connection, index=False)
    [table] = profiled(tmp_path)["tables"]
    assert table["reader"]["format"] == "sqlite"


def test_a_recording_that_is_cut_off_is_left_out(tmp_path):
    folder = raw(tmp_path)
    for number in range(40):
        tone(folder / ("a" if number % 2 else "b") / f"{number}.wav", pitch=10 + number % 2)
    torn = folder / "a" / "3.wav"
    torn.write_bytes(torn.read_bytes()[:300])
    [table] = profiled(tmp_path)["tables"]
    assert table["reader"]["broken"] == ["a/3.wav"]


def test_more_files_than_can_be_worked_with_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr("mle_env.profile.media_files.MOST_FILES", 30)
    folder = raw(tmp_path)
    for number in range(31):
        picture(folder / f"{number}.png")
    refusal = profiled(tmp_path)["refusal"]
    assert refusal["code"] == "too_large" and "31 image files" in refusal["message"]
