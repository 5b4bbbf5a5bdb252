"""Test rows that stand in train, and what looking their answers up would be worth."""

from typing import Any

import numpy as np
import pandas as pd

from mle_env.rounding import significant
from mle_env.screen.encoding import encode
from mle_env.screen.scores import boosted

from .cells import outcomes
from .facts import Facts
from .files import Package, answers_of
from .media import digests
from .near import agreement
from .signals import known_names
from .targets import vector


def copies(package: Package, facts: Facts, objective: str, names: list[str]) -> dict[str, Any]:
    """Test rows whose inputs stand in train, and what looking their answer up would be worth."""
    train, test = package.train, package.test
    if facts.objective == "ranking" and len(known_names(facts, test)) == len(known_names(facts, train)) == 2:
        return pairs_known(package, facts)
    texts = [name for name in facts.text if name in train and name in test]
    names = [name for name in names if name != facts.group and not facts.media] + texts
    for name in facts.media:
        train, test = (table.assign(**{name: digests(package.public, table[name])}) for table in (train, test))
        names.append(name)
    if not names:
        return {"share": 0.0, "withTarget": 0.0, "expected": 0.0, "columns": 0, "text": False}
    one = pd.util.hash_pandas_object(train[names].astype(str), index=False).to_numpy()
    other = pd.util.hash_pandas_object(test[names].astype(str), index=False).to_numpy()
    truth = answers_of(test, package.answers, facts.id, facts.target)
    seen = np.isin(other, one)
    table = pd.DataFrame({"key": one, "y": train[facts.target].to_numpy()})
    full = set(zip(one, train[facts.target].astype(str)))
    found: dict[str, Any] = {
        "columns": len(names),
        "text": bool(texts or facts.media),
        "share": significant(seen.mean(), 4),
        "withTarget": significant(np.mean([pair in full for pair in zip(other, truth.astype(str))]), 4),
        # Two rows agree by chance in every column with the product of the columns' chances.
        "expected": significant(min(1.0, len(train) * float(np.prod([agreement(train[name].astype(str)) for name in names]))), 3),
    }
    if 0.01 < seen.mean() and seen.sum() >= 20 and not texts and not facts.media:
        found["lookup"] = lookup_advantage(table, other[seen], truth[seen], train, test[seen], names, objective, facts)
    return found


def pairs_known(package: Package, facts: Facts) -> dict[str, Any]:
    """Pairs of a ranking's test rows that train tells of already, whether they met there or not: each is a row of its own, so that none is there by chance."""
    test, names = package.test, known_names(facts, package.test)
    truth = answers_of(test, package.answers, facts.id, facts.target).astype(str)
    known = package.train[names].astype(str).agg("\n".join, axis=1)
    asked = test[names].astype(str).agg("\n".join, axis=1)
    answered = set(known + "\n" + package.train[facts.target].astype(str))
    return {
        "columns": len(names),
        "text": False,
        "pairs": True,
        "share": significant(asked.isin(set(known)).mean(), 4),
        "withTarget": significant((asked.reset_index(drop=True) + "\n" + truth).isin(answered).mean(), 4),
        "expected": 0.0,
    }


def lookup_advantage(
    table: pd.DataFrame, keys: np.ndarray, truth: pd.Series, train: pd.DataFrame, rows: pd.DataFrame, names: list[str], objective: str, facts: Facts
) -> dict[str, float]:
    """Mean loss of looking copies up and of boosted trees on the same rows, with the standard error of the difference."""
    both = next(iter(outcomes(facts.objective, pd.concat([train[facts.target], truth], ignore_index=True)).values()))
    y, target = np.split(vector(both, facts.objective), [len(train)])
    # Of a time that may be censored, looking it up and learning it as it is written are compared.
    objective = "regression" if objective == "survival" else objective
    encoded = [encode(pd.concat([train[name], rows[name]], ignore_index=True)) for name in names]
    features = np.column_stack(encoded)
    predicted = boosted(features[: len(train)], y, features[len(train) :], objective)
    looked = pd.Series(keys).map(table.assign(y=y).groupby("key")["y"].mean()).to_numpy(float)
    if objective == "multiclass":
        mode = table.assign(y=y).groupby("key")["y"].agg(lambda values: values.mode().iloc[0])
        looked = pd.Series(keys).map(mode).to_numpy(float)
        by_lookup, by_trees = (looked != target).astype(float), (predicted != target).astype(float)
    else:
        by_lookup, by_trees = (looked - target) ** 2, (predicted - target) ** 2
    difference = by_trees - by_lookup
    return {
        "lookup": significant(by_lookup.mean(), 4),
        "trees": significant(by_trees.mean(), 4),
        "gain": significant(difference.mean(), 4),
        "standardError": significant(difference.std(ddof=1) / np.sqrt(len(difference)), 4),
    }
