import numpy as np
import pandas as pd
import pytest

from mle_env.ladder.climb import climb
from mle_env.ladder.scores import Truth, score
from mle_env.ladder.task_spec import TaskSpec

SPEC = TaskSpec(objective="tags", metric="span_f1", target="tags", text=("tokens",), seed=5)
CUES = {"place": "in", "person": "by", "thing": "with"}


def notes(rows, seed):
    """Sentences whose names are new, so that the word before a name, and not the name, says what it names; one in eight misleads."""
    random = np.random.default_rng(seed)

    def name():
        return "".join(random.choice(list("kmtdslvnbr")) + random.choice(list("aeiou")) for _ in range(3)).capitalize()

    found = []
    for _ in range(rows):
        tokens, tags = [], []
        for kind in random.choice(list(CUES), random.integers(2, 5)):
            cue = CUES[kind] if random.random() < 0.88 else random.choice(list(CUES.values()))
            tokens += ["the", random.choice(["house", "road", "night"]), cue, name()]
            tags += ["O", "O", "O", "O" if kind == "thing" else f"B-{kind}"]
            if kind == "person" and random.random() < 0.5:
                tokens.append(name())
                tags.append("I-person")
        found.append((" ".join(tokens), " ".join(tags)))
    return pd.DataFrame(found, columns=["tokens", "tags"])


@pytest.fixture(scope="module")
def sides():
    return notes(250, 1), notes(150, 2)


@pytest.fixture(scope="module")
def rungs(sides):
    return climbed(*sides)


def climbed(train, test):
    return climb(SPEC, train, test.drop(columns="tags"), seeds=1)


def scores(rungs, test):
    truth = Truth.of("span_f1", test, "tags")
    return {rung["name"]: score("span_f1", truth, rung["predictions"][0]) for rung in rungs}


def test_the_ladder_climbs_from_known_tokens_to_their_context(sides, rungs):
    found = scores(rungs, sides[1])
    assert found["one-tag"] == 0
    assert found["train-lexicon"] < 0.5
    assert found["context-field"] > found["own-token-field"] + 0.1
    assert found["context-field"] > found["train-lexicon"] + 0.2
    assert found["context-gazetteer-blend"] > found["context-field"] - 0.03
    assert max(found.values()) < 0.98


def test_every_rung_gives_each_token_one_known_tag_and_the_same_one_again(sides, rungs):
    train, test = sides
    known = {tag for cell in train["tags"] for tag in cell.split(" ")}
    for one, other in zip(rungs, climbed(train, test)):
        assert list(one["predictions"][0]) == list(other["predictions"][0])
        assert one["cvScore"] == other["cvScore"]
        for cell, tokens in zip(one["predictions"][0], test["tokens"]):
            assert len(cell.split(" ")) == len(tokens.split(" "))
            assert set(cell.split(" ")) <= known


def test_tags_that_stand_one_token_too_late_cannot_be_learned_as_well(sides, rungs):
    train, test = sides
    late = train.assign(tags=[" ".join([tags[-1], *tags[:-1]]) for tags in train["tags"].str.split(" ")])
    assert max(scores(climbed(late, test), test).values()) < max(scores(rungs, test).values()) - 0.5
