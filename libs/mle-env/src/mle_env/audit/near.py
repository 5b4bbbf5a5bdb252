"""S07: test rows that are near copies of train rows, by the shingles of their texts and by their rounded numbers."""

import re
import zlib

import numpy as np
import pandas as pd

from mle_env.rounding import significant

from .facts import Facts
from .files import Package

MOST_TEXTS = 1_500
MOST_WORDS = 400
SHINGLE = 3
HASHES = 64
BANDS = 16
ALIKE = 0.8
LEAST_NUMBERS = 3
LEAST_COLUMNS = 5
DIGITS = 3


def text_copies(package: Package, facts: Facts) -> float:
    """Share of the test texts that share four fifths of their runs of three words with a train text, whatever their case and punctuation.

    A text of a pair that may come on both sides is left out.
    """
    told = [] if facts.pair is None or "apart" not in facts.pair else [facts.pair["one"], facts.pair["other"]]
    shares = [
        alike(package.train[name], package.test[name])
        for name in facts.text
        if not (name in told and name not in facts.pair["apart"])
        and name in package.train
        and name in package.test
        and len(package.train)
        and len(package.test)
    ]
    return significant(max(shares, default=0.0), 4)


def alike(train: pd.Series, test: pd.Series) -> float:
    """Of at most `MOST_TEXTS` texts a side; equal texts are looked for among all."""
    known, asked = plain(train), plain(test)
    same = asked.isin(set(known)).to_numpy()
    one, other = signatures(spread(known)), signatures(spread(asked))
    near = np.zeros(len(other), dtype=bool)
    width = HASHES // BANDS
    for band in range(0, HASHES, width):
        places: dict[bytes, list[int]] = {}
        for place, row in enumerate(one[:, band : band + width]):
            places.setdefault(row.tobytes(), []).append(place)
        for place, row in enumerate(other[:, band : band + width]):
            candidates = places.get(row.tobytes(), [])[:50]
            near[place] |= bool(candidates) and bool(((one[candidates] == other[place]).mean(axis=1) >= ALIKE).any())
    return max(float(same.mean()), float(near.mean()) if len(near) else 0.0)


def plain(texts: pd.Series) -> pd.Series:
    return texts.fillna("").astype(str).str.casefold().str.replace(r"\W+", " ", regex=True).str.strip()


def spread(texts: pd.Series) -> pd.Series:
    return texts.iloc[:: max(1, -(-len(texts) // MOST_TEXTS))]


def signatures(texts: pd.Series) -> np.ndarray:
    """(text, hash): the smallest value of each of many hashes over the text's shingles; two agree as often as their shingles do."""
    random = np.random.default_rng(5)
    factors, shifts = random.integers(1, 2**31, HASHES, dtype=np.uint64), random.integers(0, 2**31, HASHES, dtype=np.uint64)
    rows = []
    for text in texts:
        shingles = np.array(sorted(shingled(text)), dtype=np.uint64)
        rows.append(((shingles[:, None] * factors + shifts) % np.uint64(4_294_967_291)).min(axis=0))
    return np.vstack(rows) if rows else np.empty((0, HASHES), dtype=np.uint64)


def shingled(text: str) -> set[int]:
    words = re.findall(r"\w+", text)[:MOST_WORDS]
    runs = [" ".join(words[place : place + SHINGLE]) for place in range(max(1, len(words) - SHINGLE + 1))]
    return {zlib.crc32(run.encode()) for run in runs}


def rounded_copies(train: pd.DataFrame, test: pd.DataFrame, names: list[str]) -> dict[str, float]:
    """Share of test rows that equal a train row once numbers are rounded to three digits, exact copies aside, and the share expected by chance."""
    numbers = [name for name in names if pd.api.types.is_float_dtype(train[name]) and pd.api.types.is_numeric_dtype(test[name])]
    if len(numbers) < LEAST_NUMBERS or len(names) < LEAST_COLUMNS:
        return {"share": 0.0, "expected": 0.0}
    sides = [table[names].assign(**{name: rounded(table[name]) for name in numbers}).astype(str) for table in (train, test)]
    (one, other), (exact, asked) = (
        [pd.util.hash_pandas_object(table, index=False).to_numpy() for table in pair] for pair in (sides, [table[names].astype(str) for table in (train, test)])
    )
    near = np.isin(other, one) & ~np.isin(asked, exact)
    expected = min(1.0, len(train) * float(np.prod([agreement(sides[0][name]) for name in names])))
    return {"share": significant(float(near.mean()), 4), "expected": significant(expected, 3)}


def rounded(values: pd.Series) -> pd.Series:
    """To three significant digits of each value."""
    numbers = values.astype(float)
    scale = 10.0 ** (np.floor(np.log10(numbers.abs().where(numbers != 0, 1.0))) - DIGITS + 1)
    return (numbers / scale).round() * scale


def agreement(values: pd.Series) -> float:
    """How often two different rows have the same value."""
    counts = values.value_counts().to_numpy(float)
    return float((counts * (counts - 1)).sum() / max(1, len(values) * (len(values) - 1)))
