"""Rungs for sentences of which every token gets a tag. Cells hold tokens, or tags, with single spaces between them."""

import ctypes
import re
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from .cells import OUTSIDE, kind_of
from .task_spec import TaskSpec

#: More sentences are not learned from: a field takes its time for each token.
MOST_SENTENCES = 4_000
ITERATIONS = 30
#: Passes of a perceptron over the sentences.
PASSES = 10
#: A sentence that was read as a missing cell has one token.
UNREADABLE = "?"
Sentence = list[str]
Features = list[list[str]]


def sentences(spec: TaskSpec, table: pd.DataFrame) -> list[Sentence]:
    """The tokens of each row."""
    return [cell.split(" ") for cell in table[spec.text[0]].fillna(UNREADABLE).astype(str)]


def cells(tagged: list[Sentence]) -> np.ndarray:
    return np.array([" ".join(tags) for tags in tagged], dtype=object)


def commonest(y: np.ndarray) -> str:
    counts = Counter(tag for cell in y for tag in cell.split(" "))
    return min(counts, key=lambda tag: (-counts[tag], tag))


def one_tag(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """The commonest tag for every token: of entities, the one that says that there is none."""
    tag = commonest(y)
    return [cells([[tag] * len(tokens) for tokens in sentences(spec, table)]) for table in tables]


def lexicon(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """The tag that a token has most often in train."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for tokens, cell in zip(sentences(spec, train), y):
        for token, tag in zip(tokens, cell.split(" ")):
            seen[token][tag] += 1
    known = {token: min(counts, key=lambda tag: (-counts[tag], tag)) for token, counts in seen.items()}
    tag = commonest(y)
    return [cells([[known.get(token, tag) for token in tokens] for tokens in sentences(spec, table)]) for table in tables]


def own_tokens(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """A field that sees each token alone, by a perceptron."""
    return field(spec, train, y, tables, alone)


def with_context(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """A conditional random field (Lafferty et al. 2001) that sees each token and its neighbours."""
    return field(spec, train, y, tables, in_context)


def field(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], see) -> list[np.ndarray]:
    train, y = looked_at(spec, train, y)
    tagger = in_context_field(spec, train, y) if see is in_context else learned([see(tokens) for tokens in sentences(spec, train)], y, PERCEPTRON)
    return [cells([tagger.tag(see(tokens)) for tokens in sentences(spec, table)]) for table in tables]


def blend(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """Two fields, one of which knows in what entities of other sentences a token stood and how it is built; their chances averaged.

    A field says "no entity" too often where entities are rare: that tag is held back until as many tokens are tagged as
    the chances add up to.
    """
    train, y = looked_at(spec, train, y)
    learn = sentences(spec, train)
    known = Gazetteer(learn, y)
    one = in_context_field(spec, train, y)
    two = learned([known.features(tokens, cell) for tokens, cell in zip(learn, y)], y, LIKELIHOOD)
    tags = sorted({*one.labels(), *two.labels()})
    found = []
    for table in tables:
        asked = sentences(spec, table)
        chances = [0.5 * marginals(one, in_context(tokens), tags) + 0.5 * marginals(two, known.features(tokens), tags) for tokens in asked]
        found.append(cells(decided(chances, tags)))
    return found


def looked_at(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    if len(train) <= MOST_SENTENCES:
        return train, y
    rows = np.sort(np.random.default_rng(spec.seed).choice(len(train), MOST_SENTENCES, replace=False))
    return train.iloc[rows], y[rows]


#: By L-BFGS, which draws nothing by chance.
LIKELIHOOD = ("lbfgs", {"c1": 0.05, "c2": 0.02, "max_iterations": ITERATIONS})
#: An averaged perceptron, for where no chances are asked: about as good on tokens alone, in a quarter of the time.
PERCEPTRON = ("ap", {"max_iterations": PASSES})


def learned(seen: list[Features], y: np.ndarray, by: tuple[str, dict[str, float]]):
    """A field that was fitted; the same each time."""
    import pycrfsuite

    algorithm, parameters = by
    trainer = pycrfsuite.Trainer(algorithm=algorithm, verbose=False)
    trainer.set_params({**parameters, "feature.possible_transitions": True})
    for features, cell in zip(seen, y):
        trainer.append(features, cell.split(" "))
    tagger = pycrfsuite.Tagger()
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "field")
        # The perceptron goes through the sentences in an order that it draws from the C library.
        ctypes.CDLL(None).srand(1)
        trainer.train(path)
        tagger.open(path)
    return tagger


#: The last fields of a process: two rungs go by the same one.
_fields: dict[int, Any] = {}
KEPT = 4


def in_context_field(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray) -> Any:
    learn = sentences(spec, train)
    key = hash((tuple(map(tuple, learn)), tuple(y)))
    if key not in _fields:
        while len(_fields) >= KEPT:
            del _fields[next(iter(_fields))]
        _fields[key] = learned([in_context(tokens) for tokens in learn], y, LIKELIHOOD)
    return _fields[key]


def marginals(tagger, features: Features, tags: list[str]) -> np.ndarray:
    """The chance of each tag for each token."""
    known = set(tagger.labels())
    tagger.set(features)
    return np.array([[tagger.marginal(tag, place) if tag in known else 0.0 for tag in tags] for place in range(len(features))])


def decided(chances: list[np.ndarray], tags: list[str]) -> list[Sentence]:
    """The likeliest tag of each token."""
    every = np.vstack(chances)
    if OUTSIDE in tags:
        outside = tags.index(OUTSIDE)
        rest = np.delete(every, outside, axis=1).max(axis=1)
        wanted = round(len(every) - every[:, outside].sum())
        # The share of "no entity" at which as many tokens as are to be expected get another tag.
        ratio = np.sort(every[:, outside] / np.maximum(rest, 1e-12))
        weight = min(1.0, 1.0 / max(ratio[min(wanted, len(ratio) - 1)], 1e-12)) if wanted > 0 else 1.0
        scale = np.ones(len(tags))
        scale[outside] = weight
        chances = [part * scale for part in chances]
    return [[tags[place] for place in part.argmax(axis=1)] for part in chances]


@lru_cache(maxsize=100_000)
def shape(token: str) -> str:
    """The token with each run of capitals, small letters and digits as one sign."""
    return re.sub(r"(.)\1+", r"\1", re.sub(r"\d", "9", re.sub(r"[^\W\d_A-Z]", "a", re.sub(r"[A-Z]", "A", token))))[:8]


@lru_cache(maxsize=100_000)
def own_cached(token: str) -> tuple[str, ...]:
    small = token.lower()
    return ("bias", f"w={small}", f"s={shape(token)}", f"e={small[-3:]}", f"b={small[:3]}")


def own(token: str) -> list[str]:
    return list(own_cached(token))


def alone(tokens: Sentence) -> Features:
    """What is seen of each token by itself."""
    return [own(token) for token in tokens]


def in_context(tokens: Sentence) -> Features:
    """What is seen of each token, and of two on either side."""
    padded = ["<s>", "<s>", *tokens, "</s>", "</s>"]
    return [
        [
            *own(padded[place]),
            f"w-1={padded[place - 1].lower()}",
            f"s-1={shape(padded[place - 1])}",
            f"w+1={padded[place + 1].lower()}",
            f"s+1={shape(padded[place + 1])}",
            f"w-2={padded[place - 2].lower()}",
            f"w+2={padded[place + 2].lower()}",
            f"s-1s={shape(padded[place - 1])} {shape(padded[place])}",
            f"ss+1={shape(padded[place])} {shape(padded[place + 1])}",
        ]
        for place in range(2, len(tokens) + 2)
    ]


class Gazetteer:
    """In how many sentences of train a token stood in which kind of entity, and how often it is written with a capital."""

    def __init__(self, learn: list[Sentence], y: np.ndarray) -> None:
        self.kinds: dict[str, Counter[str]] = defaultdict(Counter)
        self.written: dict[str, Counter[bool]] = defaultdict(Counter)
        for tokens, cell in zip(learn, y):
            for token, kind in mentions(tokens, cell):
                self.kinds[token][kind] += 1
            for token in tokens[1:]:
                self.written[token.lower()][token[:1].isupper()] += 1

    def features(self, tokens: Sentence, cell: str | None = None) -> Features:
        """The context of each token and what other sentences say of it; `cell` holds the tags of a sentence of train."""
        own_mentions = Counter(mentions(tokens, cell)) if cell is not None else Counter()
        said = [self.said(token.lower(), own_mentions) for token in tokens]
        seen = in_context(tokens)
        for place, features in enumerate(seen):
            token = tokens[place]
            features += [f"g={kind}" for kind in said[place]]
            features += [f"g-1={kind}" for kind in (said[place - 1] if place > 0 else [])]
            features += [f"g+1={kind}" for kind in (said[place + 1] if place + 1 < len(tokens) else [])]
            features += [f"e{size}={token[-size:].lower()}" for size in (1, 2, 4)] + [f"b{size}={token[:size].lower()}" for size in (1, 2, 4)]
            counts = self.written.get(token.lower())
            features.append("c=new" if not counts else f"c={round(4 * counts[True] / (counts[True] + counts[False]))}")
            features += ["first"] if place == 0 else []
        return seen

    def said(self, token: str, own_mentions: Counter) -> list[str]:
        """The kinds of entities that the token stood in, in sentences other than its own."""
        found = [(kind, count - (1 if own_mentions[(token, kind)] else 0)) for kind, count in sorted(self.kinds[token].items())] if token in self.kinds else []
        return [f"{kind}{min(count, 3)}" for kind, count in found if count > 0]


def mentions(tokens: Sentence, cell: str) -> list[tuple[str, str]]:
    """(token, kind) of every token within an entity, each once a sentence."""
    return sorted({(token.lower(), kind_of(tag)) for token, tag in zip(tokens, cell.split(" ")) if tag != OUTSIDE})


def shuffled(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame, random: np.random.Generator, count: int) -> list[np.ndarray]:
    """What fields predict that learned from sentences whose tags were exchanged, token for token."""
    flat = np.array([tag for cell in y for tag in cell.split(" ")])
    lengths = [cell.count(" ") + 1 for cell in y]
    found = []
    for _ in range(count):
        tags = np.split(random.permutation(flat), np.cumsum(lengths)[:-1])
        found.append(field(spec, train, np.array([" ".join(part) for part in tags], dtype=object), [test], alone)[0])
    return found


def by_place(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    """The tags of the sentence of train that stands at the same place, cut or filled up."""
    tag = commonest(y)
    taken = [y[place].split(" ") for place in (np.arange(len(test)) * len(train)) // len(test)]
    return cells([(tags + [tag] * len(tokens))[: len(tokens)] for tags, tokens in zip(taken, sentences(spec, test))])
