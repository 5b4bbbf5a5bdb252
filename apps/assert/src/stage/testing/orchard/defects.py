"""The planted defects.

A row: the rule that must catch it, the base package, the measurements that are needed, the change and, where the
package is to be described otherwise, changed facts.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from changes import (
    NOISE,
    both,
    coarse,
    copied,
    edit,
    few,
    happened,
    ids_by_target,
    jittered,
    notes,
    pictures,
    quoted,
    rare_class,
    reworded,
    set_,
    skewed,
    sort_test,
    tables,
    tables_beside,
    telling_gaps,
    telling_sample,
    told_twice,
    undeclared,
    write,
)
from notations import kinds, letters, marked, named, numbers, offsets

CODE, TABLES, SCORE, RUNS = "code", "tables", "metric", "runs"
VALIDATE = 'raise InvalidSubmissionError("columns must be'

ENTITY = {"entities": [{"column": "orchard", "role": "unseen"}]}
ORCHARD_CSV = {
    "format": "csv",
    "files": ["orchard.csv"],
    "encoding": "utf-8",
    "delimiter": ",",
    "quote": '"',
    "header": True,
    "missing": [""],
}

DEFECTS: dict[
    str,
    tuple[str, str, str, Callable[[Path], None], dict[str, object]] | tuple[str, str, str, Callable[[Path], None]],
] = {
    "an answer file is missing": (
        "L01",
        "group",
        TABLES,
        lambda root: (root / "utils" / "prepare.py").write_text("") and None,
    ),
    "answers lie in public": (
        "L02",
        "group",
        TABLES,
        copied("data/private/test_answer.csv", "data/public/extra.csv"),
    ),
    "a public text names the private folder": (
        "L02",
        "group",
        TABLES,
        edit("data/public/description.txt", "Predict", "See data/private. Predict"),
    ),
    "a link leads out": (
        "L03",
        "group",
        TABLES,
        lambda root: (root / "data" / "public" / "link.csv").symlink_to("/etc/hostname"),
    ),
    "an archive unpacks outside of its folder": (
        "L03",
        "group",
        TABLES,
        lambda root: zipfile.ZipFile(root / "data/public/more.zip", "w").writestr("../../private/x", "1"),
    ),
    "train.csv holds a header and no row": (
        "L04",
        "group",
        TABLES,
        tables(lambda held: set_(held, train=held.train.head(0))),
    ),
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
        edit(
            "utils/prepare.py",
            "raw: Path, public: Path, private: Path",
            "raw: Path, private: Path, public: Path",
        ),
    ),
    "prepare is a stub": (
        "L06",
        "group",
        CODE,
        write(
            "utils/prepare.py",
            "def prepare(raw, public, private):\n    raise NotImplementedError\n",
        ),
    ),
    "prepare only prints": (
        "L06",
        "group",
        CODE,
        write(
            "utils/prepare.py",
            "def prepare(raw, public, private):\n    print('preparing')\n    print('done')\n",
        ),
    ),
    "prepare.py reads a table when it is imported": (
        "L06",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            "TARGET, KIND =",
            "TABLE = pd.read_csv('orchard.csv')\nTARGET, KIND =",
        ),
    ),
    "two classes end in Metrics": (
        "L07",
        "group",
        SCORE,
        lambda root: (root / "utils/metric.py").open("a").write("\n\nclass AMetrics(OrchardMetrics):\n    pass\n") and None,
    ),
    "the metric needs an argument": (
        "L07",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            "higher_is_better: bool = False",
            "higher_is_better: bool",
        ),
    ),
    "prepare shuffles without a seed": (
        "L09",
        "group",
        CODE,
        edit("utils/prepare.py", "random_state=2", ""),
    ),
    "prepare reads the clock": (
        "L09",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            "    table = ",
            "    import time\n    print(time.time())\n    table = ",
        ),
    ),
    "the metric reads the environment": (
        "L09",
        "group",
        CODE,
        edit(
            "utils/metric.py",
            "import numpy as np",
            "from os import environ as seen\nimport numpy as np\nLIMIT = seen.get('LIMIT')",
        ),
    ),
    "prepare reads the clock under another name": (
        "L09",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            "    table = ",
            "    from time import time as when\n    print(when())\n    table = ",
        ),
    ),
    "prepare draws from numpy without a seed": (
        "L09",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            "    constant = ",
            "    print(np.random.standard_normal(3))\n    constant = ",
        ),
    ),
    "prepare folds without a seed": (
        "L09",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            "    constant = ",
            "    from sklearn.model_selection import KFold\n    print(KFold(5, shuffle=True))\n    constant = ",
        ),
    ),
    "prepare reads from the network": (
        "L09",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            'raw / "orchard.csv"',
            "'https://example.org/orchard.csv'",
        ),
    ),
    "two runs of prepare differ": (
        "D01",
        "group",
        RUNS,
        edit("utils/prepare.py", "random_state=2", "random_state=np.random.default_rng()"),
    ),
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
        edit(
            "utils/prepare.py",
            "    constant = ",
            "    (raw / 'orchard.csv').write_text('gone')\n    constant = ",
        ),
    ),
    "prepare adds to what it finds": (
        "D04",
        "group",
        RUNS,
        edit(
            "utils/prepare.py",
            "    train.to_csv",
            "    table.describe().to_csv(public / f'summary{len(list(public.iterdir()))}.csv')\n    train.to_csv",
        ),
    ),
    "the score depends on the process": (
        "D05",
        "group",
        "all",
        edit(
            "utils/metric.py",
            "return float(",
            "return hash('harvest') % 1_000_003 * 1e-3 + float(",
        ),
    ),
    "the metric remembers earlier calls": (
        "D05",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            "return float(",
            "self.calls = getattr(self, 'calls', 0) + 1\n        return self.calls * 1e-3 + float(",
        ),
    ),
    "prepare does not end well": (
        "D06",
        "group",
        RUNS,
        edit(
            "utils/prepare.py",
            "    constant = ",
            "    raise OSError('no network')\n    constant = ",
        ),
    ),
    "ids of sample and test differ": (
        "S01",
        "group",
        TABLES,
        tables(lambda held: held.sample.__setitem__("id", held.sample["id"] + 1)),
    ),
    "every id of the sample is another": (
        "S01",
        "group",
        "all",
        tables(lambda held: held.sample.__setitem__("id", held.sample["id"] + 1_000_000)),
    ),
    "test.csv lacks the id": (
        "S01",
        "group",
        TABLES,
        tables(lambda held: set_(held, test=held.test.drop(columns="id"))),
    ),
    "an id of test is in train": (
        "S02",
        "group",
        TABLES,
        tables(lambda held: held.train.__setitem__("id", [held.test["id"].iloc[0], *held.train["id"].iloc[1:]])),
    ),
    "the target is in test": (
        "S03",
        "group",
        TABLES,
        tables(lambda held: held.test.__setitem__("harvest", held.answers["harvest"])),
    ),
    "a column is the target but for gaps": (
        "S03",
        "group",
        TABLES,
        tables(
            lambda held: held.test.__setitem__(
                "weight",
                (held.answers["harvest"] * 3 + 1).where(held.test.index % 9 > 0),
            )
        ),
    ),
    "a column says the target in other words": (
        "S03",
        "classes",
        TABLES,
        both(
            "grade",
            lambda table, target: target.map({"bad": "C", "fair": "B", "good": "A"}),
        ),
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
    "a column has the tags without their first letters": (
        "S03",
        "tags",
        TABLES,
        both("marks", lambda table, target: target.map(kinds)),
    ),
    "a column has a number for each tag": (
        "S03",
        "tags",
        TABLES,
        both("codes", lambda table, target: target.map(numbers)),
    ),
    "a column has a letter for each token": (
        "S03",
        "tags",
        TABLES,
        both("code", lambda table, target: target.map(letters)),
    ),
    "a column of test has the tags of nine sentences in ten": (
        "S03",
        "tags",
        TABLES,
        tables(lambda held: held.test.__setitem__("marks", held.answers["tags"].map(kinds).where(held.test.index % 10 > 0))),
    ),
    "a column has the places of the entities": (
        "S03",
        "tags",
        TABLES,
        both("found", lambda table, target: [offsets(tokens, tags) for tokens, tags in zip(table["tokens"], target)]),
    ),
    "a column names the entities by kind": (
        "S03",
        "tags",
        TABLES,
        both("about", lambda table, target: [named(tokens, tags) for tokens, tags in zip(table["tokens"], target)]),
    ),
    "a column has the sentence with its entities marked": (
        "S03",
        "tags",
        TABLES,
        both("html", lambda table, target: [marked(tokens, tags) for tokens, tags in zip(table["tokens"], target)]),
    ),
    "another public file has the places of the entities": (
        "S04",
        "tags",
        TABLES,
        tables_beside(
            "data/public/found.csv",
            lambda held: pd.DataFrame({"row": held.test["id"], "found": [offsets(*pair) for pair in zip(held.test["tokens"], held.answers["tags"])]}),
        ),
    ),
    "an answer lacks the tag of the last token": (
        "S24",
        "tags",
        TABLES,
        tables(lambda held: held.answers.__setitem__("tags", [held.answers["tags"].iloc[0].rpartition(" ")[0], *held.answers["tags"].iloc[1:]])),
    ),
    "a column stands in train only": (
        "S05",
        "group",
        TABLES,
        tables(lambda held: held.train.__setitem__("picked_on", 1)),
    ),
    "test rows stand in train with one number touched": (
        "S06",
        "group",
        TABLES,
        tables(
            lambda held: set_(
                held,
                train=pd.concat(
                    [
                        held.train,
                        held.test.merge(held.answers, on="id").assign(
                            id=lambda rows: rows["id"] + 90_000,
                            age=lambda rows: rows["age"] + 0.001,
                            orchard=lambda rows: rows["orchard"] + "b",
                        ),
                    ]
                ),
            )
        ),
    ),
    "the description quotes the first answers by their ids": (
        "L02",
        "classes",
        TABLES,
        lambda root: (
            (root / "data/public/description.txt").open("a").write(pd.read_csv(root / "data/private/test_answer.csv").head(59).to_csv(index=False)) and None
        ),
    ),
    "the description ends in all answers": (
        "L02",
        "classes",
        TABLES,
        lambda root: (
            (root / "data/public/description.txt").open("a").write("".join(pd.read_csv(root / "data/private/test_answer.csv")["quality"].str[0:4])) and None
        ),
    ),
    "rows of one class are quoted": (
        "S12",
        "classes",
        TABLES,
        lambda root: quoted(root),
    ),
    "the sample writes its numbers as the answers are": (
        "S12",
        "group",
        TABLES,
        lambda root: telling_sample(root),
    ),
    "a number is odd where the class is good": (
        "S14",
        "classes",
        TABLES,
        both(
            "plot",
            lambda table, target: 2 * NOISE.integers(0, 500, len(target)) + (target == "good"),
        ),
    ),
    "the last digit of a number tells the class": (
        "S14",
        "classes",
        TABLES,
        both(
            "yield_index",
            lambda table, target: NOISE.integers(0, 500, len(target)) + target.map({"bad": 0.11, "fair": 0.12, "good": 0.13}),
        ),
    ),
    "texts of the test rows stand in train": (
        "S06",
        "classes",
        TABLES,
        tables(lambda held: notes(held, 0.1)),
        {"text": ["note"]},
    ),
    "texts of the test rows stand in train in other case": (
        "S07",
        "classes",
        TABLES,
        tables(lambda held: notes(held, 0.04, shout=True)),
        {"text": ["note"]},
    ),
    "test texts are train texts but for a word": (
        "S07",
        "classes",
        TABLES,
        tables(reworded),
        {"text": ["note"]},
    ),
    "test rows are train rows but for the last digits": ("S07", "classes", TABLES, tables(jittered)),
    "a tenth of the test rows stands in train": (
        "S06",
        "group",
        TABLES,
        tables(
            lambda held: set_(
                held,
                train=pd.concat(
                    [
                        held.train,
                        held.test.head(80).merge(held.answers, on="id").assign(id=range(90_000, 90_080)),
                    ]
                ),
            )
        ),
    ),
    "an orchard is in train and in test": (
        "S08",
        "group",
        TABLES,
        tables(
            lambda held: held.train.__setitem__(
                "orchard",
                [held.test["orchard"].iloc[0], *held.train["orchard"].iloc[1:]],
            )
        ),
    ),
    "orchards that are to be new in use are split by row": (
        "S08",
        "time",
        TABLES,
        both("orchard", lambda table, target: [f"O{row % 90}" for row in table["id"]]),
        ENTITY,
    ),
    "a name tells which train row a test row is about": (
        "S08",
        "time",
        TABLES,
        told_twice,
    ),
    "an undeclared entity gives its rows away": (
        "S08",
        "classes",
        TABLES,
        lambda root: undeclared(root),
    ),
    "a test row is older than a train row": (
        "S09",
        "time",
        TABLES,
        tables(lambda held: held.test.__setitem__("day", [0.0, *held.test["day"].iloc[1:]])),
    ),
    "test rows are sorted by their answers": (
        "S10",
        "group",
        TABLES,
        tables(lambda held: sort_test(held)),
    ),
    "ids go with the target": (
        "S11",
        "group",
        TABLES,
        tables(lambda held: ids_by_target(held)),
    ),
    "pictures are filed by their class": (
        "S12",
        "classes",
        TABLES,
        lambda root: pictures(root),
    ),
    "missing cells give the target": (
        "S13",
        "classes",
        TABLES,
        lambda root: telling_gaps(root),
    ),
    "the target is another column in another unit": (
        "S14",
        "group",
        TABLES,
        both("harvest_lb", lambda table, target: (2.20462 * target).round(3)),
    ),
    "a total so far gives each row its share": (
        "S14",
        "group",
        TABLES,
        both("harvest_so_far", lambda table, target: (target + 50).groupby(table["orchard"]).cumsum().round(3)),
    ),
    "a text lists the answer among other numbers": (
        "S14",
        "group",
        TABLES,
        both("ledger", lambda table, target: [f"{NOISE.integers(1, 400)} of {value:g} by {NOISE.integers(1, 400)}" for value in target]),
    ),
    "one column all but gives the target": (
        "S14",
        "group",
        TABLES,
        both(
            "scale_reading",
            lambda table, target: target + np.random.default_rng(1).normal(0, 0.2, len(target)),
        ),
    ),
    "half of the labelled rows are left out": (
        "S15",
        "group",
        TABLES,
        tables(lambda held: set_(held, train=held.train.iloc[::2])),
        {"reader": ORCHARD_CSV, "column": "harvest"},
    ),
    "a class is common in train and rare in test": (
        "S18",
        "classes",
        TABLES,
        tables(lambda held: skewed(held)),
    ),
    "a column tells test rows from train rows": (
        "S21",
        "classes",
        TABLES,
        tables(lambda held: held.test.__setitem__("height", held.test["height"] + 3)),
    ),
    "prepare scales before it splits": (
        "S25",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            '    if KIND == "group":',
            '    from sklearn.preprocessing import StandardScaler\n    StandardScaler().fit(table[["age"]])\n    if KIND == "group":',
        ),
    ),
    "prepare divides by the spread of the whole table": (
        "S25",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            '    if KIND == "group":',
            '    table["water"] = (table["water"] - table["water"].mean()) / table["water"].std()\n    if KIND == "group":',
        ),
    ),
    "prepare encodes a category by the target of all rows": (
        "S25",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            '    if KIND == "group":',
            '    table["soil"] = table["soil"].map(table.groupby("soil")[TARGET].mean())\n    if KIND == "group":',
        ),
    ),
    "prepare fills gaps with the median of the whole table": (
        "S25",
        "group",
        CODE,
        edit(
            "utils/prepare.py",
            '    if KIND == "group":',
            '    table["wind"] = table["wind"].fillna(table["wind"].median())\n    if KIND == "group":',
        ),
    ),
    "growers leave their telephone numbers": (
        "S27",
        "group",
        TABLES,
        both("grower", lambda table, target: [f"call +44 20 7946 {row % 9000 + 1000}" for row in table["id"]]),
    ),
    "a key is left in a cell": (
        "S27",
        "group",
        TABLES,
        tables(lambda held: held.test.__setitem__("soil", ["AKIA" + "Q7" * 8, *held.test["soil"].iloc[1:]])),
    ),
    "growers leave their addresses": (
        "S27",
        "group",
        TABLES,
        both(
            "grower",
            lambda table, target: [f"grower{row}@example.org" for row in table["id"]],
        ),
    ),
    "a class of the test data is not in train": (
        "S17",
        "classes",
        TABLES,
        tables(lambda held: set_(held, train=held.train[held.train["quality"] != "good"])),
    ),
    "a class has three test rows": (
        "S17",
        "classes",
        TABLES,
        tables(lambda held: rare_class(held)),
    ),
    "the target has five values": (
        "S19",
        "group",
        TABLES,
        tables(lambda held: coarse(held)),
    ),
    "the test set has 40 rows of 4 orchards": (
        "S20",
        "group",
        TABLES,
        tables(lambda held: few(held)),
    ),
    "a column is a number in train and a text in test": (
        "S22",
        "group",
        TABLES,
        tables(lambda held: held.test.__setitem__("age", "about " + held.test["age"].astype(str))),
    ),
    "rows name pictures that are not there": (
        "S23",
        "group",
        TABLES,
        both("photo", lambda table, target: [f"{row}.jpg" for row in table["id"]]),
    ),
    "train.csv lacks the target": (
        "S24",
        "group",
        TABLES,
        tables(lambda held: set_(held, train=held.train.drop(columns="harvest"))),
    ),
    "an answer is no number": (
        "S24",
        "group",
        TABLES,
        tables(lambda held: held.answers.__setitem__("harvest", ["much", *held.answers["harvest"].iloc[1:]])),
    ),
    "an answer is infinite": (
        "S24",
        "group",
        TABLES,
        tables(lambda held: held.answers.__setitem__("harvest", [np.inf, *held.answers["harvest"].iloc[1:]])),
    ),
    "answers come twice": (
        "S01",
        "group",
        TABLES,
        tables(lambda held: set_(held, answers=pd.concat([held.answers, held.answers]))),
    ),
    "an answer is missing": (
        "S24",
        "group",
        TABLES,
        tables(lambda held: held.answers.__setitem__("harvest", [None, *held.answers["harvest"].iloc[1:]])),
    ),
    "the sample has another column": (
        "A01",
        "group",
        TABLES,
        tables(lambda held: set_(held, sample=held.sample.rename(columns={"harvest": "prediction"}))),
    ),
    "the sample holds the answers": (
        "A02",
        "classes",
        SCORE,
        tables(lambda held: set_(held, sample=held.answers.copy())),
    ),
    "the sample holds what is no class": (
        "A03",
        "classes",
        TABLES,
        tables(lambda held: held.sample.__setitem__("quality", "excellent")),
    ),
    "the sample is better than a constant": (
        "A04",
        "group",
        SCORE,
        tables(lambda held: held.sample.__setitem__("harvest", held.answers["harvest"] + 1.0)),
    ),
    "the sample is a little better than a constant": (
        "A04",
        "group",
        SCORE,
        tables(
            lambda held: held.sample.__setitem__(
                "harvest",
                held.sample["harvest"] + 0.25 * (held.answers["harvest"] - held.sample["harvest"]),
            )
        ),
    ),
    "the sample holds the answers in another order": (
        "A05",
        "classes",
        SCORE,
        tables(
            lambda held: held.sample.__setitem__(
                "quality",
                held.answers["quality"].sample(frac=1, random_state=5).to_numpy(),
            )
        ),
    ),
    "the answers hold an input": (
        "A06",
        "group",
        TABLES,
        tables(lambda held: held.answers.__setitem__("age", held.test["age"])),
    ),
    "the sample is not accepted": (
        "A04",
        "group",
        SCORE,
        tables(lambda held: set_(held, sample=held.sample.iloc[1:])),
    ),
    "a perfect submission does not score the optimum": (
        "M01",
        "group",
        SCORE,
        edit("utils/metric.py", "return float(np", "return 0.1 + float(np"),
    ),
    "the score falls where it must rise": (
        "M02",
        "classes",
        SCORE,
        edit("utils/metric.py", "return float(f1", "return 2 - float(f1"),
    ),
    "cells that are no numbers are scored": (
        "M03",
        "group",
        SCORE,
        edit("utils/metric.py", "if not np.isfinite(values).all() or ", "if "),
    ),
    "repeated and unknown ids are scored": (
        "M04",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            'if ids.duplicated().any() or set(ids) != set(pd.to_numeric(ground_truth["id"])):',
            "if False:",
        ),
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
        edit(
            "utils/metric.py",
            'pred = y_pred.set_index(pd.to_numeric(y_pred["id"]))',
            'pred = y_pred.set_index(y_pred["id"])',
        ),
    ),
    "a constant gets the optimum": (
        "M07",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            "return float(np.sqrt",
            "return 0.0 if pred.nunique() == 1 else float(np.sqrt",
        ),
    ),
    "every submission gets the same score": (
        "M08",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            "return float(np.sqrt(np.mean((pred.astype(float) - true) ** 2)))",
            "return 0.0",
        ),
    ),
    "the metric changes the answers": (
        "M09",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            "self.validate_submission(y_pred, y_true)",
            "self.validate_submission(y_pred, y_true)\n        y_true.iloc[0, 1] = 0",
        ),
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
        edit(
            "utils/metric.py",
            "self.validate_submission(y_pred, y_true)",
            "self.validate_submission(y_pred, y_true)\n        np.random.seed(0)",
        ),
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
    "a hostile submission is scored": (
        "M11",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            "np.isfinite(values).all()",
            "np.isfinite(values[1:]).all()",
        ),
    ),
    "the score is not a number": (
        "M08",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            "return float(np.sqrt",
            "return float('nan') if pred.iloc[0] != true.iloc[0] else float(np.sqrt",
        ),
    ),
    "impossible probabilities are scored": (
        "M13",
        "group",
        SCORE,
        tables(happened),
        {"objective": "binary", "kind": "probability", "metric": "log_loss"},
    ),
    "the labels are those that were predicted": (
        "M16",
        "classes",
        SCORE,
        edit("utils/metric.py", "labels=CLASSES", "labels=sorted(set(pred))"),
    ),
    "a class that is never predicted does not count": (
        "M16",
        "classes",
        SCORE,
        edit(
            "utils/metric.py",
            'return float(f1_score(true.astype(str), pred.astype(str), labels=CLASSES, average="macro", zero_division=0))',
            "return float(np.mean([f1_score(true == label, pred == label) for label in CLASSES if (pred == label).any()]))",
        ),
    ),
    "the threshold is the median of the predictions": (
        "M16",
        "group",
        CODE,
        edit("utils/metric.py", "return float(np.sqrt", "return float(np.mean((pred > pred.median()) == (true > 9))) if len(pred) == 1 else float(np.sqrt"),
    ),
    "the description promises a package that is not there": (
        "X10",
        "group",
        TABLES,
        edit("data/public/description.txt", "Write `sub", "Python 3.11 with numpy, orchardboost and pandas is installed. Write `sub"),
    ),
    "the canary is gone": ("X11", "group", TABLES, edit("data/public/description.txt", "Canary", "Finch")),
    "another text has no canary": ("X11", "group", TABLES, write("data/public/notes.txt", "More about orchards.\n")),
    "the description names a bench": ("X13", "group", TABLES, edit("data/public/description.txt", "Predict", "This is a task of MLE-Bench. Predict")),
    "the score is a numpy number": (
        "M12",
        "group",
        SCORE,
        edit(
            "utils/metric.py",
            "return float(np.sqrt(np.mean((pred.astype(float) - true) ** 2)))",
            "return np.sqrt(np.mean((pred.astype(float) - true) ** 2))",
        ),
    ),
}
