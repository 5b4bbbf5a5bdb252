"""One job measures every candidate target of one table."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mle_env import phases
from mle_env.ladder.survival import coded
from mle_env.readers import load
from mle_env.rounding import significant

from .derivations import abs_correlation, derivations, steps
from .encoding import calendar, encode, target_vector
from .one_text import one_text
from .scores import SEED, boosted_scores, by_entity, scale, tree_score, trivial, units_of, whole_entities
from .twins import twins

MAX_ROWS = 4_000
HEAVY_TAIL = 20
LEAST_ROWS = 50
LEAST_ENTITIES = 8
#: Labels of a column of several that are measured.
MEASURED_LABELS = 3
SHORTCUT = {"r2": 0.97, "roc_auc": 0.99, "balanced_accuracy": 0.98, "concordance": 0.99}


def screen(argument: dict[str, Any], input: Path, output: Path) -> dict[str, Any]:
    """Screens targets of the table at /input/raw.

    Argument: {reader, targets: [{column, objective, positive, event, inputs, classes, pair: {one, other, group} where two texts are compared}], entities: [column], unknown: [column]}.
    Gives {targets: {column: measurements}, mutual: [{one, other, score}]}; scores are scale-free, cross-validated.
    """
    phases.enter("read")
    whole = load(argument["reader"], input / "raw")
    whole.columns = [str(column) for column in whole.columns]
    table = whole.sample(n=MAX_ROWS, random_state=SEED).sort_index() if len(whole) > MAX_ROWS else whole
    phases.enter("screen")
    measured = {target["column"]: one_target(table, target, argument["entities"], argument["unknown"]) for target in argument["targets"]}
    return {"targets": measured, "mutual": mutual(table, argument["targets"])}


def one_target(table: pd.DataFrame, target: dict[str, Any], entities: list[str], unknown: list[str]) -> dict[str, Any]:
    """What one column would be as a target."""
    objective = target["objective"]
    if objective == "multilabel":
        return several_labels(table, target, entities, unknown)
    labelled = table[table[target["column"]].notna()]
    if target.get("event") is not None:
        labelled = labelled[labelled[target["event"]].notna()]
    if target.get("classes"):
        labelled = labelled[labelled[target["column"]].astype(str).isin(target["classes"])]
    y = answers(labelled, target)
    inputs = [name for name in target["inputs"] if name in labelled.columns]
    columns = {name: encode(labelled[name]) for name in inputs}
    parts = {name: calendar(labelled[name]) for name in inputs}
    result: dict[str, Any] = {
        "rows": len(labelled),
        "score": scale(objective),
        "trivial": significant(trivial(y, objective), 4),
        "alone": {},
        "shortcuts": [],
        "derivations": [],
        "steps": {},
        "missingness": None,
        "unknownCost": {},
        "entities": {},
        "twins": {name: significant(share, 4) for name in table.columns if name != target["column"] and (share := twins(labelled[name], y)) is not None},
    }
    if len(y) < LEAST_ROWS or len(np.unique(y)) < 2 or not columns:
        return result | {"best": result["trivial"]}
    if target.get("pair") is not None:
        share = one_text(labelled, y, objective, target["pair"])
        result["oneText"] = None if share is None else significant(share, 3)
    plain = y if objective != "survival" else target_vector(labelled[target["column"]], objective, None)
    y = in_proportion(y) if objective == "regression" else y
    numeric_target = y if objective not in {"multiclass"} else None
    alone = {name: tree_score(values[:, None], y, objective) for name, values in columns.items()}
    result["alone"] = {name: significant(score, 4) for name, score in alone.items()}
    limit = SHORTCUT[scale(objective)]
    shortcuts = [[name] for name, score in alone.items() if score > limit]
    top = sorted((name for name in alone if [name] not in shortcuts), key=lambda name: -alone[name])[:5]
    for one, two in combinations(top, 2):
        if tree_score(np.column_stack([columns[one], columns[two]]), y, objective, depth=8) > limit:
            shortcuts.append([one, two])
    result["shortcuts"] = shortcuts
    if numeric_target is not None and objective != "binary":
        result["derivations"] = derivations(plain, columns)
        result["steps"] = {
            name: significant(share, 4) for name in inputs if (share := steps(np.abs(y) if objective == "survival" else y, labelled[name])) is not None
        }
    gaps = np.column_stack([np.isnan(values) for values in columns.values()]).astype(float)
    if gaps.any():
        result["missingness"] = significant(tree_score(gaps, y, objective), 4)
        result["missingAlone"] = {
            name: significant(tree_score(np.isnan(values)[:, None].astype(float), y, objective), 4)
            for name, values in columns.items()
            if np.isnan(values).any()
        }
    result["best"] = significant(float(np.mean(boosted_scores(features(columns, parts), y, objective))), 4)
    for name in unknown:
        if name in columns and len(columns) > 1:
            without = float(np.mean(boosted_scores(features(columns, parts, leaving=name), y, objective)))
            gain = (result["best"] or 0) - (result["trivial"] or 0)
            result["unknownCost"][name] = significant(((result["best"] or 0) - without) / gain, 4) if gain > 0 else 0.0
    for name in entities:
        if name in labelled.columns:
            result["entities"][name] = entity_effect(labelled, name, columns, parts, y, objective)
    return result


def several_labels(table: pd.DataFrame, target: dict[str, Any], entities: list[str], unknown: list[str]) -> dict[str, Any]:
    """The commonest labels of a column, each measured as a yes or no; of every number the one that speaks most against the question."""
    name = target["column"]
    held = table[name].dropna().astype(str).map(lambda cell: {label.strip() for label in cell.split(target["separator"])})
    counts = {label: int(held.map(lambda found, label=label: label in found).sum()) for label in target["classes"]}
    found = []
    for label in sorted(counts, key=lambda label: (-counts[label], label))[:MEASURED_LABELS]:
        told = held.map(lambda labels, label=label: "yes" if label in labels else "no")
        one = {**target, "objective": "binary", "positive": "yes", "classes": None}
        found.append(one_target(table.assign(**{name: told.reindex(table.index)}), one, entities, unknown))
    worst = found[0]
    for other in found[1:]:
        worst |= {
            "best": max(worst["best"], other["best"]),
            "shortcuts": [*worst["shortcuts"], *(pair for pair in other["shortcuts"] if pair not in worst["shortcuts"])],
            "missingness": max((value for value in (worst["missingness"], other["missingness"]) if value is not None), default=None),
        }
        for part in ("alone", "missingAlone", "unknownCost", "twins"):
            both = (worst.get(part, {}), other.get(part, {}))
            worst[part] = {key: max(numbers[key] for numbers in both if key in numbers) for key in {**both[0], **both[1]}}
    return worst


def answers(labelled: pd.DataFrame, target: dict[str, Any]) -> np.ndarray:
    """The target as numbers; times that may be censored in one number each."""
    y = target_vector(labelled[target["column"]], target["objective"], target.get("positive"))
    if target.get("event") is None:
        return y
    return coded(y, target_vector(labelled[target["event"]], "binary", target.get("positive")))


def in_proportion(target: np.ndarray) -> np.ndarray:
    """The logarithm of a quantity whose largest values are many times the usual one; else the quantity itself (task-science 3)."""
    median = float(np.median(target))
    return np.log1p(target) if target.min() >= 0 and median > 0 and target.max() / median > HEAVY_TAIL else target


def features(columns: dict[str, np.ndarray], parts: dict[str, list[np.ndarray]], leaving: str | None = None) -> np.ndarray:
    """All columns but one and the calendar parts of those that are instants, side by side."""
    names = [name for name in columns if name != leaving]
    return np.column_stack([columns[name] for name in names] + [part for name in names for part in parts[name]])


def entity_effect(
    labelled: pd.DataFrame, name: str, columns: dict[str, np.ndarray], parts: dict[str, list[np.ndarray]], y: np.ndarray, objective: str
) -> dict[str, Any]:
    """How much better random folds look than folds that keep an entity on one side, without the entity's own column."""
    groups = units_of(labelled[name])
    places = whole_entities(labelled[name], len(labelled), LEAST_ENTITIES)
    if not columns.keys() - {name} or len(np.unique(groups)) < LEAST_ENTITIES or len(places) < LEAST_ROWS or len(np.unique(y[places])) < 2:
        return {"random": None, "group": None}
    return by_entity(features(columns, parts, leaving=name)[places], y[places], objective, None, groups[places])


def mutual(table: pd.DataFrame, targets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How well each target gives another: R² of ranks for numbers, else the score of a tree."""
    found = []
    for one, other in combinations([target for target in targets if target["objective"] != "multilabel"], 2):
        both = table[table[one["column"]].notna() & table[other["column"]].notna()]
        if one.get("event") is not None:
            both = both[both[one["event"]].notna()]
        if len(both) < 50:
            continue
        y = answers(both, one)
        x = encode(both[other["column"]])
        if len(np.unique(y)) < 2:
            continue
        score = max(tree_score(x[:, None], y, one["objective"]), abs_correlation(x, y) ** 2)
        found.append({"one": one["column"], "other": other["column"], "scale": scale(one["objective"]), "score": significant(score, 4)})
    return found
