"""Finds what can be asked of log files: their grammar, the lines, sessions and windows that have an outcome, and which event to wait for."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from mle_env.ladder.templates import WILD, Templates, mined
from mle_env.readers.log import GRAMMARS, LONGEST_LINE, log_lines, marked, session_table

from .dialect import NotATable, encoding_of, shared_encoding

SAMPLE_LINES = 2_000
LEAST_MATCHED = 0.6
LEAST_LINES = 20
MOST_BYTES = 128 * 2**20
LEAST_ROWS = 200
#: Seconds that people count in.
ROUND = (1, 2, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 6 * 3_600, 86_400, 7 * 86_400)
#: Shares of windows in which an event can be waited for.
RARE, USUAL = 0.05, 0.95
LEAST_END = 60
MOST_ENDINGS = 5
GRAVE = ["ERROR", "ERR", "SEVERE", "CRITICAL", "CRIT", "ALERT", "EMERG", "FATAL"]
FAILURE = re.compile(
    r"\b(fail\w*|error\w*|fatal|denied|refused|reject\w*|invalid|time[d-]? ?out|exception|critical|panic|abort\w*|unauthori[sz]ed|attack|break-in|lost|unreachable|corrupt\w*|killed)\b",
    re.IGNORECASE,
)
LINKING = {"for", "from", "by", "to", "of", "in", "at", "on", "the", "a", "is", "with", "user"}


def grammar_of(lines: list[str]) -> str | None:
    """The first grammar that most lines follow; None where none does."""
    filled = [line for line in lines if line.strip()]
    for name, pattern in GRAMMARS.items():
        expression = re.compile(pattern)
        if filled and sum(expression.match(line[:LONGEST_LINE]) is not None for line in filled) >= LEAST_MATCHED * len(filled):
            return name
    return None


def first_lines(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=encoding, errors="replace") as file:
        return [line.rstrip("\r\n") for _, line in zip(range(SAMPLE_LINES), iter(lambda: file.readline(65_536), ""))]


def log_readers(raw: Path, names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, reader) of each table of the files of one grammar. Raises `NotATable`."""
    if sum((raw / name).stat().st_size for name in names) > MOST_BYTES:
        raise NotATable(f"its logs are larger than {MOST_BYTES // 2**20} MiB; take a part of them")
    encoding = shared_encoding({encoding_of(raw / name) for name in names})
    grammar = grammar_of(first_lines(raw / names[0], encoding))
    if grammar is None:
        raise NotATable(f"most of its lines follow none of the grammars {', '.join(GRAMMARS)}")
    base = {"format": "log", "files": names, "encoding": encoding, "grammar": grammar}
    lines = log_lines(base, raw)
    if len(lines) < LEAST_LINES:
        raise NotATable(f"only {len(lines)} of its lines have a time")
    found = [*windows_of(base, lines), *sessions_of(base, lines), *lines_of(base, lines)]
    yield from found or [("lines", base | {"rows": "lines", "outcomes": []})]


def lines_of(base: dict[str, Any], lines: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Lines that say how something went: the answers of a server, or messages with a level."""
    if base["grammar"] == "access":
        yield "requests", base | {"rows": "lines", "outcomes": ["status_class", "bytes"]}
    elif "level" in lines and lines["level"].nunique() > 1 and "message" in lines:
        yield "lines", base | {"rows": "lines", "outcomes": ["level"]}


def windows_of(base: dict[str, Any], lines: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Windows as long as a line falls on average, and the gravest event that is neither rare nor usual in them."""
    span = (lines["time"].iloc[-1] - lines["time"].iloc[0]).total_seconds()
    horizon = next((seconds for seconds in ROUND if seconds * len(lines) >= span), None)
    if horizon is None or span < 2 * horizon * LEAST_ROWS:
        return
    place = (lines["time"] - lines["time"].iloc[0]).dt.total_seconds() % (2 * horizon) >= horizon
    window = (lines["time"] - lines["time"].iloc[0]).dt.total_seconds() // (2 * horizon)
    total = int(span // (2 * horizon))
    for event in events_of(lines):
        hit = window[place & marked(lines, event)].nunique() / total
        if RARE <= hit <= USUAL and min(hit, 1 - hit) * total >= LEAST_END:
            name = f"{event.pop('name')}_follows"
            yield "windows", base | {"rows": "windows", "context": horizon, "horizon": horizon, "event": event, "outcomes": [name]}
            return


def events_of(lines: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Events that somebody would want to know beforehand, the gravest first."""
    if "level" in lines and lines["level"].isin(GRAVE).any():
        yield {"name": "error", "field": "level", "values": GRAVE}
    if "status" in lines:
        status = lines["status"].astype(str)
        for first, name in (("5", "server_error"), ("4", "refused_request")):
            values = sorted(set(status[status.str.startswith(first)]))
            if values:
                yield {"name": name, "field": "status", "values": values}
    if "message" in lines:
        templates, groups = mined(lines["message"].fillna(""))
        for number, _ in sorted(Counter(groups).items(), key=lambda item: (-item[1], item[0])):
            text = constant_text(templates, number)
            if text and FAILURE.search(text):
                yield {"name": spoken(text), "field": "message", "text": text}


def sessions_of(base: dict[str, Any], lines: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Sessions of one process or thread that end in different ways."""
    by = [name for name in ("host", "process", "pid") if name in lines] if "pid" in lines else ["thread"] if "thread" in lines else []
    if not by or "message" not in lines:
        return
    base = base | {"rows": "sessions", "by": by, "opening": 1, "endings": []}
    if len(session_table(base, lines)) < LEAST_ROWS:
        return
    templates, groups = mined(lines["message"].fillna(""))
    last = lines.assign(_group=groups).groupby(by, sort=False)["_group"].last()
    endings: dict[str, dict[str, str]] = {}
    for number, count in sorted(Counter(last).items(), key=lambda item: (-item[1], item[0])):
        text = constant_text(templates, number)
        if text and count >= LEAST_END and len(endings) < MOST_ENDINGS:
            endings.setdefault(spoken(text), {"name": spoken(text).replace("_", " "), "field": "message", "text": text})
    if endings:
        yield "sessions", base | {"endings": list(endings.values()), "outcomes": ["ending"]}


def constant_text(templates: Templates, number: int) -> str:
    """The longest run of words of a template that are no values, as they stand in its messages; none where it is a single short word."""
    text = max((part.strip() for part in templates.text(number).split(WILD)), key=len)
    return text if len(text) >= 8 else ""


def spoken(text: str) -> str:
    """A name for an event: the words of the piece between marks that tells of a failure, or of the longest, without those that only link."""
    pieces = [piece for part in re.split(r"[^\w\s.-]+", text) if (piece := re.findall(r"[A-Za-z]{2,}", part))]
    telling = [piece for piece in pieces if len(piece) > 1 and FAILURE.search(" ".join(piece))]
    words = max(telling or pieces or [["event"]], key=len)[:4]
    while len(words) > 1 and words[-1].lower() in LINKING:
        words.pop()
    return "_".join(words).lower()


def log_notes(reader: dict[str, Any]) -> dict[str, str]:
    """What the columns of a log's table hold."""
    if reader["rows"] == "windows":
        event = reader["event"]
        what = f'a line with "{event["text"]}"' if "text" in event else f"a line whose {event['field']} is one of {', '.join(event['values'])}"
        return {
            "time": "the moment of prediction",
            "events": f"what was written in the {reader['context']} seconds up to the moment of prediction, each line after its second",
            "lines": "how many lines that are",
            reader["outcomes"][0]: f"whether {what} is written within the {reader['horizon']} seconds after the moment of prediction",
        }
    if reader["rows"] == "sessions":
        return {
            "time": "when the session began",
            "opening": f"the first {reader['opening']} lines of the session, each after its second"
            if reader["opening"] > 1
            else "the first line of the session",
            "ending": f"how the last line of the session ends it, where a session is what one {' and '.join(reader['by'])} writes",
        }
    return {
        "time": "when the line was written",
        "client": "the address that asked",
        "path": "what was asked for",
        "agent": "how the client's program calls itself",
        "status_class": "the class of the answer: 2xx answered, 3xx elsewhere, 4xx refused, 5xx failed",
        "bytes": "the size of the answer in bytes",
        "message": "what the line says",
        "level": "how grave the line is",
    }
