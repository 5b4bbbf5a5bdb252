"""What gives the answer away: order, ids, missing cells, single columns, derivations, copies, undeclared entities."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from mle_env.ladder.permute import permuted
from mle_env.ladder.survival import coded
from mle_env.rounding import significant
from mle_env.screen.derivations import derivations
from mle_env.screen.encoding import encode
from mle_env.screen.scores import boosted, boosted_scores, by_entity, scale, tree_score, trivial, units_of, whole_entities
from mle_env.screen.twins import twins

from .among import among_rows
from .cells import outcomes
from .facts import Facts
from .files import Package, answers_of
from .hidden import forms, near_copies, residues
from .media import digests, media
from .moved import moved_copies
from .near import agreement, rounded_copies, text_copies
from .series import by_declared_keys, residual, residual_ahead
from .shared_texts import shared_texts
from .split import media_columns
from .written import written

ROWS = 1_500
#: Rows of whole entities: so many that there are enough entities too.
ENTITY_ROWS = 4_000
#: Draws of folds that the effect of an entity is averaged over.
REPEATS = 3
TOP = 5
LEAST_ROWS = 20
LEAST_CLASS = 5
LEAST_ENTITIES = 20
#: Share of the rows from which the groups of one column lie within those of another.
NESTED = 0.99
SEED = 17
#: ROC AUC of telling sides apart below which its chance is not asked.
MATTERS = 0.6
PERMUTATIONS = 20
#: What a target is measured as; several labels are measured one by one.
MEASURED_AS = {"ordinal": "regression", "count": "regression", "forecast": "regression", "tags": "regression", "multilabel": "binary", "ranking": "binary"}


def leakage(package: Package, facts: Facts) -> dict[str, Any]:
    """Scores are scale-free and cross-validated on a sample of train, except where they say otherwise."""
    train, test = package.train, package.test
    labelled = train[train[facts.target].notna()]
    objective, rows = MEASURED_AS.get(facts.objective, facts.objective), labelled
    if facts.series is not None:
        # That series differ and have seasons is known: what an input gives away is how a value departs from the season before.
        beyond = residual(facts, labelled).dropna()
        rows, every = labelled.loc[beyond.index], [beyond.to_numpy()]
    elif facts.event is not None:
        every = [known_answers(labelled, facts)]
    else:
        every = [vector(values, facts.objective) for values in outcomes(facts.objective, labelled[facts.target]).values()]
    places = sampled(len(rows))
    part, ys = rows.iloc[places], [one[places] for one in every]
    y = ys[0]
    names = [
        name for name in test.columns if name in train.columns and name not in (facts.id, facts.target) and name not in facts.text and name not in facts.media
    ]
    columns = {name: encode(part[name]) for name in names}
    found: dict[str, Any] = {
        "scale": scale(objective),
        "trivial": significant(trivial(y, objective), 4),
        "signals": signals(package, facts),
        "copies": copies(package, facts, objective, names),
        "nearCopies": {
            side: significant(share, 4)
            for side, share in near_copies(train, test, [name for name in names if name != facts.group and name not in of_series(facts)]).items()
        },
        "residues": {
            name: significant(share, 4)
            for name, share in residues(labelled, [name for name in names if name not in of_series(facts)], labelled[facts.target]).items()
        },
        "textCopies": text_copies(package, facts),
        "sharedTexts": shared_texts(package, facts),
        "roundedCopies": rounded_copies(train, test, names),
        "movedCopies": moved_copies(package, facts, names),
        "media": media(package, facts),
        "adversarial": adversarial(package, facts, names),
        "written": written(facts, labelled),
    }
    if not learnable(y, objective) or not columns:
        return found | {"alone": {}, "pairs": {}, "missingness": None, "derivations": [], "best": None, "undeclared": {}, "twins": {}}
    ys = [one for one in ys if learnable(one, objective)]

    def told(features: np.ndarray) -> float:
        """What a tree tells of the target; of several labels, of the one that it tells best."""
        return max(tree_score(features, one, objective) for one in ys)

    alone = {name: told(values[:, None]) for name, values in columns.items()}
    top = sorted(alone, key=lambda name: (-alone[name], name))[:TOP]
    pairs = {f"{one}|{two}": told(np.column_stack([columns[one], columns[two]])) for one, two in combinations(top, 2)} if len(top) > 1 else {}
    gaps = np.column_stack([np.isnan(values) for values in columns.values()]).astype(float)
    inputs = [name for name in columns if name != facts.group]
    if facts.series is not None:
        # Trees on rows know no past: how well a forecast can be made is the ladder's to say.
        inputs = []
    best = (
        float(np.mean(boosted_scores(np.column_stack([columns[name] for name in inputs]), y, objective, count=3))) if inputs else float(trivial(y, objective))
    )
    strongest = top[0]
    rest = [values for name, values in columns.items() if name != strongest]
    whole = pd.concat([train, test], ignore_index=True)
    silent, told_twice = undeclared(facts, rows, every[0], names, objective, whole), across(package, facts)
    return found | {
        "alone": {name: significant(score, 4) for name, score in sorted(alone.items())},
        "pairs": {name: significant(score, 4) for name, score in pairs.items()},
        "missingness": significant(told(gaps), 4) if gaps.any() else None,
        "missingAlone": {name: significant(told(np.isnan(columns[name])[:, None].astype(float)), 4) for name in columns if np.isnan(columns[name]).any()}
        if gaps.any()
        else {},
        "derivations": derivations(vector(part[facts.target], "regression"), columns) if objective in ("regression", "survival") else [],
        "best": significant(best, 4) if facts.series is None else None,
        "strongest": strongest,
        "withoutStrongest": significant(float(np.mean(boosted_scores(np.column_stack(rest), y, objective, count=3))), 4)
        if rest and alone[strongest] > 0.9
        else None,
        "among": among_rows(facts, rows, test, every[0], names, best),
        "undeclared": silent,
        "twins": told_twice,
        "within": within(whole, dict.fromkeys([*silent, *told_twice, *([facts.group] if facts.group in whole else [])])),
    }


def sampled(rows: int) -> np.ndarray:
    """Places of the rows that are measured, in order."""
    every = np.arange(rows)
    return np.sort(pd.Series(every).sample(n=ROWS, random_state=SEED).to_numpy()) if rows > ROWS else every


def of_series(facts: Facts) -> set[str]:
    """Columns that say which series and which instant a row is."""
    return set() if facts.series is None else {facts.series["time"], *facts.series["keys"]}


def learnable(y: np.ndarray, objective: str) -> bool:
    """Whether folds can be made: enough rows, more than one value, classes that repeat."""
    values, counts = np.unique(y, return_counts=True)
    return len(y) >= LEAST_ROWS and len(values) >= 2 and (objective in ("regression", "survival") or int(np.sort(counts)[-2]) >= LEAST_CLASS)


def known_answers(table: pd.DataFrame, facts: Facts) -> np.ndarray:
    """The answers of a table as numbers; times that may be censored in one number each."""
    y = vector(table[facts.target], facts.objective)
    return y if facts.event is None or facts.event not in table else coded(y, table[facts.event].to_numpy())


def vector(values: pd.Series, objective: str) -> np.ndarray:
    """The target as numbers; classes as codes."""
    if objective in ("regression", "count", "ordinal", "binary", "survival", "tags", "multilabel", "forecast") and pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(float)
    return pd.factorize(values.astype(str), sort=True)[0].astype(float)


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


def adversarial(package: Package, facts: Facts, names: list[str]) -> dict[str, Any] | None:
    """ROC AUC of telling test rows from train rows and its chance over permutations of whole units; None where they must differ.

    Columns that name entities are left out. The permutations are made where the ROC AUC is high enough to matter.
    """
    entities = {entity["column"] for entity in facts.entities} | {facts.group}
    names = [name for name in names if name not in entities]
    if facts.time is not None or not names:
        return None
    size = min(len(package.train), len(package.test), ROWS // 2)
    both = pd.concat([package.train.sample(n=size, random_state=SEED), package.test.sample(n=size, random_state=SEED)], ignore_index=True)
    side = np.repeat([0.0, 1.0], size)
    units = pd.factorize(both[facts.group].astype(str))[0] if facts.group in both else None
    features = np.column_stack([encode(both[name]) for name in names])
    if units is not None and len(np.unique(units)) < LEAST_ENTITIES:
        return None
    told = float(np.mean(boosted_scores(features, side, "binary", units, count=3)))
    if told <= MATTERS:
        return {"roc_auc": significant(told, 4), "p": None}
    random = np.random.default_rng(SEED)
    by_chance = [float(np.mean(boosted_scores(features, permuted(side, units, random), "binary", units, count=3))) for _ in range(PERMUTATIONS)]
    spread = float(np.std(by_chance, ddof=1)) or 1e-9
    return {"roc_auc": significant(told, 4), "p": significant(float(stats.norm.sf((told - np.mean(by_chance)) / spread)), 3)}


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


def nests(table: pd.DataFrame, one: str, other: str) -> bool:
    """Whether nearly every row has the one value of `other` that goes with its value of `one`: an album is by one artist."""
    known = table[[one, other]].dropna().astype(str)
    if known.empty:
        return False
    usual = known.value_counts([one, other], sort=False).groupby(level=0).max()
    return bool(usual.sum() / len(known) >= NESTED)


def within(table: pd.DataFrame, names: Iterable[str]) -> dict[str, list[str]]:
    """For each of the columns, those of the others in whose groups its own lie."""
    listed = list(names)
    return {one: [other for other in listed if other != one and nests(table, one, other)] for one in listed}


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
