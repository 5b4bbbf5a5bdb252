from pathlib import Path
from typing import Any

import numpy as np

from mle_env.profile.dataset import profile

AGENT = "Mozilla/5.0 (X11; Linux)"


def profiled(tmp_path: Path, name: str, lines: list[str]) -> dict[str, Any]:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / name).write_text("\n".join(lines) + "\n")
    return profile({}, tmp_path, tmp_path)


def stamp(second: int) -> str:
    return f"Oct {1 + second // 86_400:2d} {second // 3_600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def test_requests_to_a_server_ask_for_the_class_of_the_answer_and_its_size(tmp_path: Path) -> None:
    lines = [f'10.0.0.{i % 9} - - [10/Oct/2000:13:{i // 60:02d}:{i % 60:02d} +0000] "GET /p{i % 7} HTTP/1.1" {200 + i % 2 * 204} {100 + i}' for i in range(600)]

    tables = {table["name"]: table for table in profiled(tmp_path, "access.log", lines)["tables"]}

    assert tables["log requests"]["reader"]["outcomes"] == ["status_class", "bytes"]
    assert {"client", "method", "path", "status_class", "bytes"} <= {column["name"] for column in tables["log requests"]["columns"]}


def test_windows_wait_for_the_commonest_failure_and_say_so(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    lines = [f"{stamp(i * 10)} host app[{i % 5}]: {'Write failed: disk ' + str(i) if random.random() < 0.2 else 'wrote page ' + str(i)}" for i in range(1_000)]

    found = profiled(tmp_path, "system.txt", lines)["tables"]

    windows = next(table for table in found if table["name"] == "log windows")
    target = windows["columns"][-1]
    assert (windows["reader"]["context"], windows["reader"]["horizon"], target["name"]) == (10, 10, "write_failed_follows")
    assert target["description"] == 'whether a line with "Write failed: disk" is written within the 10 seconds after the moment of prediction'


def test_sessions_are_asked_how_they_end(tmp_path: Path) -> None:
    lines = []
    for i in range(300):
        lines += [
            f"{stamp(i * 5)} h app[{i}]: session of user{i} opened",
            f"{stamp(i * 5 + 1)} h app[{i}]: {'closed by user' if i % 3 else 'transfer was aborted'}",
        ]

    sessions = next(table for table in profiled(tmp_path, "a.log", lines)["tables"] if table["name"] == "log sessions")

    assert {entry["value"]: entry["count"] for entry in sessions["columns"][-1]["top"]} == {"closed": 200, "transfer was aborted": 100}


def test_a_log_of_an_unknown_grammar_is_told_by_name(tmp_path: Path) -> None:
    refusal = profiled(tmp_path, "a.log", [f"something happened {i} times" for i in range(300)])["refusal"]

    assert refusal["code"] == "unreadable_table"
    assert "none of the grammars" in refusal["message"]
