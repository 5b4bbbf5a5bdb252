"""Turns the columns of a task into numbers for linear models and for trees."""

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from .task_spec import TaskSpec

LEVELS = 30
RARE = 2
# Models hold numbers in 32 bits, and add up their squares.
LARGEST = 1e30


class Columns:
    """Which inputs are numbers, dates, categories and texts, decided on train alone; and what each row is about: its group, or itself."""

    def __init__(self, train: pd.DataFrame, spec: TaskSpec) -> None:
        self.numbers: list[str] = []
        self.dates: list[str] = []
        self.categories: list[str] = []
        self.texts: list[str] = []
        self.things = train[spec.group].astype(str) if spec.group in train.columns else pd.Series(np.arange(len(train)), index=train.index)
        for name in train.columns:
            # The names of groups are all new in the test data: what is learned about one helps with none.
            if name in (spec.id, spec.target, spec.group, spec.event) or name in dict(spec.media):
                continue
            column = train[name]
            if name in spec.text:
                self.texts.append(name)
            elif pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
                self.numbers.append(name)
            elif is_date(column):
                self.dates.append(name)
            else:
                self.categories.append(name)

    def numeric(self, table: pd.DataFrame) -> np.ndarray:
        """Numbers, parts of dates and lengths of texts; missing values are NaN."""
        parts = [np.clip(pd.to_numeric(table[name], errors="coerce").to_numpy(float), -LARGEST, LARGEST) for name in self.numbers]
        for name in self.dates:
            when = pd.to_datetime(table[name], errors="coerce", utc=True, format="mixed")
            parts += [
                (when - pd.Timestamp("2000-01-01", tz="UTC")).dt.total_seconds().to_numpy(float) / 86_400,
                when.dt.month.to_numpy(float),
                when.dt.day_of_week.to_numpy(float),
                when.dt.hour.to_numpy(float),
            ]
        for name in self.texts:
            text = table[name].fillna("").astype(str)
            parts += [
                text.str.len().to_numpy(float),
                text.str.count(r"\S+").to_numpy(float),
                text.str.count(r"[A-Z]").to_numpy(float),
                text.str.count(r"[0-9]").to_numpy(float),
                text.str.count(r"[^\w\s]").to_numpy(float),
            ]
        return np.column_stack(parts) if parts else np.empty((len(table), 0))


def is_date(column: pd.Series) -> bool:
    """Whether nearly all of a sample of strings reads as a date."""
    sample = column.dropna().astype(str).head(200)
    sample = sample[sample.str.contains(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", regex=True)]
    if len(sample) < 0.95 * min(200, int(column.notna().sum())) or sample.empty:
        return False
    return bool(pd.to_datetime(sample, errors="coerce", utc=True, format="mixed").notna().mean() > 0.95)


class TreeFeatures:
    """A dense table for boosted trees: numbers as they are, categories as the rank of their level."""

    def __init__(self, train: pd.DataFrame, columns: Columns) -> None:
        self.columns = columns
        self.levels = {name: ranked_levels(train[name], columns.things) for name in columns.categories}

    def transform(self, table: pd.DataFrame) -> np.ndarray:
        codes = [table[name].astype(str).where(table[name].notna()).map(self.levels[name]).to_numpy(float) for name in self.columns.categories]
        return np.column_stack([self.columns.numeric(table), *codes]) if codes else self.columns.numeric(table)

    def categorical(self) -> list[int]:
        """Places of the category columns with few levels, which trees may split by subset."""
        total = len(self.columns.categories)
        return [index - total for index, name in enumerate(self.columns.categories) if len(self.levels[name]) <= 2 * LEVELS]


class LinearFeatures:
    """A sparse table for linear models: scaled numbers, flags of missing values, frequent levels, and weighted words."""

    def __init__(self, train: pd.DataFrame, columns: Columns, words: bool, characters: bool = False) -> None:
        self.columns = columns
        numbers = columns.numeric(train)
        with np.errstate(all="ignore"):
            self.centre = np.array([np.median(column[np.isfinite(column)]) if np.isfinite(column).any() else 0.0 for column in numbers.T])
        filled = self._filled(numbers)
        self.mean, self.scale = filled.mean(axis=0), filled.std(axis=0)
        self.scale[self.scale == 0] = 1.0
        self.flagged = np.flatnonzero(np.isnan(numbers).any(axis=0))
        limit = 300 if columns.texts else 100
        self.levels = {name: list(ranked_levels(train[name], columns.things))[:limit] for name in columns.categories}
        self.vectorizers = []
        for name in columns.texts if words else []:
            text = train[name].fillna("").astype(str)
            kinds = [TfidfVectorizer(sublinear_tf=True, min_df=RARE, ngram_range=(1, 2), max_features=40_000, dtype=np.float64, token_pattern=r"(?u)\b\w+\b")]
            if characters:
                kinds.append(TfidfVectorizer(sublinear_tf=True, min_df=3, analyzer="char_wb", ngram_range=(2, 4), max_features=40_000, dtype=np.float64))
            for vectorizer in kinds:
                try:
                    self.vectorizers.append((name, vectorizer.fit(text)))
                except ValueError:
                    continue

    def _filled(self, numbers: np.ndarray) -> np.ndarray:
        return np.where(np.isfinite(numbers), numbers, self.centre)

    def transform(self, table: pd.DataFrame) -> sparse.csr_matrix:
        numbers = self.columns.numeric(table)
        scaled = np.clip((self._filled(numbers) - self.mean) / self.scale, -10, 10)
        blocks = [sparse.csr_matrix(scaled), sparse.csr_matrix(np.isnan(numbers[:, self.flagged]).astype(float))]
        for name, levels in self.levels.items():
            place = {level: index for index, level in enumerate(levels)}
            codes = table[name].astype(str).where(table[name].notna()).map(place).to_numpy(float)
            rows = np.flatnonzero(np.isfinite(codes))
            blocks.append(sparse.csr_matrix((np.ones(len(rows)), (rows, codes[rows].astype(int))), shape=(len(table), max(1, len(levels)))))
        blocks += [vectorizer.transform(table[name].fillna("").astype(str)) for name, vectorizer in self.vectorizers]
        return sparse.hstack(blocks, format="csr")


def ranked_levels(column: pd.Series, things: pd.Series) -> dict[str, int]:
    """The levels of a category by frequency, then by name, each with its rank.

    A level of one thing alone is as good as unknown, in train as it will be in test: how often it comes tells of that thing.
    """
    known = column.notna().to_numpy()
    levels = column[known].astype(str)
    counts = levels.value_counts()
    spread = things[known].groupby(levels.to_numpy()).nunique()
    ordered = sorted(spread.index[spread >= RARE], key=lambda level: (-int(counts[level]), level))
    return {level: rank for rank, level in enumerate(ordered)}
