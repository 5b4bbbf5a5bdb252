"""Finds two columns of texts that a row compares, and which rows must be kept together so that texts are new."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from mle_env.readers.linked_texts import link_texts, plain_texts

#: Tables in which pairs are looked for.
PAIRED = ("csv", "json", "jsonl", "parquet", "sqlite", "excel", "joined")
LEAST_TEXTS = 50
LEAST_WORDS = 2
#: Words of at least one of the two: names alone are no texts.
PROSE_WORDS = 4
#: Rows by which two columns are compared.
SAMPLE_ROWS = 1_000
#: Columns of one kind: the longer texts have at most so many times the words of the shorter ones, and each uses mostly words of the other.
MOST_LENGTH = 3.0
LEAST_KNOWN = 0.5
#: Texts of a row have more words in common than texts of different rows: so many times as many, and that by so many standard errors.
RELATED, RELATED_ERRORS = 1.3, 5.0
#: Share of the rows that may hang together.
MOST_LINKED = 0.1
LEAST_GROUPS = 20

#: What tells the first of two from the second.
MARKS = {("1", "2"), ("a", "b"), ("one", "two"), ("left", "right"), ("first", "second")}
#: Names of texts that stand for each other's counterpart.
COUPLES = [
    ("premise", "hypothesis"),
    ("claim", "evidence"),
    ("text", "hypothesis"),
    ("question", "answer"),
    ("question", "sentence"),
    ("question", "passage"),
    ("question", "context"),
    ("query", "document"),
    ("query", "passage"),
    ("query", "title"),
    ("query", "text"),
    ("query", "product title"),
    ("original", "paraphrase"),
    ("anchor", "target"),
    ("text", "summary"),
]


NAMED = "named for each other's counterpart"
KIND = "of like lengths and with the same words"
ABOUT = "those of a row have more words in common than those of two rows"


def pair_of(table: pd.DataFrame, columns: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """{one, other, named, evidence} of the two columns of texts that each row compares; None where there are none.

    Two of three signs are needed: they are named for each other's counterpart (`question1` and `question2`, `premise` and
    `hypothesis`), they are of one kind, and those of a row are about one thing. Without the names they are the only two texts.
    """
    texts = [column["name"] for column in columns if like_text(column)]
    if not any(column["words"] >= PROSE_WORDS for column in columns if column["name"] in texts):
        return None
    named = [(one, other) for one in texts for other in texts if one != other and counterparts(one, other)]
    for one, other in named or [tuple(texts)] if named or len(texts) == 2 else []:
        sample = table[[one, other]].dropna()
        sample = sample.iloc[:: max(1, len(sample) // SAMPLE_ROWS)]
        sides = [[set(text.split()) for text in plain_texts(sample[name]).fillna("")] for name in (one, other)]
        signs = [sign for sign, found in ((KIND, alike(*sides)), (ABOUT, related(*sides))) if found]
        if len(signs) + bool(named) >= 2:
            return {"one": one, "other": other, "named": bool(named), "evidence": ", ".join([*([NAMED] if named else []), *signs])}
    return None


def like_text(column: dict[str, Any]) -> bool:
    """Texts, and texts of which each comes several times."""
    return (
        column["type"] in ("text", "categorical")
        and column["storage"] == "string"
        and column["distinct"] > LEAST_TEXTS
        and column.get("words", 0) >= LEAST_WORDS
        and "nested" not in column["suspicious"]
    )


def counterparts(one: str, other: str) -> bool:
    """Whether two names differ in nothing but first and second, or are a known couple in this order."""
    return stem_of(one, other) is not None or tuple(" ".join(name_parts(name)) for name in (one, other)) in COUPLES


def stem_of(one: str, other: str) -> str | None:
    """What two names have in common that differ in nothing but first and second; None for other names."""
    first, second = name_parts(one), name_parts(other)
    differ = [place for place, parts in enumerate(zip(first, second)) if parts[0] != parts[1]]
    if len(first) != len(second) or len(first) < 2 or len(differ) != 1 or (first[differ[0]], second[differ[0]]) not in MARKS:
        return None
    return " ".join(part for place, part in enumerate(first) if place != differ[0])


def name_parts(name: str) -> list[str]:
    """The words and numbers of a name in small letters."""
    return re.findall(r"[a-z]+|\d+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())


def alike(one: list[set[str]], other: list[set[str]]) -> bool:
    """Whether two columns of sets of words have like lengths and use the same words."""
    lengths = sorted(sum(map(len, side)) for side in (one, other))
    if lengths[0] == 0 or lengths[1] > MOST_LENGTH * lengths[0]:
        return False
    known = [set().union(*side) for side in (one, other)]
    shares = [sum(len(words & other_known) for words in side) / sum(map(len, side)) for side, other_known in ((one, known[1]), (other, known[0]))]
    return min(shares) >= LEAST_KNOWN


def related(one: list[set[str]], other: list[set[str]]) -> bool:
    """Whether the texts of a row have more words in common than those of different rows."""
    own = np.array([overlap(*pair) for pair in zip(one, other)])
    places = np.random.default_rng(3).permutation(len(other))
    strange = np.array([overlap(words, other[place]) for words, place in zip(one, places)])
    error = float(np.sqrt((own.var() + strange.var()) / max(1, len(own)))) or 1e-9
    return bool(own.mean() >= RELATED * strange.mean() and own.mean() - strange.mean() >= RELATED_ERRORS * error)


def overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def linked_by(table: pd.DataFrame, texts: list[str]) -> tuple[dict[str, Any] | None, list[str]]:
    """How rows are linked so that texts can be kept apart, and the columns whose texts are then all new on the other side.

    By both texts where the rows that hang together are few; else by the one of which there are more, since each is a unit. (None, both) where no
    text comes twice.
    """
    name = "pair_group"
    while name in table.columns:
        name += "_"

    def groups_of(columns: list[str]) -> pd.Series:
        return link_texts(table, {"name": name, "columns": columns})[name].value_counts()

    both = groups_of(texts)
    if len(both) == len(table):
        return None, texts
    if splittable(both, len(table)):
        return {"name": name, "columns": texts}, texts
    sides = [([text], groups_of([text])) for text in texts]
    fit = [(columns, groups) for columns, groups in sides if len(groups) < len(table) and splittable(groups, len(table))]
    if not fit:
        return None, []
    columns, _ = max(fit, key=lambda side: len(side[1]))
    return {"name": name, "columns": columns}, columns


def splittable(groups: pd.Series, rows: int) -> bool:
    return len(groups) >= LEAST_GROUPS and int(groups.iloc[0]) <= MOST_LINKED * rows


def note_of(linked: dict[str, Any]) -> str:
    """What the column of the groups means."""
    texts = linked["columns"]
    return (
        f"rows of one value have a text of {texts[0]} or {texts[1]} in common, directly or through other rows"
        if len(texts) == 2
        else f"rows of one value have the same {texts[0]}"
    ) + " (case and punctuation aside); it says nothing else"
