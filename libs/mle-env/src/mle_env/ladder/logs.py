"""Rungs for logs: counts of templates, their order and timing, and a blend with words."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from .features import Columns, LinearFeatures, TreeFeatures
from .models import boosted, linear
from .task_spec import TaskSpec
from .templates import Templates

LINE = re.compile(r"^([+-]\d+)s (.*)$")
#: Templates beyond these are as good as unknown.
MOST_TEMPLATES = 300


@dataclass(frozen=True)
class Story:
    """The events of one cell, in order, and the seconds that they were written at."""

    events: list[str]
    seconds: list[int]


class Stories:
    """Cells of a log as events; the templates are those of the training data."""

    def __init__(self, cells: pd.Series) -> None:
        self.templates = Templates()
        for cell in cells:
            for _, message in lines_of(cell):
                self.templates.add(message)
        self.vectorizers = [
            TfidfVectorizer(use_idf=False, norm=None, sublinear_tf=True, analyzer=str.split, max_features=MOST_TEMPLATES, dtype=np.float64),
            TfidfVectorizer(
                sublinear_tf=True, tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(1, 3), max_features=5_000, dtype=np.float64
            ),
        ]
        said = [" ".join(story.events) for story in self.read(cells)]
        for vectorizer in self.vectorizers:
            vectorizer.fit(said)

    def read(self, cells: pd.Series) -> list[Story]:
        found = []
        for cell in cells:
            lines = lines_of(cell)
            events = ["new" if (number := self.templates.match(message)) is None else f"t{number}" for _, message in lines]
            found.append(Story(["start", *events, "end"], [second for second, _ in lines]))
        return found

    def counts(self, cells: pd.Series) -> sparse.csr_matrix:
        return self.vectorizers[0].transform(" ".join(story.events) for story in self.read(cells))

    def order(self, cells: pd.Series) -> sparse.csr_matrix:
        """Runs of up to three events, and when they were written."""
        stories = self.read(cells)
        runs = self.vectorizers[1].transform(" ".join(story.events) for story in stories)
        return sparse.csr_matrix(sparse.hstack([runs, sparse.csr_matrix(np.tanh(timing(stories) / 10.0))]))

    def dense(self, cells: pd.Series) -> np.ndarray:
        return np.hstack([self.counts(cells).toarray(), timing(self.read(cells))])


def lines_of(cell: object) -> list[tuple[int, str]]:
    """(second, message) of each line of a cell; a line without a second goes on with the one before."""
    found = []
    for line in str(cell).split("\n"):
        parts = LINE.match(line)
        found.append((int(parts[1]), parts[2]) if parts else (found[-1][0] if found else 0, line))
    return found


def timing(stories: list[Story]) -> np.ndarray:
    """Lines, first and last second, the mean and the longest pause between lines."""
    rows = []
    for story in stories:
        pauses = np.diff(story.seconds) if len(story.seconds) > 1 else np.zeros(1)
        rows.append([len(story.seconds), story.seconds[0], story.seconds[-1], pauses.mean(), pauses.max()])
    return np.array(rows, dtype=float)


def template_counts(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    stories = Stories(train[spec.log])
    return linear(spec, stories.counts(train[spec.log]), y, [stories.counts(table[spec.log]) for table in tables])


def template_order(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    stories = Stories(train[spec.log])
    flat = LinearFeatures(train, Columns(train, spec), words=False)
    seen, *others = [sparse.csr_matrix(sparse.hstack([stories.order(table[spec.log]), flat.transform(table)])) for table in [train, *tables]]
    return linear(spec, seen, y, others, strength=2.0)


def blend(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """The order of templates, trees over counts and timing, and the words of the lines."""
    stories = Stories(train[spec.log])
    columns = Columns(train, spec)
    plain = TreeFeatures(train, columns)
    dense = [np.hstack([stories.dense(table[spec.log]), plain.transform(table)]) for table in [train, *tables]]
    trees = boosted(spec, dense[0], y, dense[1:], plain.categorical(), seed, tuned=True)
    words = LinearFeatures(train, columns, words=True)
    said = linear(spec, words.transform(train), y, [words.transform(table) for table in tables], strength=4.0 if spec.classifies else 0.2)
    order = template_order(spec, train, y, tables, seed)
    return [0.35 * one + 0.35 * two + 0.3 * three for one, two, three in zip(order, trees, said)]
