"""A package in memory: operators change it, and only what changed is written."""

import json
import re
import zlib
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

TABLES = {
    "train": "data/public/train.csv",
    "test": "data/public/test.csv",
    "sample": "data/public/sample_submission.csv",
    "answers": "data/private/test_answer.csv",
}
DESCRIPTION = "data/public/description.txt"
NUMBERS = ("binary", "ordinal", "regression", "count")
CLASSES = ("binary", "multiclass", "ordinal")


class Held:
    """One package. `base` tells what a quick model makes of the sound one: {scale, trivial, best}."""

    def __init__(self, root: Path, base: dict[str, Any], key: str) -> None:
        self.root, self.base = root, base
        self.random = np.random.default_rng(zlib.crc32(key.encode()))
        self.changed: dict[str, bytes | None] = {}
        self.task: dict[str, Any] = json.loads((root / "task.json").read_text())
        self.touched: set[str] = set()
        #: The data files are made by the changed prepare.py.
        self.prepares = False

    # What the package is about.

    @property
    def id(self) -> str:
        return self.task["submission"]["id"]

    @property
    def target(self) -> str:
        return self.task["target"]["name"]

    @property
    def objective(self) -> str:
        return self.task["objective"]

    @property
    def metric(self) -> str:
        return self.task["metric"]["name"]

    @property
    def split(self) -> str:
        return self.task["split"]["kind"]

    @cached_property
    def media(self) -> str | None:
        """The column whose cells name files."""
        return next((column["name"] for column in self.task["columns"] if column["type"] in ("image", "audio", "sequence", "document")), None)

    @cached_property
    def texts(self) -> list[str]:
        return [column["name"] for column in self.task["columns"] if column["type"] == "free text"]

    @cached_property
    def plain(self) -> bool:
        """One id and one value a row, on rows that stand for themselves."""
        return self.objective in (*NUMBERS, "multiclass") and list(self.answers.columns) == [self.id, self.target]

    @property
    def split_column(self) -> str | None:
        raw = self.task["split"].get("column")
        return next((column["name"] for column in self.task["columns"] if column["raw"] == raw), None)

    # Tables.

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise AttributeError(name)
        table = pd.read_csv(self.root / TABLES[name], low_memory=False)
        object.__setattr__(self, name, table)
        return table

    def put(self, **tables: pd.DataFrame) -> None:
        """Sets tables, which are then written."""
        for name, table in tables.items():
            object.__setattr__(self, name, table)
            self.touched.add(name)

    @property
    def truth(self) -> pd.Series:
        """The answers in the order of test.csv."""
        known = self.answers.set_index(self.answers[self.id].astype(str))[self.target]
        return known.reindex(self.test[self.id].astype(str)).reset_index(drop=True)

    def add_column(self, name: str, of_train: Any, of_test: Any) -> None:
        """Adds an input to both sides, as a designer would that takes it for an ordinary one."""
        place = len(self.test.columns)
        name = name if name not in self.train and name not in self.test else f"{name}_more"
        train, test = self.train.copy(), self.test.copy()
        train.insert(place, name, np.asarray(of_train))
        test.insert(place, name, np.asarray(of_test))
        self.put(train=train, test=test)

    def numbers(self, values: pd.Series) -> np.ndarray:
        """Targets as numbers: themselves, or codes of classes."""
        if pd.api.types.is_numeric_dtype(values):
            return values.to_numpy(float)
        labels = sorted(map(str, pd.concat([self.train[self.target], self.answers[self.target]]).dropna().unique()))
        return values.astype(str).map({label: place for place, label in enumerate(labels)}).to_numpy(float)

    def rows(self, share: float, size: int, least: int = 1) -> np.ndarray:
        """Places of a random share of rows."""
        return self.random.permutation(size)[: max(least, round(share * size))]

    # Files.

    def text(self, path: str) -> str:
        return (self.changed[path] or b"").decode() if path in self.changed else (self.root / path).read_text()

    def write(self, path: str, content: str | bytes) -> None:
        self.changed[path] = content.encode() if isinstance(content, str) else content

    def remove(self, path: str) -> None:
        self.changed[path] = None

    def edit(self, path: str, pattern: str, replacement: Any, count: int = 0) -> None:
        text, made = re.subn(pattern, replacement, self.text(path), count=count)
        if made == 0:
            raise ValueError(f"{pattern!r} is not in {path}")
        self.write(path, text)

    def append(self, path: str, text: str) -> None:
        self.write(path, self.text(path) + text)

    # The end.

    def finished(self) -> dict[str, bytes | None]:
        """Every changed file, with a manifest and a description that speak of what is there now."""
        for name in sorted(self.touched):
            if TABLES[name] not in self.changed:
                stream = BytesIO()
                getattr(self, name).to_csv(stream, index=False, lineterminator="\n")
                self.write(TABLES[name], stream.getvalue())
        if self.touched & {"train", "test"}:
            self.retell()
        self.write("task.json", json.dumps(self.task))
        return self.changed

    def retell(self) -> None:
        split, known = self.task["split"], {column["name"] for column in self.task["columns"]}
        old = (split["trainRows"], split["testRows"])
        split["trainRows"], split["testRows"] = len(self.train), len(self.test)
        shown = [name for name in self.test.columns if name not in (self.id, self.target)]
        lines = []
        for name in shown:
            if name in known:
                continue
            self.task["columns"].append({"name": name, "raw": name, "type": "number", "description": ""})
            self.task["ledger"].append({"column": name, "availability": "at", "evidence": "recorded with the row", "kept": True, "reason": ""})
            lines.append(f"| {name} | number | none | {name.replace('_', ' ')} |\n")
        self.task["columns"] = [column for column in self.task["columns"] if column["name"] in shown]
        if (self.root / DESCRIPTION).is_file() and DESCRIPTION not in self.changed:
            text = self.text(DESCRIPTION)
            for name, before, now in (("train.csv", old[0], len(self.train)), ("test.csv", old[1], len(self.test))):
                text = text.replace(f"`{name}`: {before} rows", f"`{name}`: {now} rows")
            text = text.replace(f"over the {old[1]} test rows", f"over the {len(self.test)} test rows")
            text = text.replace(f"| **{self.target}**", "".join(lines) + f"| **{self.target}**", 1)
            self.write(DESCRIPTION, text)
