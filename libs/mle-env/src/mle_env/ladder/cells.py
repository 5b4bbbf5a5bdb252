"""Cells that hold several answers: the tags of the tokens of a sentence, or the labels of a row, with single spaces between them."""

from functools import lru_cache

import numpy as np

#: What stands in the cell of a row that has no label.
EMPTY = "-"
#: The tag of a token outside of entities.
OUTSIDE = "O"
REMEMBERED = 200_000


def spans(tags: list[str]) -> set[tuple[str, int, int]]:
    """(kind, first token, token after the last) of each entity. An I- tag that goes on from nothing of its kind starts one."""
    found, kind, start = set(), None, 0
    for place, tag in enumerate([*tags, OUTSIDE]):
        mark, _, name = tag.partition("-")
        if kind is not None and not (mark == "I" and name == kind):
            found.add((kind, start, place))
            kind = None
        if kind is None and mark in ("B", "I"):
            kind, start = name, place
    return found


def kind_of(tag: str) -> str:
    """The kind of entity that a tag speaks of; a tag without one stands for itself."""
    return tag.partition("-")[2] or tag


@lru_cache(maxsize=REMEMBERED)
def span_counts(truth: str, prediction: str) -> tuple[int, int, int]:
    """(entities found, entities there are, entities claimed) of one row."""
    wanted, given = spans(truth.split(" ")), spans(prediction.split(" "))
    return len(wanted & given), len(wanted), len(given)


@lru_cache(maxsize=REMEMBERED)
def token_counts(truth: str, prediction: str) -> tuple[int, int]:
    """(tokens tagged right, tokens) of one row."""
    wanted = truth.split(" ")
    return sum(one == other for one, other in zip(wanted, prediction.split(" "))), len(wanted)


def labels_of(cell: object) -> list[str]:
    """The labels of one row."""
    return [] if str(cell) == EMPTY else str(cell).split(" ")


def cell_of(labels: list[str]) -> str:
    """The cell of a row with these labels."""
    return " ".join(labels) or EMPTY


def known_labels(cells: np.ndarray) -> list[str]:
    """Every label of some cells, in order."""
    return sorted({label for cell in set(map(str, cells)) for label in labels_of(cell)})


def indicators(cells: np.ndarray, labels: list[str]) -> np.ndarray:
    """Which row has which label; labels beyond those asked for are left out."""
    place = {label: column for column, label in enumerate(labels)}
    distinct, codes = np.unique(np.asarray(cells).astype(str), return_inverse=True)
    table = np.zeros((len(distinct), len(labels)), dtype=bool)
    for row, cell in enumerate(distinct):
        table[row, [place[label] for label in labels_of(cell) if label in place]] = True
    return table[codes]


def cell_table(truth: np.ndarray, prediction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which row has which label in truth and in prediction, over the labels of either."""
    labels = known_labels(np.concatenate([np.asarray(truth).astype(str), np.asarray(prediction).astype(str)]))
    return indicators(truth, labels), indicators(prediction, labels)
