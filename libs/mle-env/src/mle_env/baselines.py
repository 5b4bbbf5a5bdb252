"""The job in the solve zone: climbs the ladder on the public data, without any answer at hand."""

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mle_env import phases
from mle_env.ladder import labels as several_labels
from mle_env.ladder import rankings, tags
from mle_env.ladder.climb import climb
from mle_env.ladder.decide import Labels
from mle_env.ladder.features import Columns, LinearFeatures, TreeFeatures
from mle_env.ladder.forecasts import shuffled_series
from mle_env.ladder.models import boosted, linear
from mle_env.ladder.permute import permuted
from mle_env.ladder.task_spec import TaskSpec
from mle_env.rounding import significant
from mle_env.traits import traits

CHEAP_PERMUTATIONS = 20
BOOSTED_PERMUTATIONS = 5
SHUFFLED_ROWS = 1_000
#: Probes of objectives whose cells hold several answers.
SEVERAL = {"tags": tags, "multilabel": several_labels}


def solve(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Reads /input/data/{train,test}.csv; leaves predictions.csv with one column a rung and seed, and those of the shuffle and metadata probes."""
    phases.enter("read")
    spec = TaskSpec.of(argument, source / "data")
    train, test = (pd.read_csv(source / "data" / name, low_memory=False) for name in ("train.csv", "test.csv"))
    phases.enter("fit")
    climbed = climb(spec, train, test)
    columns: dict[str, Any] = {spec.id: test[spec.id]}
    for rung in climbed:
        columns |= {f"rung:{rung['name']}:{seed}": values for seed, values in enumerate(rung["predictions"])}
    phases.enter("shuffle")
    columns |= {f"shuffle:{number}": values for number, values in enumerate(shuffled(spec, train, test))}
    columns["metadata:0"] = metadata(spec, train, test)
    phases.enter("write")
    pd.DataFrame(columns).to_csv(output / "predictions.csv", index=False)
    return {
        "rungs": [{"name": rung["name"], "kind": rung["kind"], "cvScore": significant(rung["cvScore"]), "seeds": len(rung["predictions"])} for rung in climbed],
        "trainRows": len(train),
        "testRows": len(test),
        "traits": traits(spec, train),
    }


def shuffled(spec: TaskSpec, train: pd.DataFrame, test: pd.DataFrame) -> list[np.ndarray]:
    """Predictions of models that learned from permuted labels: 20 linear ones, then 5 boosted ones."""
    if spec.series is not None:
        return shuffled_series(spec, train, test, CHEAP_PERMUTATIONS, BOOSTED_PERMUTATIONS)
    random = np.random.default_rng(spec.seed)
    if spec.objective == "ranking":
        return rankings.shuffled(spec, train, Labels(spec, train).codes, test, random, CHEAP_PERMUTATIONS, BOOSTED_PERMUTATIONS)
    part = train.sample(min(SHUFFLED_ROWS, len(train)), random_state=random)
    labels = Labels(spec, part)
    if spec.objective in SEVERAL:
        return [labels.decide(raw) for raw in SEVERAL[spec.objective].shuffled(spec, part, labels.codes, test, random, BOOSTED_PERMUTATIONS)]
    groups = constant_groups(spec, part)
    (straight, straight_test), (dense, dense_test), categorical = seen_by_models(spec, part, test)
    found = []
    for number in range(CHEAP_PERMUTATIONS + BOOSTED_PERMUTATIONS):
        target = permuted(labels.codes, groups, random)
        if number < CHEAP_PERMUTATIONS:
            raw = linear(spec, straight, target, [straight_test], strength=0.1)[0]
        else:
            raw = boosted(spec, dense, target, [dense_test], categorical, spec.seed + number, tuned=False)[0]
        found.append(labels.decide(raw))
    return found


def seen_by_models(spec: TaskSpec, part: pd.DataFrame, test: pd.DataFrame) -> tuple[tuple[Any, Any], tuple[Any, Any], list[int]]:
    """(train, test) for linear models and for trees, and which columns of the latter are categories."""
    if spec.media:
        from mle_env.ladder.media import features

        both = features(spec, part, 0), features(spec, test, 0)
        return both, both, []
    columns = Columns(part, spec)
    flat, trees = LinearFeatures(part, columns, words=False), TreeFeatures(part, columns)
    return (flat.transform(part), flat.transform(test)), (trees.transform(part), trees.transform(test)), trees.categorical()


def constant_groups(spec: TaskSpec, table: pd.DataFrame) -> np.ndarray | None:
    """Group codes where the target is the same within every group, so that whole groups change labels."""
    if spec.group is None or spec.group not in table.columns:
        return None
    if table.groupby(spec.group, dropna=False)[spec.target].nunique().max() > 1:
        return None
    return pd.factorize(table[spec.group].astype(str))[0]


def metadata(spec: TaskSpec, train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
    """What a model predicts that sees the place of a row, its id and the size of its files only."""
    labels = Labels(spec, train)
    if spec.objective in SEVERAL:
        return labels.decide(SEVERAL[spec.objective].by_place(spec, train, labels.codes, test))

    def places(table: pd.DataFrame) -> np.ndarray:
        identity = pd.to_numeric(table[spec.id], errors="coerce").to_numpy(float)
        sizes = [[extent(spec.root / str(name), kind) for name in table[column]] for column, kind in spec.media]
        return np.column_stack([np.arange(len(table)) / len(table), identity, identity % 10, *(np.array(found, float) for found in sizes)])

    return labels.decide(boosted(spec, places(train), labels.codes, [places(test)], [], spec.seed, tuned=False)[0])


def extent(path: Path, kind: str) -> list[float]:
    """The bytes of a file, and the width and height, the length or the rows of what it holds."""
    size = float(path.stat().st_size)
    if kind == "image":
        from PIL import Image

        with Image.open(path) as image:
            return [size, *map(float, image.size)]
    if kind == "audio":
        with wave.open(str(path), "rb") as recording:
            return [size, float(recording.getnframes())]
    return [size, float(path.read_bytes().count(b"\n"))]
