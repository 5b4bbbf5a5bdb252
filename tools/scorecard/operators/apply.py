"""Applies operators to packages.

Usage: python apply.py            prints the table as JSON
       python apply.py PACKAGE < base.json      prints the ids of the operators that apply
       python apply.py PACKAGE OUT < orders.json   with {"base": {...}, "orders": [[operator, strength], ...]}

For each order the changed files are written below OUT/<operator>.<strength>; the answer on stdout is a list of
{operator, strength, applies, removed, prepares}, with the error of an operator that could not be applied.
"""

import json
import sys
import traceback
from pathlib import Path
from typing import Any

import documents  # noqa: F401  adds rows to the table
import followed  # noqa: F401
import media  # noqa: F401
import metrics  # noqa: F401
import pairs  # noqa: F401
import programs  # noqa: F401
import rankings  # noqa: F401
import signals  # noqa: F401
import splits  # noqa: F401
import tags  # noqa: F401
from held import Held
from table import OPERATORS


def applied(root: Path, out: Path, base: dict[str, Any], name: str, strength: str) -> dict[str, Any]:
    """One order: its changed files are written, its answer is given."""
    operator = OPERATORS[name]
    answer: dict[str, Any] = {"operator": name, "strength": strength, "applies": False, "removed": [], "prepares": False, "error": ""}
    held = Held(root, base, f"{root.name} {name}")
    try:
        if not operator.applies(held):
            return answer
        operator.change(held, operator.strengths[strength][0])
        files = held.finished()
    except Exception:
        return answer | {"error": traceback.format_exc(limit=-3)}
    for path, content in files.items():
        if content is not None:
            place = out / f"{name}.{strength}" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    return answer | {"applies": True, "removed": sorted(path for path, content in files.items() if content is None), "prepares": held.prepares}


def main(arguments: list[str]) -> None:
    if not arguments:
        rows = [
            {"id": row.id, "does": row.does, "rules": row.rules, "to": row.to, "strengths": {name: words for name, (_, words) in row.strengths.items()}}
            for row in OPERATORS.values()
        ]
        print(json.dumps(rows))
        return
    asked = json.load(sys.stdin)
    root = Path(arguments[0])
    if len(arguments) == 1:
        held = Held(root, asked["base"], "")
        print(json.dumps([row.id for row in OPERATORS.values() if row.applies(held)]))
        return
    out = Path(arguments[1])
    print(json.dumps([applied(root, out, asked["base"], name, strength) for name, strength in asked["orders"]]))


if __name__ == "__main__":
    main(sys.argv[1:])
