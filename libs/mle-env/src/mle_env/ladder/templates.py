"""Mines the templates of log messages.

Drain (He, Zhu, Zheng, Lyu: Drain: An Online Log Parsing Approach with Fixed Depth Tree, ICWS 2017): messages are told apart by their number of
tokens, then by their first tokens, and then join the most similar group of that leaf, whose differing tokens become wildcards.
"""

import re
from collections.abc import Iterable

WILD = "<*>"
DEPTH = 2
SIMILAR = 0.5
#: What is a value wherever it stands.
VALUES = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\b0x[0-9a-fA-F]+\b|\b[0-9a-fA-F]{8,}\b|(?<![\w.])[+-]?\d+(?:\.\d+)?(?![\w.])")


class Templates:
    """The groups of messages seen so far; each has a template, a list of tokens."""

    def __init__(self) -> None:
        self.leaves: dict[tuple[str, ...], list[int]] = {}
        self.found: list[list[str]] = []

    def add(self, message: str) -> int:
        """The number of the group that a message joins, or opens."""
        tokens = tokens_of(message)
        leaf = self.leaves.setdefault(path_of(tokens), [])
        best = self.nearest(leaf, tokens)
        if best is None:
            self.found.append(tokens)
            leaf.append(len(self.found) - 1)
            return len(self.found) - 1
        self.found[best] = [one if one == other else WILD for one, other in zip(self.found[best], tokens)]
        return best

    def match(self, message: str) -> int | None:
        """The number of the group that a message would join; None where it is like none."""
        tokens = tokens_of(message)
        return self.nearest(self.leaves.get(path_of(tokens), []), tokens)

    def nearest(self, leaf: list[int], tokens: list[str]) -> int | None:
        best, most = None, SIMILAR
        for number in leaf:
            known = self.found[number]
            same = sum(one == other for one, other in zip(known, tokens)) / max(1, len(tokens))
            if same >= most and (best is None or same > most):
                best, most = number, same
        return best

    def text(self, number: int) -> str:
        return " ".join(self.found[number])


def mined(messages: Iterable[str]) -> tuple[Templates, list[int]]:
    """The templates of messages, and the group of each."""
    templates = Templates()
    return templates, [templates.add(message) for message in messages]


def tokens_of(message: str) -> list[str]:
    """The words of a message's first line, with what is plainly a value replaced."""
    return VALUES.sub(WILD, message.split("\n", 1)[0][:1_000]).split()[:60]


def path_of(tokens: list[str]) -> tuple[str, ...]:
    """The way to a leaf: the number of tokens, and the first ones unless they hold a digit."""
    return (str(len(tokens)), *(WILD if re.search(r"\d", token) else token for token in tokens[:DEPTH]))
