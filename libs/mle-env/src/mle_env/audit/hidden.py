"""Channels that carry answers past a glance: rows all but copied, remainders and last digits, forms of cells, answers in texts."""

import csv
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

MOST_COLUMNS = 200
LEAST_COLUMNS = 5
LEAST_VALUES = 20
# No week, year or hour in it: remainders by 7, 12 and 24 are seasons.
DIVISORS = (2, 3, 9, 10)
SPELLED_ROWS = 64
SPELLED_LEAST = 40
WORD = re.compile(r"[\w.+-]+")
#: Ids whose answers a text may tell by chance, as in an example of a submission.
TOLD_LEAST = 8


def near_copies(train: pd.DataFrame, test: pd.DataFrame, names: list[str]) -> dict[str, float]:
    """Shares of rows that equal a train row in all inputs but one: of test rows, and of train rows among themselves."""
    names = names[:MOST_COLUMNS]
    if len(names) < LEAST_COLUMNS or train.empty or test.empty:
        return {"share": 0.0, "within": 0.0}
    hashes = [
        pd.util.hash_array(pd.concat([train[name], test[name]]).astype(str).fillna("").to_numpy(object)) * np.uint64(2 * place + 1)
        for place, name in enumerate(names)
    ]
    whole = np.sum(hashes, axis=0, dtype=np.uint64)
    size = len(train)
    near = np.zeros(len(whole), dtype=bool)
    for values in hashes:
        rest = whole - values
        known = rest[:size]
        near[size:] |= np.isin(rest[size:], known)
        near[:size] |= pd.Series(known).duplicated(keep=False).to_numpy()
    near[size:] &= ~np.isin(whole[size:], whole[:size])
    near[:size] &= ~pd.Series(whole[:size]).duplicated(keep=False).to_numpy()
    return {"share": float(near[size:].mean()), "within": float(near[:size].mean())}


def residues(table: pd.DataFrame, names: list[str], target: pd.Series) -> dict[str, float]:
    """For each number: the share of the target's variance (of its likeliest class, for labels) that remainders or last digits explain."""
    found = {}
    outcomes = [target.to_numpy(float)] if pd.api.types.is_numeric_dtype(target) else [(target == label).to_numpy(float) for label in target.unique()[:50]]
    for name in names:
        values = table[name]
        if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values) or values.nunique() < LEAST_VALUES:
            continue
        numbers = values.fillna(0).to_numpy(float)
        whole = bool((numbers % 1 == 0).all()) and np.abs(numbers).max() < 2**53
        groups = [numbers.astype(np.int64) % divisor for divisor in DIVISORS] if whole else [last_digits(numbers)]
        found[name] = max(explained(group, outcome) for group in groups for outcome in outcomes)
    return found


def last_digits(numbers: np.ndarray) -> np.ndarray:
    """The last digit that is written of each number."""
    return np.array([int(digits[-1]) if (digits := re.sub(r"e.*|\D", "", repr(float(number)))) else 0 for number in numbers])


def explained(groups: np.ndarray, outcome: np.ndarray) -> float:
    """Eta squared."""
    spread = float(((outcome - outcome.mean()) ** 2).sum())
    counts = np.bincount(groups)
    means = np.bincount(groups, outcome) / np.maximum(counts, 1)
    return float((counts * (means - outcome.mean()) ** 2).sum() / spread) if spread > 0 else 0.0


def forms(path: Path) -> np.ndarray | None:
    """For each row of a CSV file how it departs from the one plain way to write it: quotes that are not needed, numbers in several forms."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            quotes = np.array([raw - plain for raw, plain in quote_counts(stream)][1:])
        table = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False)
    except (OSError, ValueError, csv.Error):
        return None
    if len(quotes) != len(table):
        return None
    departures = quotes.astype(float)
    for name in table.columns:
        numbers = pd.to_numeric(table[name], errors="coerce")
        writings = table[name].groupby(numbers).nunique()
        several = numbers.isin(writings.index[writings > 1])
        if several.any():
            departures += np.where(several, table[name].str.len() + 0.01 * pd.factorize(table[name].where(several))[0], 0)
    return departures


def quote_counts(stream: Any) -> Iterator[tuple[int, int]]:
    """(quotes in the file, quotes that its cells need) of each record."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in stream:
            taken.append(line)
            yield line

    for cells in csv.reader(lines()):
        needed = sum(2 + cell.count('"') * 2 for cell in cells if any(mark in cell for mark in ',"\r\n'))
        if cells:
            yield sum(line.count('"') for line in taken), needed
        taken.clear()


def spelled_out(text: str, answers: pd.DataFrame, known: list[str]) -> bool:
    """Whether a text holds many answers one after the other, in the order of their file or of their ids."""
    bare = re.sub(r"\W", "", text)
    orders = [answers] + [answers.sort_values(name) for name in known if name in answers]
    for column in answers.columns.difference(known):
        for ordered in orders:
            bits = [re.sub(r"\W", "", cell) for cell in ordered[column].astype(str).fillna("")]
            for part in (enough(bits), enough(bits[::-1])[::-1]):
                if len(set(part)) > 1 and len(spelled := "".join(part)) >= SPELLED_LEAST and spelled in bare:
                    return True
    return False


def enough(cells: list[str]) -> list[str]:
    """As many of the first cells as nobody writes by chance."""
    length = 0
    for count, cell in enumerate(cells[:SPELLED_ROWS], 1):
        length += len(cell)
        if count >= SPELLED_ROWS // 4 and length >= SPELLED_ROWS:
            return cells[:count]
    return cells[:SPELLED_ROWS]


def told_by_id(text: str, answers: pd.DataFrame, known: list[str]) -> bool:
    """Whether a text tells the answers of several ids, each right after its id, more often than answers of other ids would come there."""
    names = {str(name) for name in answers}
    words = [word.rstrip(".") for word in WORD.findall(text)]
    words = [word for word in words if word not in names]
    for identity in (name for name in known if name in answers):
        ids = answers[identity].astype(str)
        places = {word: place for place, word in enumerate(ids)}
        if sum(word in places for word in words) < TOLD_LEAST:
            continue
        for column in answers.columns.difference(known):
            said = [as_said(cell) for cell in answers[column].astype(str)]
            after = {(places[word], as_said(follower)) for word, follower in pairwise(words) if word in places}
            right = sum(said[place] == answer for place, answer in after)
            chance = max(sum(said[(place + shift) % len(said)] == answer for place, answer in after) for shift in range(1, 8))
            if right - chance >= TOLD_LEAST + 2 * chance**0.5:
                return True
    return False


def as_said(cell: str) -> str:
    """The first word of a cell, numbers as numbers."""
    word = next(iter(WORD.findall(cell)), "").rstrip(".")
    try:
        return repr(float(word))
    except ValueError:
        return word
