"""Rungs for pairs of texts: what they have in common, their words, and what meaning their words share."""

import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from .changes import Fit
from .features import Columns, LinearFeatures
from .models import boosted, linear
from .task_spec import TaskSpec

WORD = re.compile(r"\w+")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
#: The last one is what a negated verb ends in.
NEGATIONS = frozenset("no not never none nobody nothing nowhere neither nor without cannot t".split())
DIMENSIONS = 24
MOST_WORDS = 20_000
#: Columns of `Compared.overlap` that the simple rung sees.
PLAIN = 6


def cells(table: pd.DataFrame, name: str) -> list[str]:
    return table[name].fillna("").astype(str).str.casefold().tolist()


def grams(text: str, size: int = 3) -> set[str]:
    joined = f" {' '.join(WORD.findall(text))} "
    return {joined[place : place + size] for place in range(len(joined) - size + 1)}


def share(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def within(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one))


class Compared:
    """Pairs as numbers; what words weigh and mean is learned from the texts of train."""

    def __init__(self, spec: TaskSpec, train: pd.DataFrame) -> None:
        self.spec = spec
        self.one, self.other = spec.pair
        self.beside = LinearFeatures(train, Columns(train, spec), words=False)
        said = [*cells(train, self.one), *cells(train, self.other)]
        self.words = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b", sublinear_tf=True, max_features=MOST_WORDS, dtype=np.float64).fit(said)
        self.runs = TfidfVectorizer(
            token_pattern=r"(?u)\b\w+\b", sublinear_tf=True, min_df=2, ngram_range=(1, 2), max_features=MOST_WORDS, dtype=np.float64
        ).fit(said)
        # Of the two texts in one, so that words which say the same in both are near each other.
        weighed = self.words.transform([f"{one} {other}" for one, other in zip(cells(train, self.one), cells(train, self.other))])
        size = min(DIMENSIONS, weighed.shape[1] - 1, weighed.shape[0] - 1)
        self.meaning = TruncatedSVD(size, random_state=spec.seed).fit(weighed) if size > 1 else None

    def overlap(self, table: pd.DataFrame) -> np.ndarray:
        """What the texts of each pair have in common, from the plainest on."""
        return np.array([overlaps(one, other) for one, other in zip(cells(table, self.one), cells(table, self.other))], dtype=float)

    def sides(self, table: pd.DataFrame, vectorizer: TfidfVectorizer) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        return vectorizer.transform(cells(table, self.one)), vectorizer.transform(cells(table, self.other))

    def plain(self, table: pd.DataFrame) -> np.ndarray:
        return np.hstack([self.overlap(table)[:, :PLAIN], self.beside.transform(table).toarray()])

    def weighed(self, table: pd.DataFrame) -> sparse.csr_matrix:
        """The words of both texts, what they have in common, and their cosine."""
        one, other = self.sides(table, self.runs)
        numbers = np.hstack([self.overlap(table), cosine(one, other)])
        return sparse.hstack([one, other, numbers, self.beside.transform(table)], format="csr")

    def told_apart(self, table: pd.DataFrame) -> sparse.csr_matrix:
        """The words that both texts have, those that one has alone, and the numbers."""
        one, other = self.sides(table, self.words)
        both = one.minimum(other)
        numbers = np.hstack([self.overlap(table), cosine(one, other)])
        return sparse.hstack([both, one - both, other - both, abs(one - other), numbers, self.beside.transform(table)], format="csr")

    def dense(self, table: pd.DataFrame) -> np.ndarray:
        """Overlap, weighted overlap, and how the meanings of the texts differ and agree."""
        one, other = self.sides(table, self.words)
        parts = [self.overlap(table), cosine(one, other), self.beside.transform(table).toarray()]
        only = [np.asarray(side.sum(axis=1)) for side in (one - one.minimum(other), other - one.minimum(other))]
        if self.meaning is not None:
            u, v = self.meaning.transform(one), self.meaning.transform(other)
            length = np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1)
            parts += [((u * v).sum(axis=1) / np.where(length > 0, length, 1.0))[:, None], np.abs(u - v), u * v]
        return np.hstack([*parts, *only])


def overlaps(one: str, other: str) -> list[float]:
    first, second = WORD.findall(one), WORD.findall(other)
    a, b = set(first), set(second)
    numbers, others = set(NUMBER.findall(one)), set(NUMBER.findall(other))
    negated, negations = len(a & NEGATIONS), len(b & NEGATIONS)
    return [
        share(a, b),
        share(grams(one), grams(other)),
        within(a, b),
        within(b, a),
        len(first) - len(second),
        abs(len(first) - len(second)),
        share(set(pairwise(first)), set(pairwise(second))),
        share(grams(one, 5), grams(other, 5)),
        len(a - b),
        len(b - a),
        float(first[:1] == second[:1]),
        float(first[-1:] == second[-1:]),
        len(numbers - others),
        len(others - numbers),
        len(numbers & others),
        negated - negations,
        abs(negated - negations),
        float(first == second),
    ]


def cosine(one: sparse.csr_matrix, other: sparse.csr_matrix) -> np.ndarray:
    """Of rows that have length 1."""
    return np.asarray(one.multiply(other).sum(axis=1))


def only(side: int) -> Fit:
    """The words of one text alone: what a pair gives away without being compared."""

    def fit(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
        name = spec.pair[side]
        vectorizer = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b", sublinear_tf=True, min_df=2, ngram_range=(1, 2), max_features=MOST_WORDS, dtype=np.float64)
        seen = vectorizer.fit_transform(cells(train, name))
        return linear(spec, seen, y, [vectorizer.transform(cells(table, name)) for table in tables], strength=1.0 if spec.classifies else 0.2)

    return fit


def fit_of(view: Callable[[Compared, pd.DataFrame], np.ndarray | sparse.csr_matrix], strength: float, gentler: float) -> Fit:
    """A linear model on one view of the pairs; numbers are regressed with another strength than classes."""

    def fit(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
        compared = Compared(spec, train)
        x, *others = [sparse.csr_matrix(view(compared, table)) for table in [train, *tables]]
        return linear(spec, x, y, others, strength=strength if spec.classifies else gentler)

    return fit


simple = fit_of(Compared.plain, 1.0, 1.0)
standard = fit_of(Compared.weighed, 1.0, 0.2)
apart = fit_of(Compared.told_apart, 1.0, 0.2)


def strong(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """Trees over overlap and meaning, blended with the words that both texts have and those that one has alone."""
    compared = Compared(spec, train)
    x, *others = [compared.dense(table) for table in [train, *tables]]
    trees = boosted(spec, x, y, others, [], seed, tuned=True)
    return [0.5 * one + 0.5 * other for one, other in zip(trees, apart(spec, train, y, tables, seed))]
