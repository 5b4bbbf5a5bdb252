"""Submissions and outcomes where a cell holds several answers: the tags of a sentence, or the labels of a row."""

from collections import Counter

import numpy as np
import pandas as pd

from mle_env.ladder.cells import EMPTY, OUTSIDE, cell_of, kind_of, known_labels, labels_of

KINDS = ("tags", "labels")
MOST = 10


def tags_of(cell: object) -> list[str]:
    """The tags of a sentence."""
    return str(cell).split(" ")


#: The answers in a cell, by what it holds.
PARTS = {"tags": tags_of, "labels": labels_of}


def shares(kind: str, values: pd.Series) -> dict[str, int]:
    """How many rows have each tag or label, the most first."""
    counts = Counter(part for cell in values.dropna() for part in set(PARTS[kind](cell)))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def exchanged(kind: str, values: np.ndarray, rows: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The cells after some rows exchanged their answers; tags change places token for token, so that each token keeps one."""
    values = values.copy()
    if kind != "tags":
        values[rows] = values[random.permutation(rows)]
        return values
    held = [tags_of(values[row]) for row in rows]
    mixed = random.permutation([tag for tags in held for tag in tags])
    ends = np.cumsum([len(tags) for tags in held])[:-1]
    values[rows] = [" ".join(tags) for tags in np.split(mixed, ends)]
    return values


def constants(kind: str, values: pd.Series) -> list[np.ndarray]:
    """One tag for every token, "no entity" first; or one set of labels for every row, all labels first."""
    if kind == "tags":
        names = sorted(shares(kind, values), key=lambda tag: tag != OUTSIDE)[:MOST]
        return [np.array([" ".join([tag] * len(tags_of(cell))) for cell in values], dtype=object) for tag in names]
    sets = [cell_of(known_labels(values.to_numpy())), *list(pd.unique(values.astype(str)))[: MOST - 1]]
    return [np.full(len(values), cell, dtype=object) for cell in dict.fromkeys(sets)]


def drawn(kind: str, values: pd.Series, random: np.random.Generator) -> np.ndarray:
    """Legal cells by chance."""
    if kind == "tags":
        tags = np.array([tag for cell in values for tag in tags_of(cell)])
        return np.array([" ".join(random.choice(tags, len(tags_of(cell)))) for cell in values], dtype=object)
    names = np.array(known_labels(values.to_numpy()))
    return np.array([cell_of(list(names[random.random(len(names)) < 0.3])) for _ in values], dtype=object)


def without_rarest(kind: str, values: pd.Series) -> np.ndarray:
    """The answers with the rarest label, or kind of entity, left out everywhere."""
    counts = shares(kind, values)
    rare = list(counts)[-1]
    if kind == "labels":
        return np.array([cell_of([label for label in labels_of(cell) if label != rare]) for cell in values], dtype=object)
    ending, common = kind_of(rare), next(iter(counts))
    return np.array([" ".join(common if kind_of(tag) == ending else tag for tag in tags_of(cell)) for cell in values], dtype=object)


def outcomes(objective: str, values: pd.Series) -> dict[str, pd.Series]:
    """What can be told of a target in one number a row: the share of tokens in entities, or which labels it has. Other targets are told by themselves."""
    if objective == "tags":
        counts = Counter(tag for cell in values.dropna() for tag in tags_of(cell))
        common = OUTSIDE if OUTSIDE in counts else max(sorted(counts), key=lambda tag: counts[tag], default=OUTSIDE)
        return {"": values.map(lambda cell: float(np.mean([tag != common for tag in tags_of(cell)])), na_action="ignore").astype(float)}
    if objective == "multilabel":
        held = values.map(lambda cell: set(labels_of(cell)), na_action="ignore")
        return {
            f" and {label}": held.map(lambda found, name=label: float(name in found), na_action="ignore").astype(float)
            for label in list(shares("labels", values))[:MOST]
        }
    return {"": values}


def illegal_parts(values: pd.Series, kind: str, known: set[str]) -> list[str]:
    """What is illegal about cells of a sample."""
    strange = [cell for cell in values.dropna().astype(str) if not set(cell.split(" ")) <= known | ({EMPTY} if kind == "labels" else set())]
    return [f"cells that hold no {kind} of the task"] if known and strange else []
