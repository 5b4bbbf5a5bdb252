"""Climbs the ladder: scores each rung by cross-validation on train, then predicts test."""

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from .decide import Labels
from .features import Columns
from .forecasts import climb_series
from .instants import instants
from .rungs import Rung, rungs
from .scores import UNITS, Truth, score
from .task_spec import TaskSpec

FOLDS = 3
CV_ROWS = 4_000
# A sample of ratings would leave hardly any for each user.
CV_RATINGS = 60_000
#: Of pairs: those of some users, each with all of its rows.
CV_PAIRS = 100_000
#: Of sentences: each is many tokens.
CV_SENTENCES = 600


def climb(spec: TaskSpec, train: pd.DataFrame, test: pd.DataFrame, seeds: int = 2) -> list[dict[str, object]]:
    """For each rung: name, kind, cvScore, and `predictions`, one array a seed. Raw class scores go along as `raw`."""
    if spec.series is not None:
        return climb_series(spec, train, test, seeds)
    labels = Labels(spec, train)
    columns = Columns(train, spec)
    only_text = bool(columns.texts) and not (columns.numbers or columns.dates or columns.categories)
    folds = cross_validation(spec, train, labels)
    climbed = []
    for rung in rungs(spec, only_text):
        fitted = [rung.fit(spec, train, labels.codes, [test], spec.seed + step)[0] for step in range(seeds if rung.seeded else 1)]
        climbed.append(
            {
                "name": rung.name,
                "kind": rung.kind,
                "cvScore": cv_score(spec, rung, train, folds),
                "predictions": [labels.decide(raw) for raw in fitted],
            }
        )
    return climbed


def cross_validation(spec: TaskSpec, train: pd.DataFrame, labels: Labels) -> list[tuple[np.ndarray, np.ndarray]]:
    """Folds like the split: by group where it is by group, each after what it learns from where it is in time, else stratified for classes. Large tables are sampled."""
    rows = np.arange(len(train))
    most = CV_SENTENCES if spec.objective == "tags" else CV_ROWS if spec.user is None else CV_RATINGS
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(spec.seed).choice(rows, most, replace=False))
    if spec.objective == "ranking":
        rows = rows_of_some_users(spec, train, CV_PAIRS)
    part = train.iloc[rows]
    if later := forwards(spec, part, labels.codes[rows]):
        found = later
    elif spec.group is not None and spec.group in train.columns and part[spec.group].nunique() >= FOLDS:
        found = GroupKFold(FOLDS).split(part, groups=part[spec.group].astype(str))
    elif spec.classifies and np.bincount(labels.codes[rows]).min(initial=FOLDS) >= FOLDS:
        found = StratifiedKFold(FOLDS, shuffle=True, random_state=spec.seed).split(part, labels.codes[rows])
    else:
        found = KFold(FOLDS, shuffle=True, random_state=spec.seed).split(part)
    return [(rows[learn], rows[check]) for learn, check in found]


def forwards(spec: TaskSpec, part: pd.DataFrame, codes: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Stretches of about as many rows, each with all that is before it; rows of one instant stay together. A row without a time belongs to the past.

    None where the split is not one in time; a stretch before which a class did not come is left out.
    """
    if spec.time is None or spec.time not in part.columns:
        return []
    column = part[spec.time]
    times = column if pd.api.types.is_numeric_dtype(column) else instants(column)
    share = times.rank(method="min", pct=True).fillna(0).to_numpy()
    stretch = (np.ceil(share * (FOLDS + 1)) - 1).clip(0)
    found = [(np.flatnonzero(stretch < number), np.flatnonzero(stretch == number)) for number in range(1, FOLDS + 1)]
    classes = len(np.unique(codes)) if spec.classifies else 0
    return [(learn, check) for learn, check in found if len(learn) and len(check) and (not classes or len(np.unique(codes[learn])) == classes)]


def rows_of_some_users(spec: TaskSpec, train: pd.DataFrame, most: int) -> np.ndarray:
    """All rows of users drawn at random, about as many rows as are wanted."""
    codes, users = pd.factorize(train[spec.user], sort=True)
    share = min(1.0, most / len(train))
    chosen = np.random.default_rng(spec.seed).permutation(len(users))[: max(FOLDS, round(share * len(users)))]
    return np.flatnonzero(np.isin(codes, chosen))


def truth_of(spec: TaskSpec, table: pd.DataFrame) -> Truth:
    """The answers of a part of train, with what the metric needs to know of each row."""
    known = table.assign(**{UNITS["users"]: table[spec.user]}) if spec.measure.over == "users" else table
    return Truth.of(spec.metric, known, spec.target)


def cv_score(spec: TaskSpec, rung: Rung, train: pd.DataFrame, folds: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """The mean score over the folds; folds where the metric is undefined are left out."""
    found = []
    for learn, check in folds:
        inside = Labels(spec, train.iloc[learn])
        raw = rung.fit(spec, train.iloc[learn], inside.codes, [train.iloc[check]], spec.seed)[0]
        found.append(score(spec.metric, truth_of(spec, train.iloc[check]), inside.decide(raw)))
    found = [value for value in found if np.isfinite(value)]
    return float(np.mean(found)) if found else float("nan")
