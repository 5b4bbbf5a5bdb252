from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mle_env.explore import query, sample

READER = {"format": "csv", "files": ["cars.csv"], "delimiter": ",", "encoding": "utf-8", "header": True, "quote": '"', "decimal": ".", "missing": []}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    random = np.random.default_rng(1)
    table = pd.DataFrame({"maker": random.choice(["Ape", "Bee"], 300), "MPG": random.normal(20, 3, 300).round(1), "note": "x" * 500})
    table.to_csv(tmp_path / "raw" / "cars.csv", index=False)
    return tmp_path


def asked(raw: Path, sql: str) -> dict:
    return query({"tables": [{"name": "cars", "reader": READER}], "sql": sql}, raw, raw)


def test_a_query_over_a_table_is_answered(raw: Path):
    answer = asked(raw, "SELECT maker, COUNT(*) AS n FROM cars GROUP BY maker ORDER BY maker")
    assert answer["rows"] == 2 and answer["text"].startswith("maker,n\nApe,")


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE cars",
        "INSERT INTO cars VALUES ('a', 1, 'b')",
        "ATTACH DATABASE '/tmp/stolen.db' AS other",
        "PRAGMA query_only = OFF",
        "SELECT load_extension('/tmp/evil.so')",
        "CREATE TABLE t AS SELECT * FROM cars",
        "SELECT 1; DROP TABLE cars",
        "VACUUM INTO '/tmp/copy.db'",
        "not sql at all",
        "SELECT nothing FROM cars",
        "",
    ],
)
def test_what_is_no_reading_query_is_told_and_not_done(raw: Path, sql: str):
    assert asked(raw, sql).get("error")
    assert asked(raw, "SELECT COUNT(*) AS n FROM cars")["text"] == "n\n300\n"


def test_a_query_without_end_is_stopped(raw: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mle_env.explore.sql.SECONDS", 0.2)
    answer = asked(raw, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n")
    assert "longer than" in answer["error"]


def test_long_results_and_cells_are_cut(raw: Path):
    answer = asked(raw, "SELECT * FROM cars")
    assert answer["rows"] == 50 and "more rows are left out" in answer["text"] and len(answer["text"]) < 20_000


def test_names_that_differ_in_case_alone_are_told_apart(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "cars.csv").write_text("a,A\n1,2\n3,4\n")
    assert asked(tmp_path, "SELECT a, A_2 FROM cars")["text"] == "a,A_2\n1,2\n3,4\n"


def test_a_sample_is_drawn_alike_each_time(raw: Path):
    order = {"reader": READER, "columns": ["MPG", "gone"], "rows": 5}
    one, other = sample(order, raw, raw), sample(order, raw, raw)
    assert one == other and one["rows"] == 300 and one["text"].count("\n") == 6
