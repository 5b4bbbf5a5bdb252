"""Runs prepare.py once and measures what a description says about the files it left."""

import importlib.util
import sys
import wave
from pathlib import Path
from typing import Any

import pandas as pd

from mle_env import phases
from mle_env.grade import load_metrics
from mle_env.rounding import significant

SHOWN_VALUES = 8
SHOWN_CHARACTERS = 40


def describe(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Prepares /input/raw with /input/design/utils/prepare.py into /output/data and gives the facts.

    `argument`: {target, classes: bool, several: "tags" or "labels" where a cell holds several classes, event: whether times may
    be censored, candidates: {user, item}, the columns of a ranking}. Facts on columns and target come from train.csv alone.
    """
    utils = source / "design" / "utils"
    public, private = output / "data" / "public", output / "data" / "private"
    phases.enter("prepare")
    load(utils / "prepare.py").prepare(source / "raw", public, private)
    phases.enter("read")
    train = pd.read_csv(public / "train.csv", low_memory=False)
    test = pd.read_csv(public / "test.csv", low_memory=False)
    answers = pd.read_csv(private / "test_answer.csv")
    sample = pd.read_csv(public / "sample_submission.csv")
    phases.enter("measure")
    target = train[argument["target"]]
    facts: dict[str, Any] = {
        "trainRows": len(train),
        "testRows": len(test),
        "columns": [column(name, train[name], public) for name in test.columns if name != "id"],
        "sample": [str(value) for value in sample.iloc[:2].astype(object).to_numpy().ravel()],
        "sampleScore": significant(load_metrics(utils / "metric.py").evaluate(answers, sample), 3),
        "target": {"distinct": int(target.nunique())},
    }
    if argument.get("candidates"):
        truth = answers[["id", argument["target"]]].merge(test, on="id")
        facts["candidates"] = {side: candidates(table, argument) for side, table in (("train", train), ("test", truth))}
    if argument["classes"]:
        shares = shares_of(target.astype(str), argument.get("several"))
        facts["target"]["shares"] = {label: significant(share, 3) for label, share in sorted(shares.items())}
    else:
        if argument.get("event"):
            facts["target"]["seen"] = significant(train["event"].mean(), 3)
        facts["target"] |= {name: significant(getattr(target, name)(), 4) for name in ("min", "median", "max")}
    return facts


def shares_of(cells: pd.Series, several: str | None) -> pd.Series:
    """The share of each class: of rows, or of tokens for tags."""
    if several is None:
        return cells.value_counts(normalize=True)
    counts = cells.str.split(" ").explode().value_counts()
    return counts / (counts.sum() if several == "tags" else len(cells))


def candidates(table: pd.DataFrame, argument: dict[str, Any]) -> dict[str, Any]:
    """How many pairs of one side met and how many did not, and how many times as often a user or an item comes with those that did not: least and most."""
    met = table[argument["target"]].astype(int)

    def times(key: str) -> list[float] | None:
        counts = met.groupby(table[key].to_numpy()).agg(["sum", "size"])
        counts = counts[counts["sum"] > 0]
        ratios = counts["size"] / counts["sum"] - 1
        return [significant(ratios.min(), 3), significant(ratios.max(), 3)] if len(ratios) else None

    named = argument["candidates"]
    return {"met": int(met.sum()), "others": int((met == 0).sum()), "user": times(named["user"]), "item": times(named["item"])}


def column(name: str, values: pd.Series, public: Path) -> dict[str, Any]:
    """Type, share of missing cells and typical content of one input column."""
    present = values.dropna()
    facts: dict[str, Any] = {"name": name, "missing": significant(values.isna().mean(), 2), "distinct": int(present.nunique())}
    if len(present) and present.astype(str).str.match(r"^train/\d+\.(jpg|png|wav|csv)$").all():
        return facts | {"type": "file", "values": [str(present.iloc[0])], "complete": False, "note": extents([public / str(name) for name in present])}
    if pd.api.types.is_bool_dtype(present):
        return facts | {"type": "True or False"}
    if pd.api.types.is_numeric_dtype(present):
        whole = bool((present % 1 == 0).all())
        return facts | {"type": "integer" if whole else "number", "min": significant(present.min(), 4), "max": significant(present.max(), 4)}
    texts = present.astype(str)
    common = texts.value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    shown = [value for value in common.index if len(value) <= SHOWN_CHARACTERS and value.isprintable()][:SHOWN_VALUES]
    return facts | {"type": "text", "values": shown, "complete": len(shown) == len(common)}


def extents(files: list[Path]) -> str:
    """How large the files of a column are, in words."""
    kind = files[0].suffix
    if kind in (".jpg", ".png"):
        sizes = sorted({image_size(path) for path in files})
        return f"{sizes[0][0]} × {sizes[0][1]} pixels" + ("" if len(sizes) == 1 else f" to {sizes[-1][0]} × {sizes[-1][1]}")
    if kind == ".wav":
        lengths, rates = zip(*map(recording_size, files))
        rate = f"{min(rates)} Hz" if len(set(rates)) == 1 else f"{min(rates)} to {max(rates)} Hz"
        return f"{rate}, {significant(min(lengths), 2)} to {significant(max(lengths), 2)} seconds"
    header = list(pd.read_csv(files[0], nrows=0).columns)
    rows = sorted({path.read_bytes().count(b"\n") - 1 for path in files})
    return f"columns {', '.join(header[:12])}; {rows[0]}{'' if len(rows) == 1 else f' to {rows[-1]}'} instants"


def image_size(path: Path) -> tuple[int, int]:
    from PIL import Image

    with Image.open(path) as image:
        return image.size


def recording_size(path: Path) -> tuple[float, int]:
    with wave.open(str(path), "rb") as recording:
        return recording.getnframes() / recording.getframerate(), recording.getframerate()


def load(path: Path) -> Any:
    """A module of the design, read from its file without leaving compiled files beside it."""
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("task_prepare", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"prepare.py cannot be loaded [path={path.name}]")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
