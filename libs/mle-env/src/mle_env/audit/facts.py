"""What a package is about: from its manifest, or inferred from its files where it has none."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mle_env.ladder.cells import known_labels, labels_of
from mle_env.ladder.metric_catalogue import METRICS
from mle_env.ladder.scores import Truth, score
from mle_env.profile.columns import measure
from mle_env.profile.pairs import pair_of

from .files import Package

ENDINGS = {"jpg": "image", "jpeg": "image", "png": "image", "wav": "audio", "csv": "sequence"}
EVENT = "event"
LEAST_GROUPS = 10
LEAST_ROWS_A_GROUP = 1.3
#: How often a label comes on average where cells hold several.
LEAST_REPEATED = 5
#: Different cells for each label where no metric tells that cells hold several: names of classes share fewer words.
MANY_SETS = 2


@dataclass
class Facts:
    """Names and kinds that the measurements need. `metric` is None where it is none of the catalogue."""

    id: str
    target: str
    objective: str
    metric: str | None
    kind: str
    direction: str | None
    optimum: float | None
    classes: list[str] = field(default_factory=list)
    split: dict[str, Any] = field(default_factory=dict)
    group: str | None = None
    time: str | None = None
    entities: list[dict[str, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    #: Columns whose cells name files, with the kind of the files.
    media: dict[str, str] = field(default_factory=dict)
    #: Forecasts: `series` of the manifest.
    series: dict[str, Any] | None = None
    #: Pairs of texts: `pair` of the manifest, or {one, other, named, evidence} as they are found.
    pair: dict[str, Any] | None = None
    #: Values ahead: the input that holds the present value of the target.
    present: str | None = None

    @property
    def event(self) -> str | None:
        """The column of train and answers that says whether the event was seen; None where times are not censored."""
        return EVENT if self.metric in METRICS and EVENT in METRICS[self.metric].needs else None

    def described(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "target": self.target,
            "objective": self.objective,
            "metric": self.metric,
            "kind": self.kind,
            "direction": self.direction,
            "optimum": self.optimum,
            "classes": self.classes,
            "group": self.group,
            "text": self.text,
            "media": self.media,
            "series": self.series,
            "pair": self.pair,
        }


def given(argument: dict[str, Any]) -> Facts:
    """Facts as a manifest states them."""
    return Facts(
        **{name: argument.get(name) for name in ("id", "target", "objective", "metric", "kind", "direction", "optimum", "group", "time", "present", "pair")},
        classes=argument.get("classes") or [],
        split=argument.get("split") or {},
        entities=argument.get("entities") or [],
        text=argument.get("text") or [],
        media=argument.get("media") or {},
        series=argument.get("series"),
    )


def inferred(package: Package, metrics: Any = None) -> Facts | None:
    """Facts of a package without a manifest; None where its sample submission is not one id and one answer.

    The metric is told from what `metrics`, an instance of its class, gives; without one it stays unknown.
    """
    sample, answers = package.sample, package.answers
    if sample is None or answers is None or len(sample.columns) != 2 or sample.columns[1] not in answers.columns:
        return None
    identity, target = (str(name) for name in sample.columns)
    values = answers[target].dropna()
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    whole = numeric and bool((values % 1 == 0).all())
    objective = (
        "binary"
        if numeric and set(values.unique()) <= {0, 1}
        else "regression"
        if numeric and not (whole and values.nunique() <= 12)
        else "ordinal"
        if numeric
        else "multiclass"
    )
    name = None if metrics is None else recognised(metrics, package.answers, identity, target, objective)
    known = None if name is None else METRICS[name]
    if objective == "multiclass" and holds_several(values.astype(str)) and (name == "label_f1" or (name is None and has_many_sets(values.astype(str)))):
        objective = "multilabel"
    texts = (
        [] if package.train is None else [column for column in package.train.columns if column not in (identity, target) and is_prose(package.train[column])]
    )
    return Facts(
        id=identity,
        target=target,
        objective="survival" if known is not None and EVENT in known.needs else objective,
        metric=name,
        kind="probability"
        if known is not None and known.prediction == "probability"
        else "labels"
        if objective == "multilabel"
        else "label"
        if objective in ("multiclass", "ordinal")
        else "number",
        direction=None if known is None else known.direction,
        optimum=None if known is None else known.optimum,
        classes=known_labels(values.to_numpy())
        if objective == "multilabel"
        else sorted(str(value) for value in values.unique())
        if objective in ("multiclass", "ordinal")
        else [],
        text=texts,
        pair=None if package.train is None else found_pair(package.train, texts),
        media={} if package.train is None else named_media(package.train),
        group=apart(package, identity, target),
    )


def found_pair(table: pd.DataFrame, texts: list[str]) -> dict[str, Any] | None:
    """The columns of two texts that rows compare."""
    return pair_of(table, [measure(name, table[name], len(table), len(table)) for name in texts])


def holds_several(cells: pd.Series) -> bool:
    """Whether cells can be read as labels with single spaces between them: none twice in a cell, here more and there fewer, all of them again and again."""
    rows = [labels_of(cell) for cell in cells]
    counts = Counter(label for row in rows for label in row)
    return (
        max(map(len, rows), default=0) > 1
        and len(set(map(len, rows))) > 1
        and "" not in counts
        and all(len(set(row)) == len(row) for row in rows)
        and LEAST_REPEATED * len(counts) <= counts.total()
    )


def has_many_sets(cells: pd.Series) -> bool:
    """Whether few labels make many different cells."""
    return len({frozenset(labels_of(cell)) for cell in cells}) >= MANY_SETS * len(known_labels(cells.to_numpy()))


def named_media(table: pd.DataFrame) -> dict[str, str]:
    """Columns whose cells all end like files of one kind."""
    found = {}
    for name in table.select_dtypes(exclude="number").columns:
        endings = table[name].dropna().astype(str).str.extract(r"\.(\w+)$")[0].str.lower().map(ENDINGS)
        if len(endings) and endings.notna().all() and endings.nunique() == 1:
            found[str(name)] = str(endings.iloc[0])
    return found


def is_prose(values: pd.Series) -> bool:
    """Free text: strings of five words and more, on average."""
    return not pd.api.types.is_numeric_dtype(values) and bool(values.dropna().astype(str).head(500).str.split().str.len().mean() >= 5)


def apart(package: Package, identity: str, target: str) -> str | None:
    """A column of names that repeat within train and within test and never across: the split keeps them on one side."""
    train, test = package.train, package.test
    if train is None or test is None:
        return None
    for name in train.columns.intersection(test.columns).drop([identity, target], errors="ignore"):
        if (
            pd.api.types.is_float_dtype(train[name])
            or pd.api.types.is_bool_dtype(train[name])
            or (pd.api.types.is_numeric_dtype(train[name]) and not str(name).lower().endswith("id"))
        ):
            continue
        one, other = set(train[name].dropna().astype(str)), set(test[name].dropna().astype(str))
        rows = int(train[name].notna().sum() + test[name].notna().sum())
        if min(len(one), len(other)) >= LEAST_GROUPS and not one & other and rows >= LEAST_ROWS_A_GROUP * (len(one) + len(other)):
            return str(name)
    return None


def recognised(metrics: Any, answers: pd.DataFrame, identity: str, target: str, objective: str) -> str | None:
    """The catalogue's metric that gives what metric.py gives on two submissions; None where none does."""
    random = np.random.default_rng(7)
    truth = answers[target].to_numpy()
    candidates = set(METRICS)
    compared = 0
    for _ in range(2):
        if objective == "binary":
            values: np.ndarray = np.round(np.clip(0.3 * truth + 0.7 * random.random(len(truth)), 0, 1), 6)
        elif objective == "regression":
            values = np.abs(truth) + np.round(random.random(len(truth)) * (np.std(truth.astype(float)) + 1), 6)
        else:
            values = np.where(random.random(len(truth)) < 0.7, truth, random.permutation(truth))
        try:
            given = float(metrics.evaluate(answers, pd.DataFrame({identity: answers[identity], target: values})))
        except (Exception, SystemExit):
            continue
        compared += 1
        candidates = {name for name in candidates if agrees(name, Truth.of(name, answers, target), values, given)}
    return next((name for name in METRICS if compared > 0 and name in candidates), None)


def agrees(name: str, truth: Truth, values: np.ndarray, given: float) -> bool:
    try:
        with np.errstate(all="ignore"):
            return abs(score(name, truth, values) - given) <= 1e-9 * max(1.0, abs(given))
    except (TypeError, ValueError, AttributeError):
        return False
