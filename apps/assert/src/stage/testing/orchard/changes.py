"""Ways to damage a package."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

NOISE = np.random.default_rng(8)


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


def tables_beside(path: str, make: Callable[[SimpleNamespace], pd.DataFrame]) -> Callable[[Path], None]:
    """Adds a table made from the four."""
    return lambda root: tables(lambda held: make(held).to_csv(root / path, index=False))(root)


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


def told_twice(root: Path) -> None:
    """Trees that are told once in train and once in test, by name, with one harvest."""

    def change(held: SimpleNamespace) -> None:
        target = held.answers.columns[1]
        held.train["tree"] = [f"tree {place}" for place in range(len(held.train))]
        held.test["tree"] = [f"tree {place}" if place % 5 == 0 else f"sapling {place}" for place in range(len(held.test))]
        again = held.test["tree"].str.startswith("tree").to_numpy()
        held.answers.loc[again, target] = held.train[target].to_numpy()[: len(held.test)][again]

    tables(change)(root)


def undeclared(root: Path) -> None:
    """A farm that no entity names: its rows share their quality and a handful of measurements."""
    random = np.random.default_rng(2)
    train, test = (
        pd.read_csv(root / "data/public/train.csv"),
        pd.read_csv(root / "data/public/test.csv"),
    )
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
    held.train, held.test = (
        held.train[["id", "quality", "note"]],
        held.test[["id", "note"]],
    )


def pictures(root: Path) -> None:
    """A picture for each row, in a folder named for its class."""

    def change(held: SimpleNamespace) -> None:
        for side, table, target in (
            ("train", held.train, held.train["quality"]),
            ("test", held.test, held.answers["quality"]),
        ):
            table["photo"] = [f"{side}/{label}/{row}.jpg" for row, label in zip(table["id"], target)]

    tables(change)(root)
    for label in ("bad", "fair", "good"):
        (root / "data/public/test" / label).mkdir(parents=True)
    for name in pd.read_csv(root / "data/public/test.csv")["photo"]:
        (root / "data/public" / name).write_bytes(b"x")


def quoted(root: Path) -> None:
    """Rows of test whose class is good have quotes around their first cell."""
    good = pd.read_csv(root / "data/private/test_answer.csv").set_index("id")["quality"] == "good"
    path = root / "data/public/test.csv"
    head, *rows = path.read_text().splitlines()
    ids = [int(row.split(",")[0]) for row in rows]
    path.write_text(
        "\n".join(
            [
                head,
                *(f'"{number}"{row[len(str(number)) :]}' if good[number] else row for number, row in zip(ids, rows)),
            ]
        )
        + "\n"
    )


def telling_sample(root: Path) -> None:
    """Every prediction of the sample is the same number, written longer where the answer is large."""
    large = pd.read_csv(root / "data/private/test_answer.csv").set_index("id")["harvest"].rank(pct=True) > 0.5
    path = root / "data/public/sample_submission.csv"
    ids = pd.read_csv(path)["id"]
    path.write_text("id,harvest\n" + "".join(f"{number},{'40.250' if large[number] else '40.25'}\n" for number in ids))


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
        for table, target in (
            (held.train, held.train["quality"]),
            (held.test, held.answers["quality"]),
        ):
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


def reworded(held: SimpleNamespace) -> None:
    """A long text for each row; every tenth test row has one of train with one word exchanged."""
    random = np.random.default_rng(9)
    words = np.array([f"word{place}" for place in range(400)])
    for table in (held.train, held.test):
        table["note"] = [" ".join(random.choice(words, 60)) for _ in range(len(table))]
    again = held.test.index[::10]
    held.test.loc[again, "note"] = [f"{text} indeed" for text in held.train["note"].iloc[: len(again)]]


def jittered(held: SimpleNamespace) -> None:
    """Numbers with many digits; every tenth test row has those of a train row but for the last ones."""
    random = np.random.default_rng(9)
    names = ("dew", "glow", "sap")
    for table in (held.train, held.test):
        for name in names:
            table[name] = random.uniform(100, 900, len(table))
    again = held.test.index[::10]
    inputs = [name for name in held.test.columns if name != "id"]
    held.test.loc[again, inputs] = held.train[inputs].iloc[: len(again)].to_numpy()
    for name in names:
        held.test.loc[again, name] = held.test.loc[again, name].astype(float) * (1 + 1e-7)


def happened(held: SimpleNamespace) -> None:
    """Answers of 0 and 1."""
    for table in (held.train, held.answers):
        table["harvest"] = (table["harvest"] > 20).astype(int)
    held.sample["harvest"] = 0.5
