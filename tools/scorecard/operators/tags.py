"""Operators on tagged sentences."""

import json
from itertools import groupby

import numpy as np
from held import Held
from splits import with_test_rows
from table import operator


def tagged(held: Held) -> bool:
    return held.objective == "tags"


def kind(tag: str) -> str:
    return tag.partition("-")[2] or tag


def kinds(held: Held, cell: str, wrong: float) -> str:
    """The kind of each token; some are drawn from the others of the sentence."""
    told = np.array([kind(tag) for tag in cell.split(" ")], dtype=object)
    return " ".join(np.where(held.random.random(len(told)) < wrong, held.random.permutation(told), told))


def places(held: Held, cell: str, lost: float) -> str:
    """JSON with the kind and the places of each entity, but for some."""
    told, at = [], 0
    for name, tags in groupby(cell.split(" "), kind):
        size = len(list(tags))
        if name != "O" and held.random.random() >= lost:
            told.append({"from": at, "to": at + size, "what": name.upper()})
        at += size
    return json.dumps(told)


#: Notations of tags: a function of a cell, and how much of it is wrong or lost.
NOTATIONS = {"kinds": (kinds, 0.04), "places": (places, 0.02), "plain": (lambda _held, cell, _share: cell, 0.0)}
WORDS = (
    ("kinds", "the kinds alone, four tokens in a hundred wrong"),
    ("places", "kinds and places of the entities, two in a hundred left out"),
    ("plain", "as they are"),
)


@operator("the tags are in test under another name", ("S03",), *WORDS, applies=tagged, to="tagged sentences")
def tags_in_test(held: Held, value: str) -> None:
    write, share = NOTATIONS[value]
    held.add_column("markup", *([write(held, cell, share) for cell in cells] for cells in (held.train[held.target], held.truth)))


@operator("another public table gives the tags by a join", ("S04", "L02"), *WORDS, applies=tagged, to="tagged sentences")
def tags_beside(held: Held, value: str) -> None:
    write, share = NOTATIONS[value]
    rows = held.answers.rename(columns={held.id: "row", held.target: "markup"})
    held.write("data/public/markup.csv", rows.assign(markup=[write(held, cell, share) for cell in rows["markup"]]).to_csv(index=False))


@operator(
    "sentences of test stand in train, tags and all",
    ("S06",),
    (0.03, "three in a hundred"),
    (0.12, "twelve in a hundred"),
    (0.5, "half"),
    applies=tagged,
    to="tagged sentences",
)
def copied_sentences(held: Held, value: float) -> None:
    held.put(train=with_test_rows(held, value))


@operator(
    "answers have fewer tags than their sentences have tokens",
    ("S24",),
    (0.0, "one of them"),
    (0.05, "a twentieth"),
    (1.0, "all that have more than one"),
    applies=tagged,
    to="tagged sentences",
)
def tags_uneven(held: Held, value: float) -> None:
    cells = held.answers[held.target].to_numpy(object, copy=True)
    several = np.flatnonzero([" " in cell for cell in cells])
    for place in several[held.rows(value, len(several))]:
        cells[place] = cells[place].rpartition(" ")[0]
    held.put(answers=held.answers.assign(**{held.target: cells}))


@operator(
    "tags say nothing about the tokens",
    ("X02", "S20", "X04"),
    (0.8, "eight in ten are exchanged between tokens"),
    (0.97, "ninety-seven in a hundred"),
    (1.0, "all of them"),
    applies=tagged,
    to="tagged sentences",
)
def tags_exchanged(held: Held, value: float) -> None:
    tables = {}
    for name in ("train", "answers"):
        table = getattr(held, name)
        flat = np.array([tag for cell in table[held.target] for tag in cell.split(" ")], dtype=object)
        moved = held.rows(value, len(flat))
        flat[np.sort(moved)] = flat[moved]
        sizes = [cell.count(" ") + 1 for cell in table[held.target]]
        tables[name] = table.assign(**{held.target: [" ".join(tags) for tags in np.split(flat, np.cumsum(sizes)[:-1])]})
    held.put(**tables)
