"""Columns whose groups lie within those of others."""

import numpy as np
import pandas as pd

from .facts import Facts
from .leakage import undeclared, within


def albums():
    number = np.arange(1_200)
    album = number % 120
    artist = album // 3
    answer = np.random.default_rng(3).integers(0, 2, 40)[artist]
    return pd.DataFrame({"album": album, "artist": artist, "composer": number % 75, "answer": answer}).astype({"album": str, "artist": str, "composer": str})


def test_an_album_lies_within_its_artist_and_a_composer_within_neither():
    assert within(albums(), ["album", "artist", "composer"]) == {"album": ["artist"], "artist": [], "composer": []}


def test_a_column_whose_groups_lie_within_the_held_out_ones_is_not_looked_at():
    table = albums().assign(artist_code=lambda made: "c" + made["artist"])
    columns = {name: pd.factorize(table[name])[0].astype(float) for name in ("album", "artist", "artist_code", "composer")}
    facts = Facts("id", "answer", "binary", None, "probability", None, None, group="artist")
    assert list(undeclared(facts, table, columns, table["answer"].to_numpy(float), "binary", table)) == ["composer"]
    facts.group = "album"
    assert {"artist", "artist_code"} <= set(undeclared(facts, table, columns, table["answer"].to_numpy(float), "binary", table))
