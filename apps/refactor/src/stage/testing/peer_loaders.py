"""Loads a package by the published contracts of MLE-Dojo and OpenMLE-Gym; prints the complaints as a JSON list.

Usage: python peer_loaders.py PACKAGE NAME [PACKAGE NAME ...]
"""

import importlib.util
import inspect
import json
import math
import re
import sys
from pathlib import Path

import pandas as pd


def module_of(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(task, name):
    public, private = task / "data" / "public", task / "data" / "private"
    required = [
        public / part
        for part in (
            "description.txt",
            "train.csv",
            "test.csv",
            "sample_submission.csv",
        )
    ] + [
        private / "test_answer.csv",
        task / "utils" / "prepare.py",
        task / "utils" / "metric.py",
    ]
    yield from (f"{path.name} is missing or empty" for path in required if not path.is_file() or path.stat().st_size == 0)
    raw = task / "raw"
    if not (raw.is_dir() and any(raw.iterdir())) and not ((task / "raw.txt").is_file() and (task / "raw.txt").stat().st_size):
        yield "neither raw/ nor raw.txt"
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name):
        yield f"the name {name} is not legal"
    sample, answers, test = (
        pd.read_csv(path)
        for path in (
            public / "sample_submission.csv",
            private / "test_answer.csv",
            public / "test.csv",
        )
    )
    if list(sample.columns) != list(answers.columns[:2]) or sample.columns[0] != "id":
        yield "sample and answers differ in their columns"
    if sample["id"].tolist() != test["id"].tolist():
        yield "sample and test differ in their order"
    if sample.columns[1] in test.columns:
        yield "the target is in the test"
    if list(inspect.signature(module_of(task / "utils" / "prepare.py").prepare).parameters) != ["raw", "public", "private"]:
        yield "prepare has another signature"
    module = module_of(task / "utils" / "metric.py")
    names = sorted(name for name, value in vars(module).items() if inspect.isclass(value) and value.__module__ == module.__name__ and name.endswith("Metrics"))
    if len(names) != 1:
        yield f"classes ending in Metrics: {names}"
    metric = getattr(module, names[0])()
    if not isinstance(metric.validate_submission(submission=sample, ground_truth=answers), str):
        yield "validate_submission gives no text"
    score = metric.evaluate(y_true=answers, y_pred=sample)
    if isinstance(score, bool) or not math.isfinite(score):
        yield f"the score is {score!r}"


pairs = zip(sys.argv[1::2], sys.argv[2::2])
print(json.dumps([complaint for path, name in pairs for complaint in check(Path(path), name)]))
