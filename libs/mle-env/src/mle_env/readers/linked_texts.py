"""Numbers rows that have texts in common."""

import hashlib
from typing import Any

import pandas as pd


def plain_texts(cells: pd.Series) -> pd.Series:
    """Texts without case and punctuation, by which they are compared; missing where no word is left."""
    texts = cells.astype("string").str.casefold().str.replace(r"\W+", " ", regex=True).str.strip()
    return texts.where(texts != "")


def link_texts(table: pd.DataFrame, linked: dict[str, Any]) -> pd.DataFrame:
    """The table with the column `name`: rows that have a text of `columns` in common, directly or through other rows, have one value there.

    Values follow a digest of the texts, so that they do not tell the order of rows.
    """
    # A text with a line break is none that was compared: a row without words stands for itself.
    alone = [f"row\n{place}" for place in range(len(table))]
    sides = [[text if isinstance(text, str) else own for text, own in zip(plain_texts(table[name]), alone)] for name in linked["columns"]]
    above: dict[str, str] = {text: text for side in sides for text in side}

    def first(text: str) -> str:
        while above[text] != text:
            above[text] = above[above[text]]
            text = above[text]
        return text

    for texts in zip(*sides):
        one, *others = sorted({first(text) for text in texts})
        for other in others:
            above[other] = one
    firsts = [first(text) for text in sides[0]]
    ordered = sorted(set(firsts), key=lambda text: hashlib.sha256(text.encode()).hexdigest())
    names = {text: f"g{number}" for number, text in enumerate(ordered, start=1)}
    return table.assign(**{linked["name"]: [names[text] for text in firsts]})
