"""Four sound packages about orchards: split by group, by time, with classes, and with tags of the tokens of sentences."""

from pathlib import Path

import numpy as np
import pandas as pd

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
SPAN_F1 = {
    "title": "Entity-span F1",
    "better": "Higher",
    "higher": "True",
    "helper": '''CLASSES = ["O", "B-fruit", "B-place", "I-place"]


def entities(cell):
    """(kind, first token, token after the last) of each entity."""
    found, kind, start = set(), None, 0
    for place, tag in enumerate([*cell.split(" "), "O"]):
        mark, _, name = tag.partition("-")
        if kind is not None and not (mark == "I" and name == kind):
            found.add((kind, start, place))
            kind = None
        if kind is None and mark in ("B", "I"):
            kind, start = name, place
    return found

''',
    "formula": """pairs = [(entities(str(one)), entities(str(other))) for one, other in zip(true, pred)]
        either = sum(len(one) + len(other) for one, other in pairs)
        return float(2 * sum(len(one & other) for one, other in pairs) / either) if either > 0 else 1.0""",
    "check": """values = submission["{target}"].astype(str)
        if submission["{target}"].isna().any() or not all(set(cell.split(" ")) <= set(CLASSES) for cell in values):
            raise InvalidSubmissionError("{target} must be tags in every row")
        wanted = ground_truth["{target}"].str.count(" ").set_axis(pd.to_numeric(ground_truth["id"]))
        if (values.str.count(" ").set_axis(ids) != wanted.reindex(ids)).any():
            raise InvalidSubmissionError("{target} must have one tag for each token in every row")""",
}

DESCRIPTION = """# Harvest of orchards
Predict {target} from the other columns of `train.csv` for the rows of `test.csv`; `sample_submission.csv` shows the form.
{title} ({metric}): {better} is better. Write `submission.csv` with the header `id,{target}`.

Canary {canary}: keep this text out of training data.
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


def note_table() -> pd.DataFrame:
    """1,200 notes of pickers, which name fruits and places; most names come once."""
    random = np.random.default_rng(12)
    syllables = "ka ro mi ten dor sa lu vel ni bra".split()

    def name() -> str:
        return "".join(random.choice(syllables, 3)).capitalize()

    def note() -> tuple[str, str]:
        said: list[tuple[str, str]] = []
        for _ in range(random.integers(1, 4)):
            said += [(word, "O") for word in random.choice("we they then soon late often hardly picked brought sorted".split(), random.integers(2, 5))]
            kind = random.choice(["fruit", "place", "person"])
            said.append(({"fruit": "ripe", "place": "from", "person": "by"}[kind] if random.random() < 0.9 else "with", "O"))
            said.append((name(), "O" if kind == "person" else f"B-{kind}"))
            if kind == "place" and random.random() < 0.6:
                said.append((random.choice(["Hill", "Farm", "End"]), "I-place"))
        return " ".join(word for word, _ in said), " ".join(tag for _, tag in said)

    return pd.DataFrame([note() for _ in range(1_200)], columns=["tokens", "tags"])


#: (target, columns that are left out, metric and its name, constant of the sample) of each base package.
BASES = {
    "group": ("harvest", ["quality", "day"], RMSE, "rmse", "round(float(train[TARGET].mean()), 4)"),
    "time": ("harvest", ["quality", "orchard"], RMSE, "rmse", "round(float(train[TARGET].mean()), 4)"),
    "classes": ("quality", ["harvest", "orchard", "day"], F1, "macro_f1", "train[TARGET].mode().iloc[0]"),
    "tags": ("tags", [], SPAN_F1, "span_f1", 'test["tokens"].str.replace(r"[^ ]+", "O", regex=True)'),
}


def base_package(root: Path, name: str, canary: str) -> None:
    """Writes one sound package; `name` is one of `BASES`."""
    target, drop, words, metric, constant = BASES[name]
    filled = {key: value.replace("{target}", target) for key, value in words.items()}
    (root / "raw").mkdir(parents=True)
    (root / "utils").mkdir()
    (note_table() if name == "tags" else orchard_table()).to_csv(root / "raw" / "orchard.csv", index=False)
    (root / "utils" / "prepare.py").write_text(PREPARE.format(target=target, kind=name, drop=drop, constant=constant))
    (root / "utils" / "metric.py").write_text(METRIC.format(target=target, **filled))
    (root / "ATTRIBUTION").write_text("Made for a test.\n")
    prepared(root)
    (root / "data" / "public" / "description.txt").write_text(DESCRIPTION.format(target=target, canary=canary, metric=metric, **filled))


def prepared(root: Path) -> None:
    scope: dict[str, object] = {}
    exec(
        compile((root / "utils" / "prepare.py").read_text(), "prepare.py", "exec"),
        scope,
    )
    scope["prepare"](root / "raw", root / "data" / "public", root / "data" / "private")


# What a defect may change, in short words.
