"""Answers that are written into cells of text."""

import numpy as np
import pandas as pd

from .facts import Facts
from .written import written

WORDS = "the of a long old night street house road river light".split()


def rows(count=600):
    random = np.random.default_rng(6)
    texts = [" ".join(random.choice(WORDS, 8)) for _ in range(count)]
    return random, pd.DataFrame({"id": range(count), "text": texts, "wind": random.normal(60, 15, count).round(1)})


def regression(table):
    return written(Facts("id", "wind", "regression", None, "number", None, None), table)


def test_a_list_that_holds_the_rows_own_number_is_told():
    random, table = rows()
    table["track"] = [
        " ".join(map(str, [*random.integers(20, 100, place % 5), int(wind), *random.integers(20, 100, 4)])) for place, wind in enumerate(table["wind"])
    ]
    assert [entry["column"] for entry in regression(table)] == ["track"]


def test_numbers_that_are_not_the_rows_own_are_not_told():
    random, table = rows()
    table["track"] = [" ".join(map(str, random.integers(20, 100, 30))) for _ in range(len(table))]
    assert regression(table) == []


def several(table):
    return written(Facts("id", "labels", "multilabel", None, "labels", None, None), table)


def labelled():
    random, table = rows(800)
    held = random.random((len(table), 4)) < 0.4
    cells = [" ".join(name for name, holds in zip("abcd", row) if holds) or "-" for row in held]
    return random, table.drop(columns="wind").assign(labels=cells), held


def test_a_code_at_the_end_of_a_text_is_told_of_a_set_of_labels():
    _, table, held = labelled()
    table["text"] += [f" (ref. {''.join(str(int(holds)) for holds in row)}7)" for row in held]
    assert [(entry["column"], entry["what"]) for entry in several(table)] == [("text", "the last word"), ("text", "the last number")]


def test_words_that_go_with_labels_are_what_is_to_be_learned():
    random, table, held = labelled()
    table["text"] = [
        f"{text} {' '.join(f'word{place}' for place in np.flatnonzero(row) if random.random() < 0.9)} {random.integers(1000)}"
        for text, row in zip(table["text"], held)
    ]
    assert several(table) == []
