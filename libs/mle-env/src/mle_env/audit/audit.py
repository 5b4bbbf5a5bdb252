"""Everything about a package that needs no metric and no second run, measured in one job. No program of the package is run."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from mle_env import phases

from .code import code
from .facts import Facts, given, inferred
from .files import Package
from .layout import layout
from .leakage import leakage
from .split import split


def audit(argument: dict[str, Any], source: Path, output: Path) -> dict[str, Any]:
    """Measures /input/package, with /input/raw where there is one.

    Argument: {facts: those of a manifest or of the metric's job, or None to infer them; tables: whether the tables are
    measured too}. A part that is not measured is None; where it cannot be, `unmeasured` says why. `lacking` names the
    columns that the tables must have and have not.
    """
    phases.enter("read")
    stated = argument["facts"]
    package = Package(source / "package")
    raw = source / "raw" if (source / "raw").is_dir() else package.root / "raw" if (package.root / "raw").is_dir() else None
    found: dict[str, Any] = {
        "layout": layout(package, raw),
        "code": code(package.prepare, package.metric),
        "description": package.description,
        "facts": None,
        "lacking": [],
        "split": None,
        "leakage": None,
        "unmeasured": "",
    }
    tables = {"train.csv": package.train, "test.csv": package.test, "test_answer.csv": package.answers, "sample_submission.csv": package.sample}
    absent = [name for name, table in tables.items() if table is None or table.empty]
    facts = given(stated) if stated else None if absent else inferred(package)
    found["facts"] = None if facts is None else facts.described()
    if absent or facts is None:
        return found | {"unmeasured": f"not readable or empty: {', '.join(absent)}" if absent else "the sample submission is not one id and one value"}
    if not argument["tables"]:
        return found
    found["lacking"] = lacking(tables, facts)
    if found["lacking"]:
        return found | {"unmeasured": "; ".join(found["lacking"])}
    for table in tables.values():
        if facts.id in table:
            table[facts.id] = table[facts.id].astype(str)
    phases.enter("measure")
    found |= measured("split", lambda: split(package, facts, raw, stated or {})) | measured("leakage", lambda: leakage(package, facts))
    found["unmeasured"] = "; ".join(found.pop(f"{part} fault", "") for part in ("split", "leakage")).strip("; ")
    return found


def lacking(tables: dict[str, pd.DataFrame | None], facts: Facts) -> list[str]:
    needed = (("train.csv", facts.target), ("test_answer.csv", facts.target), ("test.csv", facts.id), ("test_answer.csv", facts.id))
    if facts.event is not None:
        needed += (("train.csv", facts.event), ("test_answer.csv", facts.event))
    return [f"{name} lacks {column}" for name, column in needed if column not in tables[name].columns]


def measured(part: str, measure: Any) -> dict[str, Any]:
    """One part, checked to be JSON; None with the reason where tables of a stranger are such that it cannot be measured."""
    try:
        value = measure()
        json.dumps(value, allow_nan=False)
        return {part: value}
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError) as error:
        return {part: None, f"{part} fault": f"{part}: {type(error).__name__}: {error}"[:300]}
