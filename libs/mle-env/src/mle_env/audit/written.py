"""Answers that are written into cells of text: a number among others, a code that stands for a set of labels."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from mle_env.rounding import significant

from .facts import Facts

ROWS = 4_000
SEED = 17
LEAST_LEVELS = 20
#: Share of the rows that a column must speak of, and how far it must get from chance to certainty.
LEAST_SHARE = 0.5
TELLS = 0.9
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TOKENS: dict[str, Callable[[str], str | None]] = {
    "the first word": lambda text: next(iter(text.split()), None),
    "the last word": lambda text: next(reversed(text.split()), None),
    "the last number": lambda text: next(reversed(re.findall(r"[^\W_]*\d[^\W_]*", text)), None),
}


def written(facts: Facts, labelled: pd.DataFrame) -> list[dict[str, Any]]:
    """Columns of text that hold the answer of their row: {column, what, score}, the score how far from chance (0) to certainty (1) each gets, where that is nearly all the way."""
    part = labelled.sample(n=ROWS, random_state=SEED) if len(labelled) > ROWS else labelled
    target = part[facts.target]
    numbers = pd.api.types.is_numeric_dtype(target) and target.nunique() >= LEAST_LEVELS
    if not numbers and facts.objective != "multilabel":
        return []
    found = []
    for name in part.columns.drop([facts.id, facts.target], errors="ignore"):
        if pd.api.types.is_numeric_dtype(part[name]) or name in facts.media:
            continue
        cells = part[name].fillna("").astype(str)
        if numbers:
            found.append((name, "a number", among_numbers(cells, target.to_numpy(float))))
        else:
            found += [(name, what, by_code(cells.map(token), target.astype(str))) for what, token in TOKENS.items()]
    return [{"column": name, "what": what, "score": significant(score, 4)} for name, what, score in found if score >= TELLS]


def among_numbers(cells: pd.Series, target: np.ndarray) -> float:
    """How much oftener a cell has its row's answer among its numbers, whole or cut, than another row's."""
    held = [set(NUMBER.findall(cell)) for cell in cells]
    if np.mean([bool(numbers) for numbers in held]) < LEAST_SHARE:
        return 0.0

    def share(answers: np.ndarray) -> float:
        return float(np.mean([bool(numbers & {f"{answer:g}", f"{answer:.0f}", f"{int(answer)}"}) for numbers, answer in zip(held, answers)]))

    finite = np.where(np.isfinite(target), target, -1.0)
    by_chance = share(np.random.default_rng(SEED).permutation(finite))
    return (share(finite) - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0


def by_code(codes: pd.Series, cells: pd.Series) -> float:
    """How well codes that every other row has taught give whole cells of labels, beside the likeliest cell."""
    known = codes.notna().to_numpy()
    codes, cells = codes[known], cells[known]
    taught, asked = codes.iloc[::2], codes.iloc[1::2]
    if known.mean() < LEAST_SHARE or taught.empty or asked.empty:
        return 0.0
    usual = cells.iloc[::2].groupby(taught).agg(lambda values: values.mode().iloc[0])
    told = asked[asked.isin(usual.index)]
    if len(told) < LEAST_SHARE * len(asked):
        return 0.0
    right = float((told.map(usual) == cells.loc[told.index]).mean())
    by_chance = float(cells.value_counts(normalize=True).iloc[0])
    return (right - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0
