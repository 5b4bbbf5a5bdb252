import pytest

from mle_env.profile.dialect import dialect_of
from mle_env.profile.found_tables import found_tables
from mle_env.profile.tables import table_profile
from mle_env.readers import load


def written(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return dialect_of(path)


def test_a_header_whose_words_occur_in_one_column_is_a_header(tmp_path):
    found = written(tmp_path, "a,b,c,target\n" + "".join(f"{n},{n * 2},{'abc'[n % 3]},{n % 2}\n" for n in range(60)))
    assert found["header"]


def test_a_first_row_like_the_others_is_none(tmp_path):
    found = written(tmp_path, "ham\tsee you\nspam\twin now\n" * 30)
    assert not found["header"] and found["names"] == ["column_1", "column_2"]


def test_decimal_commas_are_no_delimiters(tmp_path):
    found = written(tmp_path, "name;size;price\n" + "".join(f"M{n};{n},76;{n * 2},11\n" for n in range(60)))
    assert found["delimiter"] == ";" and found["decimal"] == ","


def test_points_and_lists_of_numbers_are_no_decimal_commas(tmp_path):
    found = written(tmp_path, "size;seats\n" + "".join(f"{n}.5;{n},{n + 1}\n" for n in range(60)))
    assert "decimal" not in found


def test_a_table_with_decimal_commas_and_gaps_is_read_as_numbers(tmp_path):
    text = "size;price\n" + "".join(f"{n},76;{'??' if n % 9 == 0 else f'{n * 2},11'}\n" for n in range(60))
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    [found], _ = found_tables(tmp_path, ["table.csv"], {"table.csv": "csv"})
    profile = table_profile(tmp_path, found.name, found.reader, "", found.issues)
    table = load(profile["reader"], tmp_path)
    assert table["price"].isna().sum() == 7 and table["price"].max() == 118.11 and table["size"].iloc[3] == 3.76


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(tmp_path, delimiter):
    found = written(tmp_path, delimiter.join(("x", "y", "z")) + "\n" + "".join(delimiter.join((str(n), f"t{n}", str(n / 2))) + "\n" for n in range(60)))
    assert found["delimiter"] == delimiter and found["header"]
