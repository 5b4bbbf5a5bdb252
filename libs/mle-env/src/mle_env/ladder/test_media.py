"""The ladders of files climb where there is something to see, and stay down where there is not."""

import wave

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mle_env.ladder.climb import climb
from mle_env.ladder.images import marks
from mle_env.ladder.scores import Truth, score
from mle_env.ladder.task_spec import TaskSpec

ROWS = 160


def image(path, label, random):
    pixels = random.integers(90, 130, (40, 40, 3)).astype(np.uint8)
    place = random.integers(5, 20)
    area = (slice(place, place + 8), slice(6, 34)) if label else (slice(6, 34), slice(place, place + 8))
    pixels[area] = 200
    Image.fromarray(pixels).save(path)


def audio(path, label, random):
    time = np.arange(4_000) / 8_000
    sound = np.sin(2 * np.pi * (900 if label else 600) * time + random.uniform(0, 6)) * 6_000 + random.normal(0, 3_000, 4_000)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes(sound.astype("<i2").tobytes())


def sequence(path, label, random):
    steps = np.arange(40)
    values = np.sin(steps / (2 if label else 3) + random.uniform(0, 6)) + random.normal(0, 0.3, 40)
    pd.DataFrame({"a": values, "b": random.normal(0, 1, 40)}).to_csv(path, index=False)


MAKERS = {"image": (image, ".png"), "audio": (audio, ".wav"), "sequence": (sequence, ".csv")}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("told", [True, False])
def test_a_ladder_finds_what_is_there_and_nothing_else(tmp_path, kind, told):
    make, ending = MAKERS[kind]
    random = np.random.default_rng(3)
    labels = random.integers(0, 2, ROWS)
    for number, label in enumerate(labels):
        make(tmp_path / f"{number}{ending}", label if told else random.integers(0, 2), random)
    table = pd.DataFrame({"id": range(ROWS), "file": [f"{number}{ending}" for number in range(ROWS)], "y": labels})
    spec = TaskSpec.of({"objective": "binary", "metric": "roc_auc", "target": "y", "media": {"file": kind}, "seed": 1}, tmp_path)
    train, test = table.iloc[:100].reset_index(drop=True), table.iloc[100:].reset_index(drop=True)
    scores = {rung["kind"]: score("roc_auc", Truth(test["y"].to_numpy()), rung["predictions"][0]) for rung in climb(spec, train, test)}
    assert set(scores) == {"trivial", "simple", "standard", "strong"} and scores["trivial"] == 0.5
    assert scores["standard"] > 0.85 if told else abs(scores["standard"] - 0.5) < 0.25


def test_a_ladder_of_counts_sees_how_many_things_of_which_colour_are_in_a_picture(tmp_path):
    random = np.random.default_rng(11)
    counts = random.integers(0, 8, ROWS)
    for number, count in enumerate(counts):
        pixels = random.normal(200, 4, (120, 160, 3))
        # As many more of another colour, which are not to be counted, on places of a grid.
        places = [(20 * row + 10, 20 * column + 10) for row in range(6) for column in range(8)]
        chosen = random.permutation(len(places))[: count + random.integers(4, 12)]
        for turn, place in enumerate(chosen):
            row, column = places[place]
            pixels[row - 5 : row + 5, column - 5 : column + 5] = (120, 60, 200) if turn < count else (200, 60, 120)
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(tmp_path / f"{number}.png")
    table = pd.DataFrame({"id": range(ROWS), "file": [f"{number}.png" for number in range(ROWS)], "y": counts})
    spec = TaskSpec.of({"objective": "count", "metric": "mae", "target": "y", "media": {"file": "image"}, "seed": 1}, tmp_path)
    train, test = table.iloc[:110].reset_index(drop=True), table.iloc[110:].reset_index(drop=True)

    scores = {rung["name"]: score("mae", Truth(test["y"].to_numpy()), rung["predictions"][0]) for rung in climb(spec, train, test)}

    assert scores["areas-spots-svm"] < 0.4 * scores["train-median"]


def test_a_picture_of_one_colour_has_no_marks_and_is_no_fault(tmp_path):
    Image.new("RGB", (50, 40), (90, 90, 90)).save(tmp_path / "flat.png")

    assert np.isfinite(marks(tmp_path / "flat.png")).all()
