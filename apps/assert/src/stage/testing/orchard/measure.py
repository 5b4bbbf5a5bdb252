"""Measures every base package, and every defect, as the stage's jobs do.

Usage: python measure.py FACTS.json OUTPUT.json bases|defects. With `bases` the defects are left out. The output holds the measurements and the digests of the files.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

from defects import DEFECTS, RUNS, SCORE, TABLES
from mle_env.audit.audit import audit
from mle_env.audit.metric import metric
from mle_env.audit.rebuild import rebuild
from packages import BASES, base_package


def measured(root: Path, parts: str, facts: dict[str, object]) -> dict[str, object]:
    """The measurements of one package, as the stage's jobs make them."""
    source, output = root.parent, Path(tempfile.mkdtemp(dir=root.parent))
    found: dict[str, object] = {"audit": audit({"facts": facts, "tables": parts in (TABLES, "all")}, source, output)}
    if parts in (SCORE, "all"):
        found["metric"] = metric(facts, source, output)
    if parts in (RUNS, "all"):
        asked = {"again": True, "id": facts["id"], "target": facts["target"]}
        runs = []
        for number in range(2):
            place = root.parent / f"run{number}"
            shutil.copytree(root, place / "package")
            shutil.copytree(root / "raw", place / "raw")
            target = place / "output"
            target.mkdir()
            if number == 1:
                seeded(place, asked)
            runs.append(rebuild(asked, place, target) if number == 0 else json.loads((place / "result.json").read_text()))
        found["rebuilds"] = runs
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    found["files"] = {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return found


def seeded(place: Path, asked: dict[str, object]) -> None:
    """The second run is a process of its own with another hash seed."""
    import os
    import subprocess

    program = "import json, sys, pathlib; from mle_env.audit.rebuild import rebuild; place = pathlib.Path(sys.argv[1]); (place / 'result.json').write_text(json.dumps(rebuild(json.loads(sys.argv[2]), place, place / 'output')))"
    subprocess.run(
        [sys.executable, "-c", program, str(place), json.dumps(asked)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "4242", "TZ": "Pacific/Chatham"},
    )


def main(facts: dict[str, dict[str, object]], output: Path, which: str) -> None:
    found: dict[str, dict[str, object]] = {"bases": {}, "defects": {}}
    with tempfile.TemporaryDirectory() as folder:
        for name in BASES:
            root = Path(folder) / name / "package"
            base_package(root, name, str(facts[name]["canary"]))
            found["bases"][name] = measured(root, "all", facts[name])
        for number, (title, (rule, base, parts, change, *changed)) in enumerate(DEFECTS.items() if which == "defects" else ()):
            root = Path(folder) / f"defect{number}" / "package"
            shutil.copytree(Path(folder) / base / "package", root)
            change(root)
            found["defects"][title] = {
                "rule": rule,
                "base": base,
                **measured(root, parts, facts[base] | (changed[0] if changed else {})),
            }
    output.write_text(json.dumps(found))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]), sys.argv[3])
