"""The jobs in the grade zone: a submission or the ladder's predictions against the answers."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mle_env import phases
from mle_env.ladder.cells import OUTSIDE, kind_of, labels_of
from mle_env.ladder.panel import places_of
from mle_env.ladder.scores import UNITS, Truth, balanced_accuracy, r2, roc_auc, roc_auc_by_user, score
from mle_env.ladder.task_spec import TaskSpec
from mle_env.parity import parity, submissions_of
from mle_env.rounding import significant

RESAMPLES = 200
#: Rungs of which it is asked whether they are all but perfect; a few resamples tell the error of that.
CEILED = ("simple", "standard")
FEW_RESAMPLES = 50
HALVES = 20
FEW_ENTITIES = 10
MOST_ALIKE = 0.9
MESSAGE_LIMIT = 300


def submission(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Grades /input/submission/submission.csv by the package's metric.

    Gives {valid, score, message, standardError}; `score` is None where the submission is not valid.
    """
    phases.enter("read")
    metrics = load_metrics(source / "package" / "utils" / "metric.py")
    truth = pd.read_csv(source / "package" / "data" / "private" / "test_answer.csv")
    try:
        offered = pd.read_csv(source / "submission" / "submission.csv", index_col=False)
    except Exception:
        return {"valid": False, "score": None, "message": "the submission cannot be read as a CSV file in UTF-8", "standardError": None}
    phases.enter("score")
    try:
        metrics.validate_submission(offered, truth)
        value = float(metrics.evaluate(truth, offered))
        if not np.isfinite(value):
            raise ValueError("the score is not a number")
    except Exception as error:
        return {"valid": False, "score": None, "message": one_line(str(error)), "standardError": None}
    return {
        "valid": True,
        "score": significant(value),
        "message": "",
        "standardError": significant(standard_error(metrics, truth, offered, argument.get("id", "id"))),
    }


def standard_error(metrics: Any, truth: pd.DataFrame, offered: pd.DataFrame, identity: str) -> float | None:
    """The spread of the score over random halves of the rows, or of the users, which is that of the whole over fresh samples; None where it cannot be had."""
    if identity not in truth or identity not in offered or len(truth) < 4:
        return None
    ids, given = ids_of(truth[identity]), ids_of(offered[identity])
    if given.duplicated().any() or not ids.isin(given).all():
        return None
    ordered = offered.iloc[pd.Series(np.arange(len(given)), index=given).reindex(ids).to_numpy()]
    random = np.random.default_rng(20_260)
    scores = []
    units = pd.factorize(truth[UNITS["users"]])[0] if UNITS["users"] in truth else np.arange(len(truth))
    for _ in range(HALVES):
        chosen = random.permutation(int(units.max()) + 1)
        rows = np.flatnonzero(np.isin(units, chosen[: len(chosen) // 2]))
        try:
            scores.append(float(metrics.evaluate(truth.iloc[rows].reset_index(drop=True), ordered.iloc[rows].reset_index(drop=True))))
        except Exception:
            continue
    known = [value for value in scores if np.isfinite(value)]
    return float(np.std(known, ddof=1)) if len(known) >= HALVES // 2 else None


def ids_of(column: pd.Series) -> pd.Series:
    """Ids that are equal where a metric may take them for equal: 7, 7.0 and "7" are one."""
    numbers = pd.to_numeric(column.astype(str), errors="coerce")
    return numbers if numbers.notna().all() else column.astype(str)


def ladder(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Scores /input/predictions/predictions.csv: each rung, its errors by resampling unit, and paired differences."""
    phases.enter("read")
    spec = TaskSpec.of(argument)
    truth = pd.read_csv(source / "package" / "data" / "private" / "test_answer.csv")
    test = pd.read_csv(source / "package" / "data" / "public" / "test.csv", low_memory=False)
    predictions = pd.read_csv(source / "predictions" / "predictions.csv", low_memory=False)
    order = truth[spec.id].astype(str)
    predictions = predictions.set_index(predictions[spec.id].astype(str)).reindex(order)
    answers = truth[spec.target].to_numpy()
    known = Truth.of(spec.metric, truth, spec.target)
    grouped = spec.group is not None and spec.group in test.columns
    groups = test.set_index(test[spec.id].astype(str)).reindex(order)[spec.group].astype(str) if grouped else None
    # So few entities allow no standard error over them: rows are drawn, and each entity's scores are told (task-science 2).
    few = groups is not None and known_entities(spec, source, groups) <= FEW_ENTITIES
    blocks = None if spec.series is None else blocks_of(spec, test.set_index(test[spec.id].astype(str)).reindex(order))
    units = (
        blocks
        if blocks is not None
        else pd.factorize(truth[UNITS[spec.measure.over]])[0]
        if spec.measure.over in UNITS
        else pd.factorize(groups)[0]
        if groups is not None and not few
        else np.arange(len(truth))
    )
    phases.enter("score")
    draws = resamples(units, RESAMPLES)
    whole_units = spec.measure.over in UNITS and blocks is None
    drawn = [known.take(rows, copies(units, rows) if whole_units else None) for rows in draws]
    found, boot, losses = [], {}, {}
    for rung in argument["rungs"]:
        arrays = [predictions[f"rung:{rung['name']}:{seed}"].to_numpy() for seed in range(rung["seeds"])]
        scores = [score(spec.metric, known, values) for values in arrays]
        boot[rung["name"]] = np.array([score(spec.metric, part, arrays[0][rows]) for part, rows in zip(drawn, draws)])
        losses[rung["name"]] = np.abs(arrays[0] - answers) if blocks is not None else np.zeros(len(truth))
        seeds = float(np.var(scores, ddof=1)) if len(scores) > 1 else 0.0
        found.append(
            {
                "name": rung["name"],
                "kind": rung["kind"],
                "cvScore": rung["cvScore"],
                "score": float(np.mean(scores)),
                "standardError": float(np.sqrt(np.nanvar(boot[rung["name"]]) * drift(losses[rung["name"]], blocks) + seeds / len(scores))),
                "seedSpread": float(np.sqrt(seeds)),
                "seedVariance": seeds / len(scores),
                "scaleFree": scale_free(spec, known, arrays[0], list(zip(drawn, draws)) if rung["kind"] in CEILED else []),
            }
        )
    pairs = {}
    for one in found:
        for other in found:
            difference = spec.sign * (boot[one["name"]] - boot[other["name"]])
            variance = np.nanvar(difference) * drift(losses[one["name"]] - losses[other["name"]], blocks)
            pairs[f"{one['name']}|{other['name']}"] = float(np.sqrt(variance + one["seedVariance"] + other["seedVariance"]))
    shuffles = [score(spec.metric, known, predictions[name].to_numpy()) for name in predictions.columns if name.startswith("shuffle:")]
    return {
        "unit": "block" if blocks is not None else UNITS[spec.measure.over] if whole_units else spec.group if grouped and not few else "row",
        "entities": by_entity(spec, known, groups, predictions, found) if few else None,
        "units": int(units.max()) + 1,
        "eventUnits": None if spec.event is None else len(np.unique(units[known.more["event"] == 1])),
        "rarestClassUnits": rarest_class(spec, answers, units),
        "rungs": [
            {
                **{key: value for key, value in rung.items() if key != "seedVariance"},
                **{key: significant(rung[key], 4) for key in ("score", "cvScore", "standardError", "seedSpread")},
            }
            for rung in found
        ],
        "paired": {name: significant(value) for name, value in pairs.items()},
        "shuffledMedian": significant(np.nanmedian(shuffles)) if shuffles else None,
        "shuffledSpread": significant(np.nanstd(shuffles), 3) if shuffles else None,
        "metadata": significant(score(spec.metric, known, predictions["metadata:0"].to_numpy())),
        "official": official(spec, source, truth, predictions, found),
    }


def known_entities(spec: TaskSpec, source: Path, groups: pd.Series) -> int:
    """How many entities train and test have together."""
    train = pd.read_csv(source / "package" / "data" / "public" / "train.csv", usecols=[spec.group], dtype=str)
    return len({*train[spec.group].dropna(), *groups})


def by_entity(spec: TaskSpec, known: Truth, groups: pd.Series, predictions: pd.DataFrame, found: list[dict[str, Any]]) -> dict[str, dict[str, float | None]]:
    """The score of each rung on the rows of each entity."""
    scores = {}
    for entity in sorted(groups.unique()):
        rows = np.flatnonzero(groups.to_numpy() == entity)
        scores[entity] = {
            rung["name"]: significant(score(spec.metric, known.take(rows), predictions[f"rung:{rung['name']}:0"].to_numpy()[rows]), 4) for rung in found
        }
    return scores


def official(spec: TaskSpec, source: Path, truth: pd.DataFrame, predictions: pd.DataFrame, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The package's own metric on the strongest rung's first prediction, and on the sample submission."""
    metrics = load_metrics(source / "package" / "utils" / "metric.py")
    name = found[-1]["name"]
    offered = pd.DataFrame({spec.id: truth[spec.id].to_numpy(), spec.target: predictions[f"rung:{name}:0"].to_numpy()})
    sample = pd.read_csv(source / "package" / "data" / "public" / "sample_submission.csv")
    expected = score(spec.metric, Truth.of(spec.metric, truth, spec.target), offered.iloc[:, 1].to_numpy())
    result: dict[str, Any] = {"rung": name, "expected": significant(expected), "difference": None}
    for key, table in (("score", offered), ("sample", sample)):
        try:
            value = float(metrics.evaluate(truth, table))
        except Exception as error:
            result[key] = None
            result[f"{key}Error"] = one_line(str(error))
            continue
        result[key] = significant(value)
        if key == "score":
            result["difference"] = significant(abs(value - expected), 1)
    differences = parity(metrics, source, truth, submissions_of(truth, sample, offered))
    return result | {"forms": {form: significant(value, 1) for form, value in differences.items()}}


def rarest_class(spec: TaskSpec, answers: np.ndarray, units: np.ndarray) -> int | None:
    """Units with the rarest class, label or kind of entity; None for numbers."""
    if spec.objective in ("tags", "multilabel"):
        tagged = spec.objective == "tags"
        parts = [{kind_of(tag) for tag in str(cell).split(" ")} - {OUTSIDE} if tagged else set(labels_of(cell)) for cell in answers]
        return min((len({unit for unit, held in zip(units, parts) if part in held}) for part in set().union(*parts)), default=0)
    if spec.objective not in ("binary", "multiclass", "ordinal"):
        return None
    return int(min(len(np.unique(units[answers == label])) for label in pd.unique(answers)))


def scale_free(spec: TaskSpec, known: Truth, values: np.ndarray, draws: list[tuple[Truth, np.ndarray]]) -> dict[str, Any]:
    """ROC AUC, concordance, balanced accuracy or R² on the metric's scale: {name, value, standardError}; the latter None without resamples."""
    name, measure = scale_of(spec)
    if measure is None:
        return {"name": name, "value": None, "standardError": None}
    some = [measure(truth, values[rows]) for truth, rows in draws[:FEW_RESAMPLES]]
    return {"name": name, "value": significant(measure(known, values), 4), "standardError": significant(np.nanstd(some), 3) if some else None}


def scale_of(spec: TaskSpec) -> tuple[str, Callable[[Truth, np.ndarray], float] | None]:
    """The name of the scale-free score, and how it is measured."""
    if spec.event is not None:
        return "concordance", lambda known, values: score("concordance_index", known, values)
    if spec.measure.over == "users":
        return "roc_auc", lambda known, values: roc_auc_by_user(known.values, values, known.more["user"])
    if spec.measure.prediction == "probability":
        return "roc_auc", lambda known, values: roc_auc(known.values, values)
    if spec.measure.prediction in ("tags", "labels"):
        return spec.metric, lambda known, values: score(spec.metric, Truth(known.values), values)
    if spec.measure.prediction == "label":
        return "balanced_accuracy", lambda known, values: balanced_accuracy(known.values, values)
    if spec.series is not None:
        # The levels of the series alone give R² near 1: a forecast is told by its error beside that of the trivial rungs.
        return "r2", None
    if spec.metric == "rmsle":
        return "r2", lambda known, values: r2(np.log1p(known.values), np.log1p(values))
    return "r2", lambda known, values: r2(known.values.astype(float), values.astype(float))


def blocks_of(spec: TaskSpec, test: pd.DataFrame) -> np.ndarray | None:
    """Which window of time each row is in, where there are too few series to resample them."""
    size = (spec.series or {}).get("block")
    if not size:
        return None
    place = places_of(spec.series, test)
    return pd.factorize((place - place.min()) // size, sort=True)[0]


def drift(losses: np.ndarray, blocks: np.ndarray | None) -> float:
    """How many times the variance of a mean over windows of time is what it would be if they were independent; 1 for other units.

    Windows after one origin share what the forecast got wrong at it: neighbours are alike.
    """
    if blocks is None:
        return 1.0
    means = np.bincount(blocks, losses) / np.bincount(blocks)
    away = means - means.mean()
    spread = float((away**2).sum())
    alike = float((away[1:] * away[:-1]).sum()) / spread if spread > 0 else 0.0
    alike = min(max(alike, 0.0), MOST_ALIKE)
    return (1 + alike) / (1 - alike)


def copies(units: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The number of the draw that each row of a resample of whole units came in; `rows` has the rows of one draw together."""
    seen = units[rows]
    sizes = np.bincount(units)
    ends, place = [], 0
    while place < len(seen):
        place += int(sizes[seen[place]])
        ends.append(place)
    return np.repeat(np.arange(len(ends)), np.diff([0, *ends]))


def resamples(units: np.ndarray, count: int) -> list[np.ndarray]:
    """Row numbers of bootstrap samples; whole units are drawn."""
    random = np.random.default_rng(20_260)
    size = int(units.max()) + 1
    if size == len(units):
        return [random.integers(0, size, size) for _ in range(count)]
    ordered = np.argsort(units, kind="stable")
    members = np.split(ordered, np.cumsum(np.bincount(units, minlength=size))[:-1])
    return [np.concatenate([members[unit] for unit in random.integers(0, size, size)]) for _ in range(count)]


def load_metrics(path: Path) -> Any:
    """An instance of the one class of metric.py whose name ends in Metrics."""
    spec = importlib.util.spec_from_file_location("task_metric", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"metric.py cannot be loaded [path={path.name}]")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    classes = [value for name, value in vars(module).items() if isinstance(value, type) and name.endswith("Metrics") and value.__module__ == module.__name__]
    if len(classes) != 1:
        raise ValueError(f"metric.py must define one class whose name ends in Metrics [found={len(classes)}]")
    return classes[0]()


def one_line(text: str) -> str:
    return " ".join(text.split())[:MESSAGE_LIMIT]
