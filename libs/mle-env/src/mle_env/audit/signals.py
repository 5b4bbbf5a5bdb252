"""Whether what is no input goes with the target: order, ids, names of files, how rows are written, how often candidates come."""

import numpy as np
import pandas as pd
from scipy import stats

from mle_env.rounding import significant

from .cells import outcomes
from .facts import Facts
from .files import Package, answers_of
from .hidden import forms
from .series import by_declared_keys, residual, residual_ahead
from .split import media_columns


def signals(package: Package, facts: Facts) -> dict[str, dict[str, float]]:
    """Whether the order of rows, their ids or the names of their files go with the target: size and chance of each association."""
    train, test, answers = package.train, package.test, package.answers
    truth = answers_of(test, answers, facts.id, facts.target)
    found = {}
    # Rows that are sorted by what is declared are judged by what the season before does not tell.
    beyond = facts.series is not None and by_declared_keys(facts, test)
    known = residual(facts, train) if beyond else train[facts.target]
    asked = residual_ahead(facts, train, test, truth) if beyond else truth
    for side, table, target in (("train", train, known), ("test", test, asked)):
        for about, outcome in outcomes(facts.objective, target).items():
            found[f"order in {side}{about}"] = association(np.arange(len(table), dtype=float), outcome)
        if facts.event is not None:
            known = train[facts.event] if side == "train" else answers_of(test, answers, facts.id, facts.event)
            found[f"order of events in {side}"] = association(np.arange(len(table), dtype=float), known)
        if facts.id in table:
            numbers = pd.to_numeric(table[facts.id], errors="coerce")
            if numbers.notna().all():
                for about, outcome in outcomes(facts.objective, target).items():
                    found[f"id in {side}{about}"] = association(numbers.to_numpy(float), outcome)
            else:
                text = table[facts.id].astype(str)
                found[f"id length in {side}"] = association(text.str.len().to_numpy(float), target)
                found[f"id prefix in {side}"] = association(pd.factorize(text.str[:2], sort=True)[0].astype(float), target)
        for name in media_columns(table, facts):
            cells = table[name].fillna("").astype(str)
            found[f"name of {name} in {side}"] = association(pd.factorize(cells.str.replace(r"\d+", "", regex=True), sort=True)[0].astype(float), target)
            found[f"number of {name} in {side}"] = association(
                pd.to_numeric(cells.str.extract(r"(\d+)(?!.*\d)")[0], errors="coerce").fillna(-1).to_numpy(float), target
            )
    if facts.objective == "ranking":
        found |= {name: association(counts, truth) for name, counts in candidate_counts(package, facts).items()}
        for side, table, target in (("train", train, train[facts.target]), ("test", test, truth)):
            found |= {name: association(places, target) for name, places in among_candidates(side, table, facts).items()}
    for name, order in (("test.csv", test), ("sample_submission.csv", package.sample)):
        written = forms(package.public / name)
        if written is not None and len(written) == len(order) and facts.id in order:
            for about, outcome in outcomes(facts.objective, answers_of(order, answers, facts.id, facts.target)).items():
                found[f"form of rows in {name}{about}"] = association(written, outcome)
    return found


def among_candidates(side: str, table: pd.DataFrame, facts: Facts) -> dict[str, np.ndarray]:
    """Where each row comes among those of its user and of its item, by order and by id: rows that are sorted by user tell nothing over the whole table."""
    orders = {"order": pd.Series(np.arange(len(table), dtype=float), index=table.index)}
    # The audit has ids as texts.
    if facts.id in table and (numbers := pd.to_numeric(table[facts.id], errors="coerce")).notna().all():
        orders["id"] = numbers
    return {
        f"{what} in {side} among the rows of one {name}": values.groupby(table[name].astype(str)).rank(pct=True).to_numpy()
        for name in known_names(facts, table)
        for what, values in orders.items()
    }


def known_names(facts: Facts, table: pd.DataFrame) -> list[str]:
    """The columns of what is known when predictions are made: of a ranking, users and items."""
    return [entity["column"] for entity in facts.entities if entity["role"] == "known" and entity["column"] in table]


def candidate_counts(package: Package, facts: Facts) -> dict[str, np.ndarray]:
    """How often the user and the item of each test row come among the test rows, alone and beside how often they come in train."""
    train, test = package.train, package.test
    found = {}
    for name in known_names(facts, test):
        if name in train:
            here = test[name].map(test[name].value_counts()).to_numpy(float)
            there = test[name].map(train[name].value_counts()).fillna(0).to_numpy(float)
            found |= {f"number of test rows of {name}": here, f"number of test rows of {name} by those of train": here / (there + 1)}
    return found


def association(places: np.ndarray, target: pd.Series) -> dict[str, float]:
    """|Spearman's rho| for numbers, eta of Kruskal and Wallis for classes, each with its p-value."""
    known = target.notna().to_numpy()
    places, target = places[known], target[known]
    if len(target) < 20 or target.nunique() < 2 or np.ptp(places) == 0:
        return {"effect": 0.0, "p": 1.0}
    if pd.api.types.is_numeric_dtype(target):
        rho, p = stats.spearmanr(places, target.to_numpy(float))
        return {"effect": significant(abs(rho), 3), "p": significant(p, 3)}
    samples = [places[(target == label).to_numpy()] for label in sorted(target.unique(), key=str)]
    statistic, p = stats.kruskal(*samples)
    return {"effect": significant(float(np.sqrt(max(0.0, (statistic - len(samples) + 1) / (len(target) - len(samples) or 1)))), 3), "p": significant(p, 3)}
