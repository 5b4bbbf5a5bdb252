"""Reads log files by well-known grammars of lines: one line a row, one session a row, or one window of time a row."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

LEVELS = r"TRACE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|ALERT|EMERG|FATAL"
ISO_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
#: Grammars by name, the strictest first: RFC 5424 and RFC 3164 (syslog), the combined and common access logs of web servers,
#: the error log of Apache, log4j and its kin (an ISO time stamp and a level), a time stamp and a message, and logfmt (key=value).
GRAMMARS: dict[str, str] = {
    "syslog-5424": rf"^<\d{{1,3}}>1 (?P<time>{ISO_TIME}) (?P<host>\S+) (?P<process>\S+) (?P<pid>\S+) \S+ (?:-|\[.*?\])\s?(?P<message>.*)$",
    "syslog-3164": r"^(?:<\d{1,3}>)?(?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (?P<host>\S+) (?P<process>[^\s:\[]+)(?:\[(?P<pid>\d+)\])?: ?(?P<message>.*)$",
    "access": r"^(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] \"(?P<method>[A-Z]+) (?P<path>\S+)(?: (?P<protocol>[^\"]*))?\""
    r" (?P<status>\d{3}) (?P<bytes>\d+|-)(?: \"(?P<referer>[^\"]*)\" \"(?P<agent>[^\"]*)\")?\s*$",
    "apache-error": r"^\[(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d(?:\.\d+)? \d{4})\] \[(?:\w+:)?(?P<level>\w+)\] (?P<message>.*)$",
    "levelled": rf"^\[?(?P<time>{ISO_TIME}|\d\d/\d\d/\d\d \d\d:\d\d:\d\d)\]?,? (?:- )?\[?(?P<level>(?i:{LEVELS}))\b\]?:?\s+(?:- )?"
    r"(?:\[(?P<thread>[^\]]*)\]\s+(?:- )?)?(?:(?P<logger>[\w.$]+):\s+)?(?P<message>.*)$",
    "stamped": rf"^\[?(?P<time>{ISO_TIME}|\d\d/\d\d/\d\d \d\d:\d\d:\d\d)\]?:?\s+(?P<message>[^,;\t]*[A-Za-z]{{2}}.*)$",
    "logfmt": r"^(?=.*\b(?:time|ts|timestamp)=)(?P<pairs>(?:[\w.-]+=(?:\"(?:[^\"\\]|\\.)*\"|\S*)\s*){3,})$",
}
PAIR = re.compile(r"([\w.-]+)=(\"(?:[^\"\\]|\\.)*\"|\S*)")
LONGEST_LINE = 4_000
LONGEST_CELL = 20_000
QUIET = "(no line)"
OPEN_SECONDS = 3_600


def read_log(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """The table of a log: its `lines`, its `sessions` or its `windows`, in the order of time."""
    lines = log_lines(reader, raw)
    return {"lines": line_table, "sessions": session_table, "windows": window_table}[reader["rows"]](reader, lines)


def log_lines(reader: dict[str, Any], raw: Path) -> pd.DataFrame:
    """One line a row with the fields of its grammar, sorted by time; lines of no grammar belong to the message before them."""
    pattern = re.compile(GRAMMARS[reader["grammar"]])
    rows: list[dict[str, Any]] = []
    for name in reader["files"]:
        with (raw / name).open(encoding=reader["encoding"], errors="replace") as file:
            for line in file:
                found = pattern.match(line.rstrip("\r\n")[:LONGEST_LINE])
                if found is not None:
                    rows.append(fields_of(found.groupdict()))
                elif rows and line.strip() and len(rows[-1].get("message") or "") < LONGEST_LINE:
                    rows[-1]["message"] = f"{rows[-1].get('message') or ''}\n{line.strip()[:LONGEST_LINE]}"
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    table["time"] = instants_of(table["time"], reader["grammar"])
    table = table[table["time"].notna()].sort_values("time", kind="stable").reset_index(drop=True)
    return table.dropna(axis=1, how="all")


def fields_of(found: dict[str, str | None]) -> dict[str, Any]:
    """The fields of a line; those of logfmt by their own names."""
    pairs = found.pop("pairs", None)
    if pairs is not None:
        said = {key: value[1:-1].replace('\\"', '"') if value.startswith('"') else value for key, value in PAIR.findall(pairs)}
        time = next((said.pop(key) for key in ("time", "ts", "timestamp") if key in said), None)
        message = next((said.pop(key) for key in ("msg", "message") if key in said), None)
        found = {"time": time, **said, "message": message}
    if found.get("level"):
        found["level"] = str(found["level"]).upper()
    return {key: None if value in ("", "-") else value for key, value in found.items()}


def instants_of(texts: pd.Series, grammar: str) -> pd.Series:
    """Time stamps as instants in UTC. RFC 3164 tells no year: it counts from 2000, one more each time that December becomes January."""
    if grammar == "access":
        return pd.to_datetime(texts, format="%d/%b/%Y:%H:%M:%S %z", errors="coerce", utc=True)
    if grammar == "apache-error":
        return pd.to_datetime(texts.str.replace(r"\.\d+", "", regex=True), format="%a %b %d %H:%M:%S %Y", errors="coerce", utc=True)
    if grammar == "syslog-3164":
        found = pd.to_datetime("2000 " + texts.str.replace(r"\s+", " ", regex=True), format="%Y %b %d %H:%M:%S", errors="coerce", utc=True)
        turns = (found.diff() < pd.Timedelta(days=-180)).cumsum()
        return found + pd.to_timedelta(turns * 366, unit="D")
    short = texts.str.fullmatch(r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d").fillna(False)
    plain = texts.where(~short, "20" + texts.str.replace("/", "-")).str.replace(",", ".", regex=False)
    return pd.to_datetime(plain, format="ISO8601", errors="coerce", utc=True)


def line_table(reader: dict[str, Any], lines: pd.DataFrame) -> pd.DataFrame:
    """One line a row. Of an answer's status its class is kept: 2xx, 3xx, 4xx, 5xx."""
    table = lines.assign(time=lines["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if reader["grammar"] == "access":
        table["status_class"] = table["status"].str[:1] + "xx"
        table["bytes"] = pd.to_numeric(table["bytes"])
        table = table.drop(columns="status")
    return table


def said_by(lines: pd.DataFrame) -> pd.Series:
    """What a line says: its message with its level, or its request and answer."""
    if "message" in lines:
        text = lines["message"].fillna("")
        return text if "level" not in lines else lines["level"].fillna("") + " " + text
    return lines["method"] + " " + lines["path"] + " " + lines["status"] + " " + lines["bytes"].fillna("-")


def marked(lines: pd.DataFrame, event: dict[str, Any]) -> pd.Series:
    """Whether each line is of an event: it has one of some values in a field, or its message holds a text."""
    if "values" in event:
        return lines[event["field"]].isin(event["values"])
    return lines[event["field"]].fillna("").str.contains(event["text"], regex=False)


def told(seconds: pd.Series, texts: pd.Series) -> str:
    """Lines as text, each after the second that it was written at."""
    parts = [f"{second:+.0f}s {text}" for second, text in zip(seconds, texts)]
    return "\n".join(parts)[:LONGEST_CELL] or QUIET


def window_table(reader: dict[str, Any], lines: pd.DataFrame) -> pd.DataFrame:
    """One window of time a row: what was written in `context` seconds, and whether an event follows within `horizon` seconds.

    Windows begin where the horizon of the one before ends, so that no row holds the answer of another.
    """
    start = lines["time"].iloc[0]
    seconds = (lines["time"] - start).dt.total_seconds()
    context, whole = reader["context"], reader["context"] + reader["horizon"]
    place, offset = (seconds // whole).astype(int), seconds % whole - context
    texts, hits = said_by(lines), marked(lines, reader["event"])
    rows = []
    before = pd.DataFrame({"place": place, "offset": offset, "text": texts, "hit": hits})
    seen = dict(list(before[offset < 0].groupby("place")))
    ahead = before[(offset >= 0) & before["hit"]].groupby("place").size()
    for key in range(int(seconds.iloc[-1] // whole)):
        part = seen.get(key)
        rows.append(
            {
                "time": (start + pd.Timedelta(seconds=key * whole + context)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "events": QUIET if part is None else told(part["offset"], part["text"]),
                "lines": 0 if part is None else len(part),
                reader["outcomes"][0]: "yes" if ahead.get(key, 0) > 0 else "no",
            }
        )
    return pd.DataFrame(rows)


def session_table(reader: dict[str, Any], lines: pd.DataFrame) -> pd.DataFrame:
    """One session a row: its first `opening` lines, and which of the known ends its last line is.

    A session is what one value of the fields `by` writes without a pause of an hour. Sessions that end within their opening are left out.
    """
    key = lines[reader["by"]].fillna("").agg(" ".join, axis=1)
    pause = lines["time"].groupby(key).diff().dt.total_seconds() > OPEN_SECONDS
    number = pause.groupby(key).cumsum()
    texts = said_by(lines)
    ends = pd.Series("another way", index=lines.index)
    for end in reversed(reader["endings"]):
        ends = ends.mask(marked(lines, end), end["name"])
    rows = []
    for _, part in lines.assign(_text=texts, _end=ends).groupby([key, number], sort=False):
        if len(part) > reader["opening"]:
            first = part.head(reader["opening"])
            since = (first["time"] - part["time"].iloc[0]).dt.total_seconds()
            rows.append({"time": part["time"].iloc[0], "opening": told(since, first["_text"]), "ending": part["_end"].iloc[-1]})
    table = pd.DataFrame(rows, columns=["time", "opening", "ending"]).sort_values("time", kind="stable").reset_index(drop=True)
    return table.assign(time=table["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
