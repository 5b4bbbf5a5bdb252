"""Columns that name entities and were given no role: whose rows lie on both sides, and what that gives away."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from mle_env.rounding import significant
from mle_env.screen.encoding import encode
from mle_env.screen.scores import by_entity, units_of, whole_entities
from mle_env.screen.twins import twins

from .facts import Facts
from .files import Package, answers_of
from .series import of_series
from .targets import learnable

#: Rows of whole entities: so many that there are enough entities too.
ENTITY_ROWS = 4_000
#: Draws of folds that the effect of an entity is averaged over.
REPEATS = 3
LEAST_ENTITIES = 20
#: Share of the rows from which the groups of one column lie within those of another.
NESTED = 0.99


def undeclared(facts: Facts, labelled: pd.DataFrame, y: np.ndarray, names: list[str], objective: str, whole: pd.DataFrame) -> dict[str, Any]:
    """For each column shaped like an entity and given no role: scores of folds like the split's and of folds that keep it on one side.

    Measured on whole entities. A column whose groups lie within those that the split holds out is on one side already.
    """
    declared = {entity["column"] for entity in facts.entities} | {facts.group, facts.time} | of_series(facts)
    found = {}
    for name in names:
        others = [other for other in names if other not in (name, facts.group)]
        if name in declared or not others or not like_an_entity(labelled[name]) or (facts.group in whole and nests(whole, name, facts.group)):
            continue
        places = whole_entities(labelled[name], ENTITY_ROWS, LEAST_ENTITIES)
        part = labelled.iloc[places]
        if learnable(y[places], objective):
            features = np.column_stack([encode(part[other]) for other in others])
            split_by = units_of(part[facts.group]) if facts.group in part else None
            found[name] = by_entity(features, y[places], objective, split_by, units_of(part[name]), REPEATS)
    return found


def like_an_entity(values: pd.Series) -> bool:
    """Whether a column names things that come again: no measurement, and neither a few categories nor all but unique."""
    if pd.api.types.is_float_dtype(values) or pd.api.types.is_bool_dtype(values):
        return False
    if pd.api.types.is_numeric_dtype(values) and not str(values.name).lower().endswith(("id", "no", "number", "code", "key")):
        return False
    counts = values.value_counts()
    return len(counts) >= LEAST_ENTITIES and 2 <= counts.median() <= 200


def across(package: Package, facts: Facts) -> dict[str, float]:
    """Columns that say of test rows which train row they are about, and with it the answer: the share of test rows each."""
    train, test = package.train, package.test
    truth = answers_of(test, package.answers, facts.id, facts.target)
    found = {}
    for name in test.columns.intersection(train.columns).drop([facts.id, facts.group, *of_series(facts)], errors="ignore"):
        whole = pd.concat([train[name], test[name]], ignore_index=True)
        if twins(whole, pd.concat([train[facts.target], truth], ignore_index=True).to_numpy()) is not None:
            shared = test[name].notna() & test[name].astype("string").isin(train[name].astype("string"))
            found[name] = significant(shared.mean(), 4)
    return found


def within(table: pd.DataFrame, names: Iterable[str]) -> dict[str, list[str]]:
    """For each of the columns, those of the others in whose groups its own lie."""
    listed = list(names)
    return {one: [other for other in listed if other != one and nests(table, one, other)] for one in listed}


def nests(table: pd.DataFrame, one: str, other: str) -> bool:
    """Whether nearly every row has the one value of `other` that goes with its value of `one`: an album is by one artist."""
    known = table[[one, other]].dropna().astype(str)
    if known.empty:
        return False
    usual = known.value_counts([one, other], sort=False).groupby(level=0).max()
    return bool(usual.sum() / len(known) >= NESTED)
