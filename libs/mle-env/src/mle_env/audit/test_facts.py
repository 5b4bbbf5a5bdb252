"""What is told of a package that has no manifest."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from mle_env.audit.facts import inferred
from mle_env.audit.files import Package
from mle_env.ladder.scores import Truth, score

RANDOM = np.random.default_rng(3)
PLANTS = [" ".join(name for name in ("elm", "fern", "moss", "reed") if RANDOM.random() < 0.4) or "-" for _ in range(200)]
#: Fewer sets than two a label.
FEW_SETS = list(RANDOM.choice(["elm", "elm fern", "moss", "-"], 200))
CITIES = list(RANDOM.choice(["New York", "New Orleans", "York", "Bath"], 200))
TAGS = list(RANDOM.choice(["O O B-city", "O B-city", "O O", "B-city O B-city"], 200))


def package(root, cells):
    (root / "data" / "public").mkdir(parents=True)
    (root / "data" / "private").mkdir()
    answers = pd.DataFrame({"id": range(len(cells)), "found": cells})
    answers.to_csv(root / "data" / "private" / "test_answer.csv", index=False)
    answers.assign(found=cells[0]).to_csv(root / "data" / "public" / "sample_submission.csv", index=False)
    return Package(root)


def scored_by(metric):
    """An instance of a package's metric, as far as facts need it."""
    return SimpleNamespace(evaluate=lambda answers, given: score(metric, Truth.of(metric, answers, "found"), given["found"].to_numpy()))


def exact(answers, given):
    return float((answers["found"] == given["found"]).mean() ** 2)


UNKNOWN = SimpleNamespace(evaluate=exact)


@pytest.mark.parametrize("cells", [PLANTS, FEW_SETS])
def test_cells_of_several_labels_are_told_by_a_metric_of_labels(tmp_path, cells):
    facts = inferred(package(tmp_path, cells), scored_by("label_f1"))
    assert (facts.objective, facts.metric, facts.kind, facts.direction) == ("multilabel", "label_f1", "labels", "maximize")
    assert facts.classes == sorted({label for cell in cells for label in cell.split(" ")} - {"-"})


@pytest.mark.parametrize("metrics", [None, UNKNOWN])
def test_few_labels_in_many_cells_are_told_without_a_known_metric(tmp_path, metrics):
    facts = inferred(package(tmp_path, PLANTS), metrics)
    assert (facts.objective, facts.metric, facts.kind) == ("multilabel", None, "labels")


@pytest.mark.parametrize(("cells", "metric"), [(CITIES, "accuracy"), (CITIES, None), (FEW_SETS, None), (TAGS, None), (PLANTS, "accuracy")])
def test_other_cells_with_spaces_are_classes(tmp_path, cells, metric):
    facts = inferred(package(tmp_path, cells), None if metric is None else scored_by(metric))
    assert (facts.objective, facts.kind, facts.metric) == ("multiclass", "label", metric)
    assert facts.classes == sorted(set(cells))
