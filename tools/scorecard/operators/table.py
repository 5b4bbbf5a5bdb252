"""The one table of defect operators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from held import Held

STRENGTHS = ("weak", "medium", "strong")


@dataclass(frozen=True)
class Operator:
    """What it does, the rules of which one must fire, what each strength is, where it applies, and the change."""

    id: str
    does: str
    rules: tuple[str, ...]
    strengths: dict[str, tuple[Any, str]]
    applies: Callable[[Held], bool]
    #: Where it applies, in words.
    to: str
    change: Callable[[Held, Any], None]


OPERATORS: dict[str, Operator] = {}


def anything(_held: Held) -> bool:
    return True


def plain(held: Held) -> bool:
    return held.plain


def operator(
    does: str,
    rules: tuple[str, ...],
    weak: tuple[Any, str],
    medium: tuple[Any, str],
    strong: tuple[Any, str],
    applies: Callable[[Held], bool] = anything,
    to: str = "every package",
) -> Callable[[Callable[[Held, Any], None]], Callable[[Held, Any], None]]:
    """Adds a row to the table; the function's name is its id."""

    def add(change: Callable[[Held, Any], None]) -> Callable[[Held, Any], None]:
        name = change.__name__.replace("_", "-")
        OPERATORS[name] = Operator(name, does, rules, dict(zip(STRENGTHS, (weak, medium, strong))), applies, to, change)
        return change

    return add
