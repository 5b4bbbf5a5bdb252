"""Whether a column says in other words which tags the tokens of a sentence have: another notation has cells of its own, and none comes twice."""

import re
from collections import Counter

import numpy as np
import pandas as pd

from mle_env.ladder.cells import OUTSIDE, kind_of, spans

from .cells import tags_of

#: Of what could be said right (F1), the least that counts as saying the same.
SAME_TAGS = 0.9
#: Share of the cells that must be written like the others.
MOST_CELLS = 0.9
LEAST_CELLS = 20
#: A notation has few signs; words of a language are many.
SIGNS_A_TAG = 6
WORDS = 400
PIECE = re.compile(r"[^\s,;:|=<>(){}\[\]\"'/]+")
NUMBER = re.compile(r"\d+")


def tells_tags(values: pd.Series, truth: pd.Series, tokens: pd.Series | None) -> bool:
    """Whether cells give the tags of their rows: sign for token, or as a list of entities by their places or their words.

    `tokens` are the sentences where they are known. What a notation means is learned on every second row and asked of the others.
    """
    both = (values.notna() & truth.notna()).to_numpy()
    if both.sum() < LEAST_CELLS or pd.api.types.is_numeric_dtype(values):
        return False
    cells = values[both].astype(str).tolist()
    tags = [tags_of(cell) for cell in truth[both]]
    sentences = [[]] * len(cells) if tokens is None else [str(cell).split(" ") for cell in tokens[both]]
    return token_by_token(cells, tags) or by_entity(cells, tags, sentences)


def token_by_token(cells: list[str], tags: list[list[str]]) -> bool:
    """Whether each cell has one sign for each token, and signs tell the kinds of entities."""
    signs = [signs_of(cell, len(row)) for cell, row in zip(cells, tags)]
    rows = [(found, [kind_of(tag) for tag in row]) for found, row in zip(signs, tags) if found is not None]
    if len(rows) < MOST_CELLS * len(cells):
        return False
    whole = Counter(kind for _, kinds in rows for kind in kinds)
    if len({sign for found, _ in rows for sign in found}) > SIGNS_A_TAG * len(whole):
        return False
    outside = OUTSIDE if OUTSIDE in whole else whole.most_common(1)[0][0]
    hits = either = 0
    for half in (0, 1):
        seen: dict[str, Counter[str]] = {}
        for found, kinds in rows[half::2]:
            for sign, kind in zip(found, kinds):
                seen.setdefault(sign, Counter())[kind] += 1
        meant = {sign: counts.most_common(1)[0][0] for sign, counts in seen.items()}
        for found, kinds in rows[1 - half :: 2]:
            told = [meant.get(sign, outside) for sign in found]
            hits += sum(one == other != outside for one, other in zip(told, kinds))
            either += sum(kind != outside for kind in told) + sum(kind != outside for kind in kinds)
    return either > 0 and 2 * hits >= SAME_TAGS * either


def signs_of(cell: str, size: int) -> list[str] | None:
    """The signs of a cell, one for each of so many tokens: words, entries of a list, or single characters."""
    found = PIECE.findall(cell)
    if len(found) == size:
        return found
    packed = "".join(cell.split())
    return list(packed) if len(packed) == size else None


def by_entity(cells: list[str], tags: list[list[str]], sentences: list[list[str]]) -> bool:
    """Whether each cell lists the entities of its row: as often as there are some it says which kind, and it has their places or their words."""
    entities = [spans(row) for row in tags]
    if sum(len(found) > 0 for found in entities) < LEAST_CELLS:
        return False
    counts = [Counter(kind for kind, _, _ in found) for found in entities]
    pieces = [Counter(PIECE.findall(cell)) for cell in cells]
    numbers = [len(NUMBER.findall(cell)) for cell in cells]
    places = np.array([number == 2 * len(found) for number, found in zip(numbers, entities)])
    if len({kind for found in counts for kind in found}) == 1 and len(set(numbers)) > 1 and places.mean() >= MOST_CELLS:
        return True
    located = [
        number >= len(found) or (len(words) > 0 and all(word in cell for _, start, end in found for word in words[start:end]))
        for number, found, words, cell in zip(numbers, entities, sentences, cells)
        if found
    ]
    return float(np.mean(located)) >= MOST_CELLS and counted(pieces, counts) >= SAME_TAGS


def counted(pieces: list[Counter[str]], counts: list[Counter[str]]) -> float:
    """How well words of the cells count the entities of each kind: 1 where each kind has a word that comes as often, or twice as often."""
    common = Counter(word for found in pieces for word in found).most_common(WORDS)
    found = {word: np.array([row[word] for row in pieces]) for word, _ in common}
    right = asked = 0.0
    for kind in sorted({kind for row in counts for kind in row}):
        wanted = np.array([row[kind] for row in counts])
        ways = [
            agreed(number, times * wanted) for number in found.values() for times in (1, 2) if abs(number.sum() - times * wanted.sum()) <= 0.5 * number.sum()
        ]
        for half in (0, 1):
            rows = int((wanted[1 - half :: 2] > 0).sum())
            asked += rows
            right += rows * max(ways, key=lambda way: way[half])[1 - half] if ways else 0.0
    return right / asked if asked else 0.0


def agreed(found: np.ndarray, wanted: np.ndarray) -> tuple[float, float]:
    """Of the rows that have either number, the share in which both are the same; for even and for odd rows."""
    either, same = (found > 0) | (wanted > 0), found == wanted
    one, other = (float(same[half::2][either[half::2]].mean()) if either[half::2].any() else 0.0 for half in (0, 1))
    return one, other
