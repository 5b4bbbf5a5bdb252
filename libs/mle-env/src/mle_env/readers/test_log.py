from pathlib import Path

import pytest

from mle_env.readers.log import QUIET, log_lines, read_log

LINES = {
    "syslog-3164": "<34>Oct  1 22:14:15 mymachine su[77]: 'su root' failed for lonvick",
    "syslog-5424": "<34>1 2003-10-11T22:14:15.003Z mymachine su 77 ID47 [a@1 b=\"c\"] 'su root' failed for lonvick",
    "access": '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://example.org/start" "Mozilla/4.08"',
    "apache-error": "[Sun Dec 04 04:47:44 2005] [error] mod_jk child workerEnv in error state 6",
    "levelled": "2015-10-18 18:01:47,978 INFO [main] org.example.Job: Created job 7",
    "stamped": "2015-10-18 18:01:47 the door was opened",
    "logfmt": 'ts=2015-10-18T18:01:47Z level=warn msg="slow answer" took=12ms',
}


def written(tmp_path: Path, *lines: str, grammar: str = "syslog-3164", **more: object) -> dict[str, object]:
    (tmp_path / "a.log").write_text("\n".join(lines) + "\n")
    return {"format": "log", "files": ["a.log"], "encoding": "utf-8", "grammar": grammar, "rows": "lines", "outcomes": [], **more}


@pytest.mark.parametrize("grammar", LINES)
def test_a_line_of_each_grammar_has_a_time_and_says_something(grammar: str, tmp_path: Path) -> None:
    table = log_lines(written(tmp_path, LINES[grammar], grammar=grammar), tmp_path)

    assert table["time"].notna().all() and len(table) == 1
    assert "message" in table or {"method", "path", "status"} <= set(table)


def test_the_fields_of_a_line_are_columns(tmp_path: Path) -> None:
    table = log_lines(written(tmp_path, LINES["levelled"], grammar="levelled"), tmp_path)

    assert table[["level", "thread", "logger", "message"]].iloc[0].tolist() == ["INFO", "main", "org.example.Job", "Created job 7"]


def test_lines_of_no_grammar_belong_to_the_message_before(tmp_path: Path) -> None:
    table = log_lines(written(tmp_path, LINES["stamped"], "  at house.Door:7", grammar="stamped"), tmp_path)

    assert table["message"].tolist() == ["the door was opened\nat house.Door:7"]


def test_a_log_without_years_goes_on_after_new_year(tmp_path: Path) -> None:
    table = log_lines(written(tmp_path, "Dec 31 23:59:59 a b[1]: old", "Jan  1 00:00:01 a b[1]: new"), tmp_path)

    assert table["message"].tolist() == ["old", "new"]


def test_no_window_holds_what_another_is_asked_about(tmp_path: Path) -> None:
    lines = [f"Oct  1 00:00:{second:02d} a b[1]: tick {second}" for second in range(0, 60, 3)]
    reader = written(tmp_path, *lines, rows="windows", context=5, horizon=5, event={"field": "message", "text": "tick 9"}, outcomes=["tick_follows"])

    table = read_log(reader, tmp_path)

    assert table["tick_follows"].tolist() == ["yes", "no", "no", "no", "no"]
    assert table["events"].iloc[0] == "-5s tick 0\n-2s tick 3"
    assert not table["events"].str.contains("tick 9|tick 6").any()


def test_a_quiet_window_says_so(tmp_path: Path) -> None:
    lines = ["Oct  1 00:00:00 a b[1]: one", "Oct  1 00:00:40 a b[1]: two"]
    reader = written(tmp_path, *lines, rows="windows", context=5, horizon=5, event={"field": "message", "text": "two"}, outcomes=["two_follows"])

    assert read_log(reader, tmp_path)["events"].tolist()[1:] == [QUIET] * 3


def test_a_session_shows_its_opening_and_hides_the_rest(tmp_path: Path) -> None:
    lines = ["Oct  1 00:00:00 a b[1]: hello", "Oct  1 00:00:00 a b[2]: hi", "Oct  1 00:00:02 a b[1]: all done", "Oct  1 00:00:03 a b[2]: gone"]
    reader = written(
        tmp_path, *lines, rows="sessions", by=["host", "pid"], opening=1, endings=[{"name": "done", "field": "message", "text": "done"}], outcomes=["ending"]
    )

    table = read_log(reader, tmp_path)

    assert table[["opening", "ending"]].to_numpy().tolist() == [["+0s hello", "done"], ["+0s hi", "another way"]]


def test_a_process_number_that_comes_again_after_an_hour_is_another_session(tmp_path: Path) -> None:
    lines = [f"Oct  1 {hour:02d}:00:0{second} a b[1]: line" for hour in (0, 5) for second in (0, 1)]
    reader = written(tmp_path, *lines, rows="sessions", by=["pid"], opening=1, endings=[], outcomes=["ending"])

    assert len(read_log(reader, tmp_path)) == 2
