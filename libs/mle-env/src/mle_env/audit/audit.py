"""Everything about a package that needs no metric and no second run, measured in one job."""

import json
from pathlib import Path
from typing import Any

from .code import code
from .facts import given, inferred
from .files import Package
from .layout import layout
from .leakage import leakage
from .split import split


def audit(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Measures /input/package, with /input/raw where there is one.

    Argument: {facts: those of a manifest or None to infer them, tables: whether the tables are measured too}.
    A part that is not measured is None; where it cannot be, `unmeasured` says why.
    """
    stated = argument["facts"]
    package = Package(source / "package")
    raw = source / "raw" if (source / "raw").is_dir() else package.root / "raw" if (package.root / "raw").is_dir() else None
    found: dict[str, Any] = {"layout": layout(package, raw), "code": code(package.prepare, package.metric), "description": package.description, "split": None, "leakage": None, "unmeasured": ""}
    tables = {"train": package.train, "test": package.test, "answers": package.answers, "sample": package.sample}
    absent = [name for name, table in tables.items() if table is None or table.empty]
    facts = None if absent else given(stated) if stated else inferred(package)
    found["facts"] = None if facts is None else facts.described()
    if absent or facts is None:
        return found | {"unmeasured": f"not readable: {', '.join(absent)}" if absent else "the sample submission is not one id and one value"}
    if not argument["tables"]:
        return found
    missing = [f"{name} lacks {column}" for name, column in (("train.csv", facts.target), ("test_answer.csv", facts.target), ("test.csv", facts.id), ("test_answer.csv", facts.id)) if column not in tables[{"train.csv": "train", "test.csv": "test", "test_answer.csv": "answers"}[name]].columns]
    for table in tables.values():
        if facts.id in table:
            table[facts.id] = table[facts.id].astype(str)
    found["split"] = split(package, facts, raw, stated or {}) if not missing else None
    found["leakage"] = leakage(package, facts) if not missing else None
    found["unmeasured"] = "; ".join(missing)
    json.dumps(found, allow_nan=False)
    return found
