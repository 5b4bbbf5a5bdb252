"""Finds columns whose cells hold several values of a small set: lists of labels, and the tags of tokens."""

from collections import Counter
from typing import Any

import pandas as pd

#: What may stand between the labels of a cell, the likeliest first.
SEPARATORS = (";", "|", ",")
LEAST_SEVERAL = 0.1
MOST_VALUES = 50
MOST_SHARE = 0.05
MOST_CHARACTERS = 40
MOST_WORDS = 4
#: Cells with values that hardly come again are sentences and names.
LEAST_COUNT = 5
LEAST_COVERED = 0.98


def parts_of(values: pd.Series) -> dict[str, Any] | None:
    """{separator, several, values} of a column of lists of labels, or None; `several` is the share of cells with more than one."""
    present = values.dropna()
    if present.empty or not all(isinstance(cell, str) for cell in present):
        return None
    for separator in SEPARATORS:
        several = float(present.str.contains(separator, regex=False).mean())
        if several < LEAST_SEVERAL:
            continue
        cells = [labels(cell, separator) for cell in present]
        counts = Counter(label for cell in cells for label in set(cell))
        if not 2 < len(counts) <= min(MOST_VALUES, MOST_SHARE * len(present)):
            continue
        if any(len(label) > MOST_CHARACTERS or len(label.split()) > MOST_WORDS for label in counts):
            continue
        covered = sum(count for count in counts.values() if count >= LEAST_COUNT) / sum(counts.values())
        if covered >= LEAST_COVERED:
            return described(separator, several, counts)
    return None


def tags_of(values: pd.Series) -> dict[str, Any]:
    """The same of a column of tags, with a space between them."""
    cells = [cell.split(" ") for cell in values.dropna().astype(str)]
    several = sum(len(cell) > 1 for cell in cells) / max(1, len(cells))
    return described(" ", several, Counter(tag for cell in cells for tag in set(cell)))


def labels(cell: str, separator: str) -> list[str]:
    return [label.strip() for label in cell.split(separator) if label.strip()]


def described(separator: str, several: float, counts: Counter[str]) -> dict[str, Any]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {"separator": separator, "several": round(several, 4), "values": [{"value": value, "count": count} for value, count in ordered]}
