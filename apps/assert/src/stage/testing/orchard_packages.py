"""Sound packages on made data, and what is wrong with each planted copy. Run by planted-defects.spec.ts.

Usage: python orchard_packages.py FACTS.json OUTPUT.json

A defect is a row of DEFECTS: the rule that must catch it, the base package, the measurements that are needed, the
change and, where the package is to be described otherwise, changed facts. The output holds the measurements of every
base and every defect, and the digests of their files.
"""

import hashlib
import json
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from mle_env.audit import audit, metric, rebuild

PREPARE = '''"""Builds the files of the task."""
from pathlib import Path

import numpy as np
import pandas as pd

TARGET, KIND = "{target}", "{kind}"


def prepare(raw: Path, public: Path, private: Path) -> None:
    table = pd.read_csv(raw / "orchard.csv").drop(columns={drop})
    if KIND == "group":
        groups = pd.Series(sorted(table["orchard"].unique())).sample(frac=1, random_state=1)
        in_test = table["orchard"].isin(groups.iloc[: len(groups) * 3 // 10])
    elif KIND == "time":
        in_test = table["day"] > table["day"].quantile(0.7)
    else:
        in_test = pd.Series(np.arange(len(table)) % 10 < 3).sample(frac=1, random_state=1).set_axis(table.index)
    train = table[~in_test].sample(frac=1, random_state=2).reset_index(drop=True)
    test = table[in_test].sample(frac=1, random_state=3).reset_index(drop=True)
    train.insert(0, "id", range(len(train)))
    test.insert(0, "id", range(len(train), len(train) + len(test)))
    public.mkdir(parents=True, exist_ok=True)
    private.mkdir(parents=True, exist_ok=True)
    train.to_csv(public / "train.csv", index=False)
    test.drop(columns=TARGET).to_csv(public / "test.csv", index=False)
    test[["id", TARGET]].to_csv(private / "test_answer.csv", index=False)
    constant = {constant}
    test[["id"]].assign(**{{TARGET: constant}}).to_csv(public / "sample_submission.csv", index=False)
'''

METRIC = '''"""{title} of the predicted {target}. {better} is better."""
import numpy as np
import pandas as pd

{helper}

class InvalidSubmissionError(Exception):
    """The submission cannot be scored."""


class OrchardMetrics:
    def __init__(self, higher_is_better: bool = {higher}):
        self.higher_is_better = higher_is_better

    def evaluate(self, y_true: pd.DataFrame, y_pred: pd.DataFrame) -> float:
        self.validate_submission(y_pred, y_true)
        true = y_true.set_index(pd.to_numeric(y_true["id"]))["{target}"]
        pred = y_pred.set_index(pd.to_numeric(y_pred["id"]))["{target}"].reindex(true.index)
        {formula}

    def validate_submission(self, submission: pd.DataFrame, ground_truth: pd.DataFrame) -> str:
        if list(submission.columns) != ["id", "{target}"] or len(submission) != len(ground_truth):
            raise InvalidSubmissionError("columns must be id,{target} with one row for each row of test.csv")
        ids = pd.to_numeric(submission["id"], errors="coerce")
        if ids.duplicated().any() or set(ids) != set(pd.to_numeric(ground_truth["id"])):
            raise InvalidSubmissionError("the ids are not those of test.csv")
        {check}
        return "Submission is valid."
'''

RMSE = {
    "title": "Root mean squared error",
    "better": "Lower",
    "higher": "False",
    "helper": "",
    "formula": "return float(np.sqrt(np.mean((pred.astype(float) - true) ** 2)))",
    "check": 'values = pd.to_numeric(submission["{target}"], errors="coerce").to_numpy(float)\n        if not np.isfinite(values).all() or (np.abs(values) > 1e9).any():\n            raise InvalidSubmissionError("{target} must be a finite number in every row")',
}
F1 = {
    "title": "Macro-averaged F1",
    "better": "Higher",
    "higher": "True",
    "helper": 'from sklearn.metrics import f1_score\n\nCLASSES = ["bad", "fair", "good"]\n',
    "formula": 'return float(f1_score(true.astype(str), pred.astype(str), labels=CLASSES, average="macro", zero_division=0))',
    "check": 'if not submission["{target}"].astype(str).isin(CLASSES).all():\n            raise InvalidSubmissionError("{target} must be a class in every row")',
}

DESCRIPTION = """# Harvest of orchards
Predict {target} from the other columns of `train.csv` for the rows of `test.csv`; `sample_submission.csv` shows the form.
{title} ({metric}): {better} is better. Write `submission.csv` with the header `id,{target}`.
"""


def orchard_table() -> pd.DataFrame:
    """1,200 trees of 400 orchards: the yield follows from age, water and soil, and every orchard has its own luck."""
    random = np.random.default_rng(4)
    rows = 1_200
    orchard = random.integers(0, 400, rows)
    luck = random.normal(0, 2, 400)
    age, water = random.integers(2, 40, rows), random.uniform(5, 60, rows).round(1)
    soil = random.choice(["clay", "loam", "sand"], rows)
    day = np.sort(random.uniform(0, 900, rows)).round(2)
    harvest = (0.6 * age + 0.3 * water + np.where(soil == "loam", 6, 0) + luck[orchard] + random.normal(0, 9, rows)).round(3)
    quality = pd.cut(harvest, [-np.inf, 18, 30, np.inf], labels=["bad", "fair", "good"]).astype(str)
    wind = np.where(random.random(rows) < 0.15, np.nan, random.uniform(0, 9, rows).round(2))
    return pd.DataFrame(
        {
            "orchard": [f"O{n:03d}" for n in orchard],
            "day": day,
            "age": age,
            "water": water,
            "soil": soil,
            "wind": wind,
            "spacing": random.uniform(2, 6, rows).round(2),
            "height": random.uniform(1, 7, rows).round(2),
            "harvest": harvest,
            "quality": quality,
        }
    )


def base_package(root: Path, name: str) -> None:
    """Writes one sound package; `name` is group, time or classes."""
    target = "quality" if name == "classes" else "harvest"
    drop = ["harvest", "orchard", "day"] if name == "classes" else ["quality", "day"] if name == "group" else ["quality", "orchard"]
    words = F1 if name == "classes" else RMSE
    filled = {key: value.replace("{target}", target) for key, value in words.items()}
    constant = "train[TARGET].mode().iloc[0]" if name == "classes" else "round(float(train[TARGET].mean()), 4)"
    (root / "raw").mkdir(parents=True)
    (root / "utils").mkdir()
    orchard_table().to_csv(root / "raw" / "orchard.csv", index=False)
    (root / "utils" / "prepare.py").write_text(PREPARE.format(target=target, kind=name, drop=drop, constant=constant))
    (root / "utils" / "metric.py").write_text(METRIC.format(target=target, **filled))
    (root / "ATTRIBUTION").write_text("Made for a test.\n")
    prepared(root)
    (root / "data" / "public" / "description.txt").write_text(DESCRIPTION.format(target=target, metric="macro_f1" if name == "classes" else "rmse", **filled))


def prepared(root: Path) -> None:
    scope: dict[str, object] = {}
    exec(compile((root / "utils" / "prepare.py").read_text(), "prepare.py", "exec"), scope)
    scope["prepare"](root / "raw", root / "data" / "public", root / "data" / "private")


# What a defect may change, in short words.
def edit(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / path).read_text()
        assert old in text, f"{old!r} is not in {path}"
        (root / path).write_text(text.replace(old, new))

    return change


def tables(change: Callable[[SimpleNamespace], None]) -> Callable[[Path], None]:
    """Changes the four tables and writes them back."""

    def apply(root: Path) -> None:
        paths = {
            "train": "data/public/train.csv",
            "test": "data/public/test.csv",
            "sample": "data/public/sample_submission.csv",
            "answers": "data/private/test_answer.csv",
        }
        held = SimpleNamespace(**{name: pd.read_csv(root / path) for name, path in paths.items()})
        change(held)
        for name, path in paths.items():
            getattr(held, name).to_csv(root / path, index=False)

    return apply


def both(name: str, value: Callable[[pd.DataFrame, pd.Series], object]) -> Callable[[Path], None]:
    """Adds a column to train and test, made from each row's target."""

    def change(held: SimpleNamespace) -> None:
        target = held.answers.columns[1]
        held.train[name] = value(held.train, held.train[target])
        held.test[name] = value(held.test, held.answers[target])

    return tables(change)


def write(path: str, text: str) -> Callable[[Path], None]:
    return lambda root: (root / path).write_text(text) and None


def copied(source: str, target: str) -> Callable[[Path], None]:
    return lambda root: shutil.copy(root / source, root / target) and None


def set_(held: SimpleNamespace, **frames: pd.DataFrame) -> None:
    for name, frame in frames.items():
        setattr(held, name, frame)


NOISE = np.random.default_rng(8)
CODE, TABLES, SCORE, RUNS = "code", "tables", "metric", "runs"
VALIDATE = 'raise InvalidSubmissionError("columns must be'

ENTITY = {"entities": [{"column": "orchard", "role": "unseen"}]}
ORCHARD_CSV = {"format": "csv", "files": ["orchard.csv"], "encoding": "utf-8", "delimiter": ",", "quote": '"', "header": True, "missing": [""]}

DEFECTS: dict[str, tuple[str, str, str, Callable[[Path], None], dict[str, object]] | tuple[str, str, str, Callable[[Path], None]]] = {
    "an answer file is missing": ("L01", "group", TABLES, lambda root: (root / "utils" / "prepare.py").write_text("") and None),
    "answers lie in public": ("L02", "group", TABLES, copied("data/private/test_answer.csv", "data/public/extra.csv")),
    "a public text names the private folder": ("L02", "group", TABLES, edit("data/public/description.txt", "Predict", "See data/private. Predict")),
    "a link leads out": ("L03", "group", TABLES, lambda root: (root / "data" / "public" / "link.csv").symlink_to("/etc/hostname")),
    "an archive unpacks outside of its folder": (
        "L03",
        "group",
        TABLES,
        lambda root: zipfile.ZipFile(root / "data/public/more.zip", "w").writestr("../../private/x", "1"),
    ),
    "train.csv holds a header and no row": ("L04", "group", TABLES, tables(lambda held: set_(held, train=held.train.head(0)))),
    "a row is wider than the header": (
        "L04",
        "group",
        TABLES,
        lambda root: (root / "data" / "public" / "train.csv").open("a").write("1,2,3,4,5,6,7,8,9,10,11,12,13\n") and None,
    ),
    "a file starts with a byte order mark": (
        "L04",
        "group",
        TABLES,
        lambda root: (root / "data/public/test.csv").write_bytes(b"\xef\xbb\xbf" + (root / "data/public/test.csv").read_bytes()) and None,
    ),
    "the description names a file that is not there": (
        "L05",
        "group",
        TABLES,
        edit("data/public/description.txt", "`test.csv`", "`test.csv` and `weather.csv`"),
    ),
    "prepare takes its folders in another order": (
        "L06",
        "group",
        CODE,
        edit("utils/prepare.py", "raw: Path, public: Path, private: Path", "raw: Path, private: Path, public: Path"),
    ),
    "prepare is a stub": ("L06", "group", CODE, write("utils/prepare.py", "def prepare(raw, public, private):\n    raise NotImplementedError\n")),
    "prepare only prints": ("L06", "group", CODE, write("utils/prepare.py", "def prepare(raw, public, private):\n    print('preparing')\n    print('done')\n")),
    "prepare.py reads a table when it is imported": (
        "L06",
        "group",
        CODE,
        edit("utils/prepare.py", "TARGET, KIND =", "TABLE = pd.read_csv('orchard.csv')\nTARGET, KIND ="),
    ),
    "two classes end in Metrics": (
        "L07",
        "group",
        SCORE,
        lambda root: (root / "utils/metric.py").open("a").write("\n\nclass AMetrics(OrchardMetrics):\n    pass\n") and None,
    ),
    "the metric needs an argument": ("L07", "group", SCORE, edit("utils/metric.py", "higher_is_better: bool = False", "higher_is_better: bool")),
    "prepare shuffles without a seed": ("L09", "group", CODE, edit("utils/prepare.py", "random_state=2", "")),
    "prepare reads the clock": ("L09", "group", CODE, edit("utils/prepare.py", "    table = ", "    import time\n    print(time.time())\n    table = ")),
    "the metric reads the environment": (
        "L09",
        "group",
        CODE,
        edit("utils/metric.py", "import numpy as np", "from os import environ as seen\nimport numpy as np\nLIMIT = seen.get('LIMIT')"),
    ),
    "prepare reads the clock under another name": (
        "L09",
        "group",
        CODE,
        edit("utils/prepare.py", "    table = ", "    from time import time as when\n    print(when())\n    table = "),
    ),
    "prepare draws from numpy without a seed": (
        "L09",
        "group",
        CODE,
        edit("utils/prepare.py", "    constant = ", "    print(np.random.standard_normal(3))\n    constant = "),
    ),
    "prepare folds without a seed": (
        "L09",
        "group",
        CODE,
        edit("utils/prepare.py", "    constant = ", "    from sklearn.model_selection import KFold\n    print(KFold(5, shuffle=True))\n    constant = "),
    ),
    "prepare reads from the network": ("L09", "group", CODE, edit("utils/prepare.py", 'raw / "orchard.csv"', "'https://example.org/orchard.csv'")),
    "two runs of prepare differ": ("D01", "group", RUNS, edit("utils/prepare.py", "random_state=2", "random_state=np.random.default_rng()")),
    "prepare depends on the order of a set": (
        "D02",
        "group",
        RUNS,
        edit(
            "utils/prepare.py",
            "    constant = ",
            "    train = train[['id', *{name for name in train.columns if name != 'id'}]]\n    train.to_csv(public / 'train.csv', index=False)\n    constant = ",
        ),
    ),
    "prepare changes the raw file": (
        "D03",
        "group",
        RUNS,
        edit("utils/prepare.py", "    constant = ", "    (raw / 'orchard.csv').write_text('gone')\n    constant = "),
    ),
    "prepare adds to what it finds": (
        "D04",
        "group",
        RUNS,
        edit("utils/prepare.py", "    train.to_csv", "    table.describe().to_csv(public / f'summary{len(list(public.iterdir()))}.csv')\n    train.to_csv"),
    ),
    "the score depends on the process": ("D05", "group", "all", edit("utils/metric.py", "return float(", "return hash('harvest') % 1_000_003 * 1e-3 + float(")),
    "the metric remembers earlier calls": (
        "D05",
        "group",
        SCORE,
        edit("utils/metric.py", "return float(", "self.calls = getattr(self, 'calls', 0) + 1\n        return self.calls * 1e-3 + float("),
    ),
    "prepare does not end well": ("D06", "group", RUNS, edit("utils/prepare.py", "    constant = ", "    raise OSError('no network')\n    constant = ")),
    "ids of sample and test differ": ("S01", "group", TABLES, tables(lambda held: held.sample.__setitem__("id", held.sample["id"] + 1))),
    "test.csv lacks the id": ("S01", "group", TABLES, tables(lambda held: set_(held, test=held.test.drop(columns="id")))),
    "an id of test is in train": (
        "S02",
        "group",
        TABLES,
        tables(lambda held: held.train.__setitem__("id", [held.test["id"].iloc[0], *held.train["id"].iloc[1:]])),
    ),
    "the target is in test": ("S03", "group", TABLES, tables(lambda held: held.test.__setitem__("harvest", held.answers["harvest"]))),
    "a column is the target but for gaps": (
        "S03",
        "group",
        TABLES,
        tables(lambda held: held.test.__setitem__("weight", (held.answers["harvest"] * 3 + 1).where(held.test.index % 9 > 0))),
    ),
    "a column says the target in other words": (
        "S03",
        "classes",
        TABLES,
        both("grade", lambda table, target: target.map({"bad": "C", "fair": "B", "good": "A"})),
    ),
    "another public file gives the answers by a join": (
        "S04",
        "group",
        TABLES,
        lambda root: pd.read_csv(root / "data/private/test_answer.csv").assign(more=1).to_csv(root / "data/public/weather.csv", index=False),
    ),
    "public notes give the answers by a join": (
        "S04",
        "classes",
        TABLES,
        lambda root: (
            pd.read_csv(root / "data/private/test_answer.csv")
            .replace({"bad": "C", "fair": "B", "good": "A"})
            .to_json(root / "data/public/notes.jsonl", orient="records", lines=True)
        ),
    ),
    "a column stands in train only": ("S05", "group", TABLES, tables(lambda held: held.train.__setitem__("picked_on", 1))),
    "texts of the test rows stand in train": ("S06", "classes", TABLES, tables(lambda held: notes(held, 0.1)), {"text": ["note"]}),
    "texts of the test rows stand in train in other case": ("S07", "classes", TABLES, tables(lambda held: notes(held, 0.04, shout=True)), {"text": ["note"]}),
    "a tenth of the test rows stands in train": (
        "S06",
        "group",
        TABLES,
        tables(lambda held: set_(held, train=pd.concat([held.train, held.test.head(80).merge(held.answers, on="id").assign(id=range(90_000, 90_080))]))),
    ),
    "an orchard is in train and in test": (
        "S08",
        "group",
        TABLES,
        tables(lambda held: held.train.__setitem__("orchard", [held.test["orchard"].iloc[0], *held.train["orchard"].iloc[1:]])),
    ),
    "orchards that are to be new in use are split by row": (
        "S08",
        "time",
        TABLES,
        both("orchard", lambda table, target: [f"O{row % 90}" for row in table["id"]]),
        ENTITY,
    ),
    "an undeclared entity gives its rows away": ("S08", "classes", TABLES, lambda root: undeclared(root)),
    "a test row is older than a train row": ("S09", "time", TABLES, tables(lambda held: held.test.__setitem__("day", [0.0, *held.test["day"].iloc[1:]]))),
    "test rows are sorted by their answers": ("S10", "group", TABLES, tables(lambda held: sort_test(held))),
    "ids go with the target": ("S11", "group", TABLES, tables(lambda held: ids_by_target(held))),
    "pictures are filed by their class": ("S12", "classes", TABLES, lambda root: pictures(root)),
    "missing cells give the target": ("S13", "classes", TABLES, lambda root: telling_gaps(root)),
    "the target is another column in another unit": ("S14", "group", TABLES, both("harvest_lb", lambda table, target: (2.20462 * target).round(3))),
    "one column all but gives the target": (
        "S14",
        "group",
        TABLES,
        both("scale_reading", lambda table, target: target + np.random.default_rng(1).normal(0, 0.2, len(target))),
    ),
    "half of the labelled rows are left out": (
        "S15",
        "group",
        TABLES,
        tables(lambda held: set_(held, train=held.train.iloc[::2])),
        {"reader": ORCHARD_CSV, "column": "harvest"},
    ),
    "a class is common in train and rare in test": ("S18", "classes", TABLES, tables(lambda held: skewed(held))),
    "a column tells test rows from train rows": ("S21", "classes", TABLES, tables(lambda held: held.test.__setitem__("height", held.test["height"] + 3))),
    "prepare scales before it splits": (
        "S25",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            "    constant = ",
            "    from sklearn.preprocessing import StandardScaler\n    StandardScaler().fit(table[['age']])\n    split = next(iter([table]))\n    constant = ",
        ),
    ),
    "growers leave their addresses": ("S27", "group", TABLES, both("grower", lambda table, target: [f"grower{row}@example.org" for row in table["id"]])),
    "a class of the test data is not in train": ("S17", "classes", TABLES, tables(lambda held: set_(held, train=held.train[held.train["quality"] != "good"]))),
    "a class has three test rows": ("S17", "classes", TABLES, tables(lambda held: rare_class(held))),
    "the target has five values": ("S19", "group", TABLES, tables(lambda held: coarse(held))),
    "the test set has 40 rows of 4 orchards": ("S20", "group", TABLES, tables(lambda held: few(held))),
    "a column is a number in train and a text in test": (
        "S22",
        "group",
        TABLES,
        tables(lambda held: held.test.__setitem__("age", "about " + held.test["age"].astype(str))),
    ),
    "rows name pictures that are not there": ("S23", "group", TABLES, both("photo", lambda table, target: [f"{row}.jpg" for row in table["id"]])),
    "train.csv lacks the target": ("S24", "group", TABLES, tables(lambda held: set_(held, train=held.train.drop(columns="harvest")))),
    "an answer is no number": ("S24", "group", TABLES, tables(lambda held: held.answers.__setitem__("harvest", ["much", *held.answers["harvest"].iloc[1:]]))),
    "an answer is infinite": ("S24", "group", TABLES, tables(lambda held: held.answers.__setitem__("harvest", [np.inf, *held.answers["harvest"].iloc[1:]]))),
    "answers come twice": ("S01", "group", TABLES, tables(lambda held: set_(held, answers=pd.concat([held.answers, held.answers])))),
    "an answer is missing": ("S24", "group", TABLES, tables(lambda held: held.answers.__setitem__("harvest", [None, *held.answers["harvest"].iloc[1:]]))),
    "the sample has another column": ("A01", "group", TABLES, tables(lambda held: set_(held, sample=held.sample.rename(columns={"harvest": "prediction"})))),
    "the sample holds the answers": ("A02", "classes", SCORE, tables(lambda held: set_(held, sample=held.answers.copy()))),
    "the sample holds what is no class": ("A03", "classes", TABLES, tables(lambda held: held.sample.__setitem__("quality", "excellent"))),
    "the sample is better than a constant": ("A04", "group", SCORE, tables(lambda held: held.sample.__setitem__("harvest", held.answers["harvest"] + 1.0))),
    "the sample is a little better than a constant": (
        "A04",
        "group",
        SCORE,
        tables(lambda held: held.sample.__setitem__("harvest", held.sample["harvest"] + 0.25 * (held.answers["harvest"] - held.sample["harvest"]))),
    ),
    "the sample holds the answers in another order": (
        "A05",
        "classes",
        SCORE,
        tables(lambda held: held.sample.__setitem__("quality", held.answers["quality"].sample(frac=1, random_state=5).to_numpy())),
    ),
    "the answers hold an input": ("A06", "group", TABLES, tables(lambda held: held.answers.__setitem__("age", held.test["age"]))),
    "the sample is not accepted": ("A04", "group", SCORE, tables(lambda held: set_(held, sample=held.sample.iloc[1:]))),
    "a perfect submission does not score the optimum": ("M01", "group", SCORE, edit("utils/metric.py", "return float(np", "return 0.1 + float(np")),
    "the score falls where it must rise": ("M02", "classes", SCORE, edit("utils/metric.py", "return float(f1", "return 2 - float(f1")),
    "cells that are no numbers are scored": ("M03", "group", SCORE, edit("utils/metric.py", "if not np.isfinite(values).all() or ", "if ")),
    "repeated and unknown ids are scored": (
        "M04",
        "group",
        SCORE,
        edit("utils/metric.py", 'if ids.duplicated().any() or set(ids) != set(pd.to_numeric(ground_truth["id"])):', "if False:"),
    ),
    "rows are compared by place": (
        "M05",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            'pred = y_pred.set_index(pd.to_numeric(y_pred["id"]))["harvest"].reindex(true.index)',
            'pred = pd.Series(y_pred["harvest"].to_numpy(), index=true.index)',
        ),
    ),
    "ids as texts are lost": (
        "M06",
        "group",
        SCORE,
        edit("utils/metric.py", 'pred = y_pred.set_index(pd.to_numeric(y_pred["id"]))', 'pred = y_pred.set_index(y_pred["id"])'),
    ),
    "a constant gets the optimum": (
        "M07",
        "group",
        SCORE,
        edit("utils/metric.py", "return float(np.sqrt", "return 0.0 if pred.nunique() == 1 else float(np.sqrt"),
    ),
    "every submission gets the same score": (
        "M08",
        "group",
        SCORE,
        edit("utils/metric.py", "return float(np.sqrt(np.mean((pred.astype(float) - true) ** 2)))", "return 0.0"),
    ),
    "the metric changes the answers": (
        "M09",
        "group",
        SCORE,
        edit("utils/metric.py", "self.validate_submission(y_pred, y_true)", "self.validate_submission(y_pred, y_true)\n        y_true.iloc[0, 1] = 0"),
    ),
    "the metric writes a file": (
        "M09",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            "self.validate_submission(y_pred, y_true)",
            "self.validate_submission(y_pred, y_true)\n        open(__file__ + '.score', 'w').close()",
        ),
    ),
    "the metric sets the global seed": (
        "M09",
        "group",
        SCORE,
        edit("utils/metric.py", "self.validate_submission(y_pred, y_true)", "self.validate_submission(y_pred, y_true)\n        np.random.seed(0)"),
    ),
    "an error text tells how near the first answer is": (
        "M10",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            'raise InvalidSubmissionError("the ids are not those of test.csv")',
            "raise InvalidSubmissionError(f\"code {ground_truth['harvest'].iloc[0] * 7:.0f}\")",
        ),
    ),
    "an error text tells an answer": (
        "M10",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            'raise InvalidSubmissionError("the ids are not those of test.csv")',
            'raise InvalidSubmissionError(f"not like {ground_truth.head(9).to_csv()}")',
        ),
    ),
    "a hostile submission is scored": ("M11", "group", SCORE, edit("utils/metric.py", "np.isfinite(values).all()", "np.isfinite(values[1:]).all()")),
    "the score is not a number": (
        "M08",
        "group",
        SCORE,
        edit("utils/metric.py", "return float(np.sqrt", "return float('nan') if pred.iloc[0] != true.iloc[0] else float(np.sqrt"),
    ),
    "the score is a numpy number": (
        "M12",
        "group",
        SCORE,
        edit(
            "utils/metric.py", "return float(np.sqrt(np.mean((pred.astype(float) - true) ** 2)))", "return np.sqrt(np.mean((pred.astype(float) - true) ** 2))"
        ),
    ),
}


def undeclared(root: Path) -> None:
    """A farm that no entity names: its rows share their quality and a handful of measurements."""
    random = np.random.default_rng(2)
    train, test = pd.read_csv(root / "data/public/train.csv"), pd.read_csv(root / "data/public/test.csv")
    answers = pd.read_csv(root / "data/private/test_answer.csv")
    qualities = random.choice(["bad", "fair", "good"], 100)
    marks = random.uniform(0, 1, (100, 3)).round(6)
    for table in (train, test):
        farm = random.integers(0, 100, len(table))
        table["farm"] = [f"farm {n}" for n in farm]
        for place, name in enumerate(("slope", "shade", "acid")):
            table[name] = marks[farm, place]
        if table is train:
            table["quality"] = qualities[farm]
        else:
            answers["quality"] = qualities[farm]
    train.to_csv(root / "data/public/train.csv", index=False)
    test.to_csv(root / "data/public/test.csv", index=False)
    answers.to_csv(root / "data/private/test_answer.csv", index=False)


def notes(held: SimpleNamespace, share: float, shout: bool = False) -> None:
    """A text for each row; a share of the test rows repeats one of train."""
    random = np.random.default_rng(6)
    words = np.array("leaf bark moss frost bloom wasp ladder crate graft shade ditch hail".split())
    for table in (held.train, held.test):
        table["note"] = [" ".join(random.choice(words, 9)) for _ in range(len(table))]
    again = held.test.index[: int(share * len(held.test))]
    texts = held.train["note"].iloc[: len(again)].str.upper() if shout else held.train["note"].iloc[: len(again)]
    held.test.loc[again, "note"] = texts.to_numpy()
    held.train, held.test = held.train[["id", "quality", "note"]], held.test[["id", "note"]]


def pictures(root: Path) -> None:
    """A picture for each row, in a folder named for its class."""

    def change(held: SimpleNamespace) -> None:
        for side, table, target in (("train", held.train, held.train["quality"]), ("test", held.test, held.answers["quality"])):
            table["photo"] = [f"{side}/{label}/{row}.jpg" for row, label in zip(table["id"], target)]

    tables(change)(root)
    for label in ("bad", "fair", "good"):
        (root / "data/public/test" / label).mkdir(parents=True)
    for name in pd.read_csv(root / "data/public/test.csv")["photo"]:
        (root / "data/public" / name).write_bytes(b"x")


def skewed(held: SimpleNamespace) -> None:
    """Every second good row of test becomes a fair one."""
    good = held.answers.index[held.answers["quality"] == "good"]
    held.answers.loc[good[::2], "quality"] = "fair"


def sort_test(held: SimpleNamespace) -> None:
    order = held.answers["harvest"].argsort(kind="stable")
    for name in ("test", "answers", "sample"):
        table = getattr(held, name).iloc[order].reset_index(drop=True)
        setattr(held, name, table)


def ids_by_target(held: SimpleNamespace) -> None:
    """New ids in the order of the target, rows left where they are."""
    held.train["id"] = held.train["harvest"].rank(method="first").astype(int)
    fresh = 10_000 + held.answers["harvest"].rank(method="first").astype(int)
    for name in ("test", "answers", "sample"):
        getattr(held, name)["id"] = fresh.to_numpy()


def telling_gaps(root: Path) -> None:
    def change(held: SimpleNamespace) -> None:
        for table, target in ((held.train, held.train["quality"]), (held.test, held.answers["quality"])):
            table["spacing"] = table["spacing"].where(target != "good")
            table["height"] = table["height"].where(target != "bad")

    tables(change)(root)


def rare_class(held: SimpleNamespace) -> None:
    good = held.answers.index[held.answers["quality"] == "good"]
    held.answers.loc[good[3:], "quality"] = "fair"


def coarse(held: SimpleNamespace) -> None:
    for table in (held.train, held.answers):
        table["harvest"] = (table["harvest"] / 12).round().clip(0, 4) * 12


def few(held: SimpleNamespace) -> None:
    for name in ("test", "answers", "sample"):
        setattr(held, name, getattr(held, name).head(40))


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

    program = "import json, sys, pathlib; from mle_env.audit import rebuild; place = pathlib.Path(sys.argv[1]); (place / 'result.json').write_text(json.dumps(rebuild(json.loads(sys.argv[2]), place, place / 'output')))"
    subprocess.run(
        [sys.executable, "-c", program, str(place), json.dumps(asked)], check=True, env={**os.environ, "PYTHONHASHSEED": "4242", "TZ": "Pacific/Chatham"}
    )


def main(facts: dict[str, dict[str, object]], output: Path) -> None:
    found: dict[str, dict[str, object]] = {"bases": {}, "defects": {}}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("group", "time", "classes"):
            root = Path(folder) / name / "package"
            base_package(root, name)
            found["bases"][name] = measured(root, "all", facts[name])
        for number, (title, (rule, base, parts, change, *changed)) in enumerate(DEFECTS.items()):
            root = Path(folder) / f"defect{number}" / "package"
            shutil.copytree(Path(folder) / base / "package", root)
            change(root)
            found["defects"][title] = {"rule": rule, "base": base, **measured(root, parts, facts[base] | (changed[0] if changed else {}))}
    output.write_text(json.dumps(found))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
