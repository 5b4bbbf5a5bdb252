"""Columns that give rows of one thing away, and columns whose groups lie within those of others."""

import numpy as np
import pandas as pd

from .facts import Facts
from .undeclared import undeclared, within


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
    names = ["album", "artist", "artist_code", "composer"]
    facts = Facts("id", "answer", "binary", None, "probability", None, None, group="artist")
    assert list(undeclared(facts, table, table["answer"].to_numpy(float), names, "binary", table)) == ["composer"]
    facts.group = "album"
    assert {"artist", "artist_code"} <= set(undeclared(facts, table, table["answer"].to_numpy(float), names, "binary", table))


def tracks(journeys=400, steps=30, own=1.0):
    """Rows along journeys whose answer is a level of the journey and a little of the place."""
    random = np.random.default_rng(5)
    level = np.repeat(own * random.normal(size=journeys), steps)
    start = np.repeat(random.normal(size=(journeys, 2)), steps, axis=0)
    place = start + 0.05 * random.normal(size=start.shape)
    table = pd.DataFrame({"journey": np.repeat([f"j{number}" for number in range(journeys)], steps), "x": place[:, 0], "y": place[:, 1]})
    return table.assign(answer=level + 0.5 * place[:, 0] + 0.3 * random.normal(size=len(table)))


def effect_of(table):
    facts = Facts("id", "answer", "regression", None, "number", None, None)
    return undeclared(facts, table, table["answer"].to_numpy(float), ["journey", "x", "y"], "regression", table)["journey"]


def test_rows_of_one_journey_give_each_other_away_however_many_journeys_there_are():
    found = effect_of(tracks())
    assert found["random"] - found["group"] > 3 * found["standardError"] > 0


def test_journeys_without_a_level_of_their_own_give_nothing_away():
    found = effect_of(tracks(own=0.0))
    assert abs(found["random"] - found["group"]) < 3 * found["standardError"]
