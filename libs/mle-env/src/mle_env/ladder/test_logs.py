import numpy as np
import pandas as pd

from mle_env.ladder.climb import climb
from mle_env.ladder.task_spec import TaskSpec
from mle_env.ladder.templates import mined


def test_messages_that_differ_in_values_have_one_template() -> None:
    templates, groups = mined(["Failed password for root from 10.0.0.1 port 22", "Failed password for ann from 10.0.0.2 port 80", "Connection closed"])

    assert groups == [0, 0, 1]
    assert templates.text(0) == "Failed password for <*> from <*> port <*>"


def test_messages_that_share_few_words_have_templates_of_their_own() -> None:
    assert mined(["disk sda is full now", "disk sda was replaced yesterday", "fan of cpu stopped"])[1] == [0, 1, 2]


def test_each_learned_rung_reads_what_follows_from_the_order_of_events() -> None:
    random = np.random.default_rng(3)
    first = random.random(600) < 0.5
    cells = [f"-9s user u{i} came\n-4s door opened" if a else f"-9s door opened\n-4s user u{i} came" for i, a in enumerate(first)]
    target = np.where(random.random(600) < 0.9, first, ~first).astype(int)
    table = pd.DataFrame({"id": range(600), "events": cells, "y": target})
    spec = TaskSpec("binary", "roc_auc", "y", text=("events",), log="events")

    climbed = {rung["name"]: rung for rung in climb(spec, table.iloc[:400], table.iloc[400:])}

    assert list(climbed) == ["prior", "template-counts-linear", "template-order-linear", "templates-words-trees-blend"]
    assert climbed["template-counts-linear"]["cvScore"] < 0.6
    assert climbed["template-order-linear"]["cvScore"] > 0.8
    assert climbed["templates-words-trees-blend"]["cvScore"] > 0.8
