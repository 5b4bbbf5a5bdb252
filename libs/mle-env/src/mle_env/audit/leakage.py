"""What gives the answer away: order, ids, missing cells, single columns, derivations, copies, undeclared entities."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from mle_env.rounding import significant
from mle_env.screen.derivations import derivations
from mle_env.screen.encoding import encode
from mle_env.screen.scores import boosted_scores, scale, tree_score, trivial

from .adversarial import adversarial
from .among import among_rows
from .cells import outcomes
from .copies import copies
from .facts import Facts
from .files import Package
from .hidden import near_copies, residues
from .media import media
from .moved import moved_copies
from .near import rounded_copies, text_copies
from .series import of_series, residual
from .shared_texts import shared_texts
from .signals import signals
from .targets import known_answers, learnable, vector
from .undeclared import across, undeclared, within
from .written import written

ROWS = 1_500
TOP = 5
SEED = 17
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
