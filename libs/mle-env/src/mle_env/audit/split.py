"""Families S and A that only count and compare: ids, columns, classes, sizes, groups, time."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mle_env.ladder.instants import instants
from mle_env.ladder.scores import UNITS
from mle_env.readers import load
from mle_env.rounding import significant

from .cells import KINDS, illegal_parts, shares
from .even_steps import even_series
from .facts import Facts
from .files import Package, answers_of
from .series import in_series
from .tag_notations import tells_tags

OWN_TABLES = ("train.csv", "test.csv", "sample_submission.csv")
READERS = {
    ".csv": lambda path: pd.read_csv(path, low_memory=False),
    ".tsv": lambda path: pd.read_csv(path, sep="\t", low_memory=False),
    ".json": pd.read_json,
    ".jsonl": lambda path: pd.read_json(path, lines=True),
}
MEDIA = r"\.(?:png|jpe?g|wav|mp3|flac|gif|bmp|tiff?|npy)$"
SAME_SHARE = 0.99
MANY_NUMBERS = 20
SAME_ORDER = 0.9999


def split(package: Package, facts: Facts, raw: Path | None, argument: dict[str, Any]) -> dict[str, Any]:
    """Measurements of one split; `train`, `test`, `answers` and `sample` must be there."""
    train, test, answers, sample = package.train, package.test, package.answers, package.sample
    identity, target = facts.id, facts.target
    return {
        "rows": {"train": len(train), "test": len(test), "answers": len(answers), "sample": len(sample)},
        "ids": ids(identity, train, test, answers, sample),
        "columns": {
            "train": list(train.columns),
            "test": list(test.columns),
            "answers": list(answers.columns),
            "sample": list(sample.columns),
            "sampleOrder": bool(list(sample[identity]) == list(test[identity])) if identity in sample and identity in test else False,
        },
        "types": differing_types(train, test),
        "targetInTest": target in test.columns or (facts.event is not None and facts.event in test.columns),
        "copiesOfTarget": copies_of_target(facts, test, answers),
        "sideFiles": side_files(package, facts),
        "target": labels(facts, train, answers) | {"uneven": uneven(facts, train, test, answers)},
        "groups": groups(facts, train, test),
        "time": in_time(facts, train, test),
        "series": in_series(facts, train, test, answers),
        "evenSteps": None if facts.time or facts.series else even_series(train, test, inputs_of(facts, train, test)),
        "known": known_entities(facts, train, test),
        "shared": shared_values(facts, train, test),
        "unseen": unseen_entities(facts, train, test),
        "missingFiles": missing_files(package, facts, test),
        "raw": against_raw(raw, argument, len(train) + len(test)) if facts.objective != "ranking" else pairs_of_raw(raw, argument, facts, train, answers),
        "users": int(answers[UNITS["users"]].nunique()) if UNITS["users"] in answers else None,
        "sampleTypes": {"sample": family(sample[target]) if target in sample else None, "answers": family(answers[target]) if target in answers else None},
        "sampleLegal": legal_sample(facts, sample),
    }


def ids(identity: str, train: pd.DataFrame, test: pd.DataFrame, answers: pd.DataFrame, sample: pd.DataFrame) -> dict[str, Any]:
    tables = {"test": test, "answers": answers, "sample": sample}
    absent = [name for name, table in tables.items() if identity not in table]
    if absent:
        return {"absent": absent}
    sets = {name: set(table[identity].astype(str)) for name, table in tables.items()}
    return {
        "absent": [],
        "null": {name: int(table[identity].isna().sum()) for name, table in tables.items()},
        "repeated": {name: int(table[identity].duplicated().sum()) for name, table in tables.items()},
        "unlike": {name: len(sets["test"] ^ sets[name]) for name in ("answers", "sample")},
        "inTrain": len(sets["test"] & set(train[identity].astype(str))) if identity in train else 0,
    }


def differing_types(train: pd.DataFrame, test: pd.DataFrame) -> list[str]:
    """Columns of both tables that are numbers in one and texts in the other."""
    return sorted(
        name
        for name in train.columns.intersection(test.columns)
        if family(train[name]) != family(test[name]) and test[name].notna().any() and train[name].notna().any()
    )


def family(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "boolean"
    return "number" if pd.api.types.is_numeric_dtype(values) else "text"


def copies_of_target(facts: Facts, test: pd.DataFrame, answers: pd.DataFrame) -> list[str]:
    """Test columns that equal the answers, stand one to one with them, or are the same tags in another notation."""
    asked = [facts.target, *([] if facts.event is None else [facts.event])]
    truths = [answers_of(test, answers, facts.id, name) for name in asked if name in answers]
    found = []
    for name in test.columns.drop([facts.id, *asked], errors="ignore"):
        values = test[name].reset_index(drop=True)
        if any(says_same(values, truth) for truth in truths) or (
            name not in facts.text[:1] and says_tags(facts, values, truths[0], test.reset_index(drop=True))
        ):
            found.append(name)
    return found


def says_tags(facts: Facts, values: pd.Series, truth: pd.Series, test: pd.DataFrame) -> bool:
    """Whether tags are asked for and cells give them in any notation; rows of the test data are in the order of the cells."""
    return facts.kind == "tags" and tells_tags(values, truth, test[facts.text[0]] if facts.text and facts.text[0] in test else None)


def says_same(values: pd.Series, truth: pd.Series) -> bool:
    """Whether a column equals the answers, stands one to one with them, or puts many numbers in the same order."""
    both = values.notna() & truth.notna()
    if both.sum() < 20 or truth[both].nunique() < 2:
        return False
    one, other = values[both], truth[both]
    numbers = family(one) == family(other) == "number"
    if ((one == other) if numbers else (one.astype(str) == other.astype(str))).mean() >= SAME_SHARE:
        return True
    levels = one.nunique()
    if 1 < levels == other.nunique() < 0.5 * both.sum() and len(set(zip(one.astype(str), other.astype(str)))) == levels:
        return True
    return numbers and other.nunique() >= MANY_NUMBERS and abs(float(one.rank().corr(other.rank()))) >= SAME_ORDER


def side_files(package: Package, facts: Facts) -> list[str]:
    """Columns of other public tables that give the answers when they are joined by id."""
    found = set()
    truth = package.answers.assign(_key=package.answers[facts.id].astype(str)).drop_duplicates("_key").set_index("_key")[facts.target]
    test = package.test.assign(_key=package.test[facts.id].astype(str)).drop_duplicates("_key").set_index("_key")
    for path in sorted(package.public.rglob("*")):
        table = None if (path.parent == package.public and path.name in OWN_TABLES) or path.suffix not in READERS else side_table(path)
        for key in [] if table is None else table.columns:
            keyed = table[table[key].astype(str).isin(truth.index)].drop_duplicates(key)
            if len(keyed) < 0.5 * len(truth):
                continue
            keys = keyed[key].astype(str)
            answers, rows = truth.reindex(keys).reset_index(drop=True), test.reindex(keys).reset_index(drop=True)
            for name in table.columns.drop(key):
                values = keyed[name].reset_index(drop=True)
                if says_same(values, answers) or says_tags(facts, values, answers, rows):
                    found.add(f"{path.name}:{name}")
    return sorted(found)


def side_table(path: Path) -> pd.DataFrame | None:
    """A table of any text format; None where it is none."""
    try:
        return pd.DataFrame(READERS[path.suffix](path))
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def labels(facts: Facts, train: pd.DataFrame, answers: pd.DataFrame) -> dict[str, Any]:
    """Counts of the target on both sides."""
    if facts.target not in train or facts.target not in answers:
        return {"absent": True}
    one, other = train[facts.target], answers[facts.target]
    if facts.objective in ("regression", "count", "survival", "forecast"):
        one, other = pd.to_numeric(one, errors="coerce"), pd.to_numeric(other, errors="coerce")
    whole = pd.concat([one, other])
    cells = whole.astype(str).value_counts(normalize=True)
    found: dict[str, Any] = {
        "absent": False,
        "null": {"train": int(one.isna().sum()), "answers": int(other.isna().sum())},
        "distinct": int(whole.nunique()),
        "majority": significant(cells.iloc[0], 4) if len(cells) else None,
    }
    if facts.event is not None and facts.event in train and facts.event in answers:
        seen = {"train": train[facts.event], "test": answers[facts.event]}
        found["events"] = {side: int((values == 1).sum()) for side, values in seen.items()}
        found["null"] = {"train": found["null"]["train"] + no_flags(seen["train"]), "answers": found["null"]["answers"] + no_flags(seen["test"])}
    if facts.objective in ("binary", "multiclass", "ordinal", "tags", "multilabel", "ranking"):
        count = partial(shares, facts.kind) if facts.kind in KINDS else lambda values: values.astype(str).value_counts().to_dict()
        counts = {side: count(values) for side, values in (("train", one), ("answers", other))}
        found["classes"] = {
            label: {"train": int(counts["train"].get(label, 0)), "test": int(counts["answers"].get(label, 0))}
            for label in sorted(set(counts["train"]) | set(counts["answers"]))
        }
        expected = np.array([entry["train"] for entry in found["classes"].values()], float)
        seen = np.array([entry["test"] for entry in found["classes"].values()], float)
        expected, seen = expected / max(1.0, expected.sum()), seen / max(1.0, seen.sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            found["effect"] = significant(float(np.sqrt(np.nansum(np.where(expected > 0, (seen - expected) ** 2 / expected, 0)))), 3)
        known = set(facts.classes)
        found["unknown"] = sorted(label for label in found["classes"] if known and label not in known and label.removesuffix(".0") not in known)
    return found


def uneven(facts: Facts, train: pd.DataFrame, test: pd.DataFrame, answers: pd.DataFrame) -> int:
    """How many rows have another number of tags than of tokens; 0 where nothing is tagged."""
    tokens = facts.text[0] if facts.kind == "tags" and facts.text else None
    if tokens is None or facts.target not in train or facts.target not in answers or tokens not in train or tokens not in test:
        return 0
    truth = answers_of(test, answers, facts.id, facts.target)
    pairs = [(train[tokens], train[facts.target]), (test[tokens].reset_index(drop=True), truth)]
    return sum(int((gaps(one) != gaps(other))[one.notna() & other.notna()].sum()) for one, other in pairs)


def gaps(cells: pd.Series) -> pd.Series:
    """How many spaces stand in each cell."""
    return cells.astype(str).str.count(" ")


def no_flags(values: pd.Series) -> int:
    """How many cells are neither 0 nor 1."""
    return int((~pd.to_numeric(values, errors="coerce").isin([0, 1])).sum())


def groups(facts: Facts, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, Any] | None:
    """Overlap of the entity that the split is by."""
    if facts.group is None or facts.group not in train or facts.group not in test:
        return None
    one, other = set(train[facts.group].dropna().astype(str)), set(test[facts.group].dropna().astype(str))
    rows = pd.concat([train[facts.group], test[facts.group]]).astype(str).value_counts(normalize=True)
    return {
        "column": facts.group,
        "train": len(one),
        "test": len(other),
        "both": len(one & other),
        "largest": significant(rows.iloc[0], 4),
        "mostInTest": int(test[facts.group].astype(str).value_counts().max()),
    }


def in_time(facts: Facts, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, Any] | None:
    """The boundary of a temporal split."""
    if facts.time is None or facts.time not in train or facts.time not in test:
        return None
    # Read together, as prepare reads them: which number is the day shows in the whole column only.
    both = moments(pd.concat([train[facts.time], test[facts.time]], ignore_index=True))
    one, other = both[: len(train)], both[len(train) :]
    return {"column": facts.time, "lastTrain": str(one.max()), "firstTest": str(other.min()), "ordered": bool(one.max() < other.min())}


def moments(values: pd.Series) -> pd.Series:
    return values if pd.api.types.is_numeric_dtype(values) else instants(values)


def inputs_of(facts: Facts, train: pd.DataFrame, test: pd.DataFrame) -> list[str]:
    """Columns of both sides that are neither id nor target, free text nor names of files."""
    return [name for name in test.columns if name in train.columns and name not in (facts.id, facts.target, *facts.text, *facts.media)]


def shared_values(facts: Facts, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, float]:
    """Beside files: share of the test rows whose value of a column that repeats stands in train too."""
    if not facts.media:
        return {}
    names = [name for name in inputs_of(facts, train, test) if not pd.api.types.is_float_dtype(train[name]) and train[name].nunique() <= 0.5 * len(train)]
    return {name: significant(test[name].astype(str).isin(set(train[name].dropna().astype(str))).mean(), 4) for name in names}


def known_entities(facts: Facts, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, float]:
    """Share of the test rows whose known entity occurs in train."""
    found = {}
    for entity in facts.entities:
        name = entity["column"]
        if entity["role"] == "known" and name in train and name in test:
            found[name] = significant(test[name].astype(str).isin(set(train[name].astype(str))).mean(), 4)
    return found


def unseen_entities(facts: Facts, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, int]:
    """How many values of each entity that is to be new in test stand in train too."""
    names = [entity["column"] for entity in facts.entities if entity["role"] == "unseen"]
    return {name: len(set(train[name].dropna().astype(str)) & set(test[name].dropna().astype(str))) for name in names if name in train and name in test}


def missing_files(package: Package, facts: Facts, test: pd.DataFrame) -> list[str]:
    """Media that rows refer to and nobody has."""
    found = []
    for name in media_columns(test, facts):
        cells = test[name].dropna().astype(str)
        if not all(
            any((folder / cell).is_file() for folder in (package.public, package.public / "test", package.public / "images")) for cell in cells.head(500)
        ):
            found.append(name)
    return found


def media_columns(table: pd.DataFrame, facts: Facts) -> list[str]:
    """Columns whose cells name files: those that are known to, and those that name pictures or recordings."""
    texts = {name: table[name].dropna().astype(str).head(200) for name in table.select_dtypes(exclude="number").columns}
    return [name for name, cells in texts.items() if len(cells) and (name in facts.media or cells.str.contains(MEDIA, regex=True).mean() >= 0.9)]


def against_raw(raw: Path | None, argument: dict[str, Any], rows: int) -> dict[str, Any] | None:
    """How many labelled raw rows there are, and how many are in the package."""
    reader = argument.get("reader")
    if raw is None or reader is None or not raw.is_dir():
        return None
    try:
        column = load(reader, raw)[argument["column"]] if argument.get("column") else None
    except (OSError, ValueError, KeyError):
        return None
    if column is None:
        return None
    dropped = {str(value) for value in argument.get("dropped") or []}
    labelled = column.dropna()
    return {"labelled": int((~labelled.astype(str).isin(dropped)).sum()), "used": rows}


def pairs_of_raw(raw: Path | None, argument: dict[str, Any], facts: Facts, train: pd.DataFrame, answers: pd.DataFrame) -> dict[str, Any] | None:
    """How many different pairs of a user and an item the raw table has, and how many of the package are said to be of them."""
    if raw is None or argument.get("reader") is None or not raw.is_dir() or facts.target not in answers:
        return None
    try:
        pairs = load(argument["reader"], raw)[argument["met"]].dropna().drop_duplicates()
    except (OSError, ValueError, KeyError):
        return None
    return {"labelled": len(pairs), "used": int((train[facts.target] == 1).sum() + (answers[facts.target] == 1).sum())}


def legal_sample(facts: Facts, sample: pd.DataFrame) -> list[str]:
    """What is illegal about the sample's values."""
    if facts.target not in sample:
        return ["the column is missing"]
    values = sample[facts.target]
    found = ["empty cells"] if values.isna().any() else []
    if facts.kind == "label":
        known = set(facts.classes)
        return found + (
            ["values that are no class"]
            if known and not values.dropna().astype(str).str.removesuffix(".0").isin({label.removesuffix(".0") for label in known}).all()
            else []
        )
    if facts.kind in KINDS:
        return found + illegal_parts(values, facts.kind, set(facts.classes))
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.isna().any() or not np.isfinite(numbers.dropna()).all():
        found.append("values that are no finite number")
    if facts.kind == "probability" and ((numbers < 0) | (numbers > 1)).any():
        found.append("values outside 0 and 1")
    if facts.kind == "nonnegative" and (numbers < 0).any():
        found.append("negative values")
    return found
