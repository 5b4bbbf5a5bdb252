"""Whether a rewritten design does what the design does: what its metric says, and how its tables differ."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mle_env import phases
from mle_env.grade import load_metrics

TABLES = ("public/train.csv", "public/test.csv", "public/sample_submission.csv", "private/test_answer.csv")
SEED = 2_026


def scores(argument: dict[str, Any], source: Path, output: Path) -> dict[str, float | None]:
    """What /input/program/metric.py says to sound and malformed submissions for /input/design; None where it refuses one."""
    data = source / "design" / "data"
    truth = pd.read_csv(data / "private" / "test_answer.csv")
    sample = pd.read_csv(data / "public" / "sample_submission.csv")
    metrics = load_metrics(source / "program" / "metric.py")
    return {name: said(metrics, truth, offered) for name, offered in (submissions(truth, sample) | malformed(sample)).items()}


def said(metrics: Any, truth: pd.DataFrame, offered: pd.DataFrame) -> float | None:
    """The score; None where the submission is refused or the score is no number."""
    try:
        metrics.validate_submission(offered.copy(), truth.copy())
        value = float(metrics.evaluate(truth.copy(), offered.copy()))
    except Exception:
        return None
    return value if np.isfinite(value) else None


def submissions(truth: pd.DataFrame, sample: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Submissions of the right form: some good, some bad, in between, and in another order."""
    identity = sample.columns[0]
    names = [name for name in sample.columns[1:] if name in truth.columns]
    ordered = truth.set_index(truth[identity].astype(str)).reindex(sample[identity].astype(str))
    random = np.random.default_rng(SEED)
    perfect = sample.assign(**{name: ordered[name].to_numpy() for name in names})
    mixed, between = random.random(len(sample)) < 0.5, random.random(len(sample))
    order = random.permutation(len(sample))
    numbers = [name for name in names if all(pd.api.types.is_numeric_dtype(table[name]) for table in (perfect, sample))]
    found = {
        "the sample": sample,
        "the answers": perfect,
        "the answers in another order": perfect.iloc[random.permutation(len(perfect))].reset_index(drop=True),
        "the answers exchanged among rows": sample.assign(**{name: perfect[name].to_numpy()[order] for name in names}),
        "one answer for all rows": sample.assign(**{name: [perfect[name].iloc[0]] * len(sample) for name in names}),
        "half answers, half sample": sample.assign(
            **{name: [one if first else other for one, other, first in zip(perfect[name], sample[name], mixed)] for name in names}
        ),
    }
    if numbers:
        found["between answers and sample"] = perfect.assign(**{name: between * perfect[name] + (1 - between) * sample[name] for name in numbers})
    return found


def malformed(sample: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Submissions that a metric should refuse, for the reasons by which they are named."""
    identity, predicted = sample.columns[0], sample.columns[1:]
    ids, cells = sample[identity].astype(object), sample[predicted[0]].astype(object)
    first = np.arange(len(sample)) == 0
    return {
        "without a row": sample.iloc[1:].reset_index(drop=True),
        "with no rows": sample.iloc[:0],
        "with an id twice": pd.concat([sample, sample.iloc[:1]], ignore_index=True),
        "with an unknown id": sample.assign(**{identity: ids.mask(first, "no-such-id")}),
        "without the prediction": sample.drop(columns=list(predicted)),
        "with an empty cell": sample.assign(**{predicted[0]: sample[predicted[0]].mask(first)}),
        "with words": sample.assign(**{predicted[0]: cells.mask(first, "no such answer")}),
        "with infinity": sample.assign(**{predicted[0]: cells.mask(first, np.inf)}),
        "with a huge number": sample.assign(**{predicted[0]: cells.mask(first, -1e300)}),
    }


def differences(argument: dict[str, Any], source: Path, output: Path) -> list[dict[str, Any]]:
    """How the tables of /input/rewrite differ from those of /input/design, in counts; runs nothing of either.

    {file, rows: [before, after], columns: whether they are the same, gone, new: ids, changed: rows with the same id,
    order: whether what is in both is in the same order}; {file, unreadable} where there is no table.
    """
    phases.enter("compare")
    found = []
    for file in TABLES:
        before, after = source / "design" / "data" / file, source / "rewrite" / "data" / file
        if before.is_file() and after.is_file() and before.read_bytes() == after.read_bytes():
            continue
        try:
            found.append({"file": file} | differing(cells_of(before), cells_of(after)))
        except Exception:
            found.append({"file": file, "unreadable": True})
    return found


def differing(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, Any]:
    """Counts of what two tables of cells do not share."""
    shared = [name for name in before.columns if name in after.columns]
    old, new = rows_of(before, shared), rows_of(after, shared)
    both = old.keys() & new.keys()
    return {
        "rows": [len(before), len(after)],
        "columns": list(before.columns) == list(after.columns),
        "gone": len(old.keys() - both),
        "new": len(new.keys() - both),
        "changed": sum(old[identity] != new[identity] for identity in both),
        "order": [identity for identity in old if identity in both] == [identity for identity in new if identity in both],
    }


def rows_of(table: pd.DataFrame, columns: list[str]) -> dict[str, tuple[str, ...]]:
    """Rows by their ids; the id is `id`, or the first column."""
    identity = "id" if "id" in table.columns else table.columns[0]
    return dict(zip(table[identity], table[columns].itertuples(index=False, name=None)))


def cells_of(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)
