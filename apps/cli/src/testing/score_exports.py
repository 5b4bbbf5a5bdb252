"""Scores submissions with a package and with its exports; prints what each form made of each submission as JSON.

Usage: python score_exports.py FOLDER, which holds a folder a task: native/ and exports/<format>/. A score is a number, or the
name of the error that refused the submission. Each form is loaded by the published contract of its tool.
"""

import importlib.util
import inspect
import json
import math
import sys
import tempfile
import types
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn.metrics

OPENML = {
    "area_under_roc_curve": lambda true, given: sklearn.metrics.roc_auc_score(true.astype(float), given.astype(float)),
    "predictive_accuracy": lambda true, given: float(np.mean(true.astype(str) == given.astype(str))),
    "root_mean_squared_error": lambda true, given: math.sqrt(sklearn.metrics.mean_squared_error(true.astype(float), given.astype(float))),
    "mean_absolute_error": lambda true, given: sklearn.metrics.mean_absolute_error(true.astype(float), given.astype(float)),
}


def stand_in(name, **members):
    """A module that has only what the exports may import of a tool."""
    for index in range(1, name.count(".") + 2):
        sys.modules.setdefault(".".join(name.split(".")[:index]), types.ModuleType(name))
    module = types.ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module


def module_of(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class DojoBase:
    def __init__(self, higher_is_better=True):
        self.higher_is_better = higher_is_better


class DojoInvalid(Exception):
    pass


class BenchInvalid(Exception):
    pass


def native(task):
    module = module_of(task / "native/utils/metric.py")
    metric = next(value for name, value in vars(module).items() if name.endswith("Metrics"))()
    answers = pd.read_csv(task / "native/data/private/test_answer.csv")

    def score(offered):
        metric.validate_submission(offered, answers)
        return metric.evaluate(answers, offered)

    return score


def openmle_gym(folder, name):
    task = folder / name
    module = module_of(task / "utils/metric.py")
    found = sorted(name for name, value in vars(module).items() if inspect.isclass(value) and value.__module__ == module.__name__ and name.endswith("Metrics"))
    metric = getattr(module, found[0])()
    answers = pd.read_csv(task / "data/private/test_answer.csv")
    assert (folder / "tasks.txt").read_text().split() == [name]
    assert pd.read_csv(folder / "overview.csv")["Name"].tolist() == [name]

    def score(offered):
        metric.validate_submission(submission=offered, ground_truth=answers)
        return metric.evaluate(y_true=answers, y_pred=offered)

    return score


def mle_dojo(folder, name):
    stand_in("mledojo.metrics.base", CompetitionMetrics=DojoBase, InvalidSubmissionError=DojoInvalid)
    module = module_of(folder / f"mledojo/competitions/{name}/utils/metric.py")
    for part in ("mledojo", "mledojo.metrics", "mledojo.metrics.base"):
        sys.modules.pop(part, None)
    metric = next(
        value
        for key, value in inspect.getmembers(module, inspect.isclass)
        if key != "CompetitionMetrics" and issubclass(value, DojoBase) and value is not DojoBase
    )()
    data = folder / "data" / name
    for path in ("public/description.txt", "public/sample_submission.csv", "private/test_answer.csv"):
        assert (data / path).exists(), path
    board = pd.read_csv(data / "private/private_leaderboard.csv")
    assert len(set(board.iloc[:, 1])) > 1
    answers = pd.read_csv(data / "private/test_answer.csv")

    def score(offered):
        assert isinstance(metric.validate_submission(offered, answers), str)
        return metric.evaluate(answers, offered)

    return score


def mle_bench(folder, name):
    stand_in("mlebench.grade_helpers", InvalidSubmissionError=BenchInvalid)
    code, data = folder / "mlebench/competitions" / name, folder / "data"
    grade = module_of(code / "grade.py").grade
    assert list(inspect.signature(module_of(code / "prepare.py").prepare).parameters) == ["raw", "public", "private"]
    lines = [line.strip().split(": ") for line in (code / "config.yaml").read_text().splitlines() if ": " in line]
    config = dict(lines)
    board = pd.read_csv(code / "leaderboard.csv")["score"]
    assert board.nunique() > 1
    answers = pd.read_csv(data / config["answers"])
    assert (data / config["sample_submission"]).is_file()
    return lambda offered: grade(offered, answers)


def kaggle(folder, name):
    module = module_of(folder / "metric.py")
    assert list(inspect.signature(module.score).parameters) == ["solution", "submission", "row_id_column_name"]
    solution = pd.read_csv(folder / "solution.csv")
    assert set(solution["Usage"]) <= {"Public", "Private"}
    return lambda offered: module.score(solution, offered, solution.columns[0])


def harbor(folder, name):
    def score(offered):
        with tempfile.TemporaryDirectory() as place:
            logs = Path(place)
            offered.to_csv(logs / "submission.csv", index=False)
            for planted in ("reward.txt", "reward.json"):
                (logs / planted).write_text('{"reward": 1, "score": 1e9}')
            grader = module_of(folder / "tests/grade.py")
            grader.main(logs / "submission.csv", logs)
            assert not (logs / "reward.txt").exists()
            found = json.loads((logs / "reward.json").read_text())
            assert 0 <= found["reward"] <= 1
            assert all(isinstance(value, (int, float)) and math.isfinite(value) for value in found.values())
            if found["valid"] == 0:
                raise BenchInvalid(found)
            wanted = (found["score"] - grader.NOTHING) / (grader.STRONG - grader.NOTHING)
            assert abs(found["reward"] - min(1, max(0, wanted))) < 1e-12
            return found["score"]

    return score


def openml(folder, name):
    import arff

    table = arff.loads((folder / "dataset.arff").read_text(encoding="utf-8"))
    data = pd.DataFrame(table["data"], columns=[column for column, _ in table["attributes"]])
    task = json.loads((folder / "task.json").read_text())
    about = json.loads((folder / "dataset.json").read_text())
    rows = [row for kind, row, _, _ in arff.loads((folder / "splits.arff").read_text())["data"] if kind == "TEST"]
    tested = data.iloc[[int(row) for row in rows]]
    target, identity = task["source_data"]["target_feature"], about["row_id_attribute"]
    if task["evaluation_measures"] == []:
        return None
    measure = OPENML[task["evaluation_measures"][0]]

    def score(offered):
        given = offered.set_index(identity)[target].reindex(tested[identity].astype(int))
        return measure(tested[target].to_numpy(), given.to_numpy())

    return score


def croissant(folder, name):
    import mlcroissant

    dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    for part in ("train", "test"):
        shipped = pd.read_csv(folder / "data" / f"{part}.csv")
        records = pd.DataFrame(list(dataset.records(part)))
        assert len(records) == len(shipped), part
        assert len(records.columns) == len(shipped.columns), part
    return None


def submissions(task):
    """Five that are legal: perfect, sample, noisy, permuted, and what a look-up by the nearest input says."""
    public = task / "native/data/public"
    train, test, sample = (pd.read_csv(public / f"{name}.csv") for name in ("train", "test", "sample_submission"))
    answers = pd.read_csv(task / "native/data/private/test_answer.csv")[list(sample.columns)]
    identity, target = sample.columns
    random = np.random.default_rng(3)
    given = {"perfect": answers, "sample": sample}
    if any(" " in str(value) for value in answers[target]):
        # Cells with one part for each token fit their own row only: change some cells to the sample's.
        swapped = answers[target].where(random.random(len(answers)) < 0.6, sample[target])
        given["noisy"] = answers.assign(**{target: swapped})
        given["permuted"] = given["noisy"].sample(frac=1, random_state=1)
    else:
        shuffled = random.permutation(answers[target].to_numpy())
        given["noisy"] = answers.assign(**{target: answers[target].where(random.random(len(answers)) < 0.6, shuffled)})
        given["permuted"] = answers.assign(**{target: shuffled})
    feature = next((name for name in test.columns if name != identity and pd.api.types.is_numeric_dtype(test[name])), None)
    if feature is not None:
        nearest = [int(np.argmin(np.abs(train[feature].fillna(0).to_numpy() - value))) for value in test[feature].fillna(0)]
        given["rung"] = pd.DataFrame({identity: test[identity], target: train[target].to_numpy()[nearest]})
    return given


def hostile(sample):
    """Submissions that no form may score."""
    identity, target = sample.columns
    yield "a column too many", sample.assign(more=1)
    yield "another column", sample.rename(columns={target: "other"})
    yield "a row too few", sample.iloc[:-1]
    yield "an id twice", pd.concat([sample.iloc[:-1], sample.iloc[:1]])
    yield "foreign ids", sample.assign(**{identity: sample[identity] + 10_000})
    yield "an empty cell", sample.assign(**{target: sample[target].astype(object).where(sample.index > 0, None)})
    yield "a formula", sample.assign(**{target: "=cmd|' /C calc'!A0"})


FORMS = {"mle-dojo": mle_dojo, "openmle-gym": openmle_gym, "mle-bench": mle_bench, "harbor": harbor, "kaggle": kaggle, "openml": openml, "croissant": croissant}


def made(score, offered):
    try:
        return float(score(offered.copy()))
    except Exception as error:
        return type(error).__name__


def report(task):
    forms = {"native": native(task)}
    for folder in sorted((task / "exports").iterdir()):
        scorer = FORMS[folder.name](folder, task.name)
        if scorer is not None:
            forms[folder.name] = scorer
    sample = pd.read_csv(task / "native/data/public/sample_submission.csv")
    return {
        "scores": {name: {form: made(score, offered) for form, score in forms.items()} for name, offered in submissions(task).items()},
        "hostile": {name: {form: made(score, offered) for form, score in forms.items() if form != "openml"} for name, offered in hostile(sample)},
    }


sys.stdout = sys.stderr
found = {task.name: report(task) for task in sorted(Path(sys.argv[1]).iterdir())}
sys.__stdout__.write(json.dumps(found))
