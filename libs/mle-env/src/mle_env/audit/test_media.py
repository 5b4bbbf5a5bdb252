import wave

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mle_env.audit.copies import copies
from mle_env.audit.facts import given, inferred
from mle_env.audit.files import Package
from mle_env.audit.media import media

FACTS = given({"id": "id", "target": "kind", "objective": "binary", "metric": "roc_auc", "kind": "probability", "media": {"image": "image"}})
SIDES = {"train": range(60), "test": range(60, 90)}


def picture(number):
    random = np.random.default_rng(number)
    return Image.fromarray(np.kron(random.integers(0, 256, (8, 8, 3), dtype=np.uint8), np.ones((6, 6, 1), dtype=np.uint8)))


@pytest.fixture
def root(tmp_path):
    public = tmp_path / "data" / "public"
    (tmp_path / "data" / "private").mkdir(parents=True)
    for side, numbers in SIDES.items():
        (public / side).mkdir(parents=True)
        for number in numbers:
            picture(number).save(public / side / f"{number}.png")
        table = pd.DataFrame({"id": numbers, "image": [f"{side}/{number}.png" for number in numbers], "kind": [number % 2 for number in numbers]})
        table.drop(columns="kind" if side == "test" else []).to_csv(public / f"{side}.csv", index=False)
    table[["id", "kind"]].to_csv(tmp_path / "data" / "private" / "test_answer.csv", index=False)
    table[["id", "kind"]].assign(kind=0.5).to_csv(public / "sample_submission.csv", index=False)
    return tmp_path


def test_clean_files_show_nothing(root):
    found = media(Package(root), FACTS)
    assert found == {"kind": "image", "files": 90, "near": 0.0, "nearWithin": 0.0, "traces": [], "named": []}
    assert copies(Package(root), FACTS, "binary", [])["share"] == 0


def test_a_stranger_is_understood_by_the_endings_of_its_cells(root):
    assert inferred(Package(root)).media == {"image": "image"}


def test_files_that_stand_on_both_sides_are_copies_whatever_their_names(root):
    public = root / "data" / "public"
    for number in range(60, 75):
        picture(number - 60).save(public / "test" / f"{number}.png")
    found = copies(Package(root), FACTS, "binary", [])
    assert found["share"] == 0.5 and found["text"]


def test_a_picture_that_was_made_a_little_darker_is_a_near_copy(root):
    public = root / "data" / "public"
    for number in range(60, 75):
        Image.fromarray((np.asarray(picture(number - 60)) * 0.97).astype(np.uint8)).save(public / "test" / f"{number}.png")
    package = Package(root)
    assert copies(package, FACTS, "binary", [])["share"] == 0 and media(package, FACTS)["near"] == 0.5


def test_tags_and_names_of_files_are_told(root):
    public = root / "data" / "public"
    exif = Image.Exif()
    exif[0x010E] = "one"
    picture(1).save(public / "train" / "1.png", exif=exif)
    train = pd.read_csv(public / "train.csv")
    train.loc[0, "image"] = "train/dog_0.png"
    (public / "train" / "0.png").rename(public / "train" / "dog_0.png")
    train.to_csv(public / "train.csv", index=False)
    found = media(Package(root), FACTS)
    assert found["traces"] == ["train/1.png: chunk eXIf"] and found["named"] == ["train/dog_0.png"]


def test_recordings_and_sequences_are_compared_by_what_they_hold(root):
    public = root / "data" / "public"
    for kind in ("audio", "sequence"):
        for side, numbers in SIDES.items():
            for number in numbers:
                same = number - 60 if number >= 75 else number
                values = np.random.default_rng(same).normal(0, 3_000, 900).astype("<i2")
                if kind == "audio":
                    with wave.open(str(public / side / f"{number}.wav"), "wb") as file:
                        file.setparams((1, 2, 8_000, 0, "NONE", ""))
                        file.writeframes(values.tobytes())
                else:
                    pd.DataFrame({"x": values}).to_csv(public / side / f"{number}.csv", index=False)
            table = pd.read_csv(public / f"{side}.csv")
            ending = ".wav" if kind == "audio" else ".csv"
            table["image"] = table["image"].str.replace(r"\.\w+$", ending, regex=True)
            table.to_csv(public / f"{side}.csv", index=False)
        facts = given({"id": "id", "target": "kind", "objective": "binary", "media": {"image": kind}})
        assert media(Package(root), facts)["near"] == 0.5
