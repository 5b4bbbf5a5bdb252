"""Datasets whose making is known: a scorecard of their own for every modality, beside the bundled ones.

Usage: python made_datasets.py FOLDER [NAME...]     writes FOLDER/<name>/ for each (all without names)
"""

import json
import shutil
import struct
import sys
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

MAKERS: dict[str, Callable[[Path, np.random.Generator], str]] = {}


def dataset(make: Callable[[Path, np.random.Generator], str]) -> Callable[[Path, np.random.Generator], str]:
    """A maker writes raw files and gives the README's text."""
    MAKERS[f"made-{make.__name__}"] = make
    return make


@dataset
def orchards(at: Path, random: np.random.Generator) -> str:
    rows, farms = 3_000, 700
    farm = random.integers(0, farms, rows)
    luck = random.normal(0, 3, farms)
    age, water = random.integers(2, 40, rows), random.uniform(5, 60, rows).round(1)
    soil = random.choice(["clay", "loam", "sand"], rows)
    harvest = 0.6 * age + 0.3 * water + np.where(soil == "loam", 6, 0) - 0.01 * (age - 20) ** 2 + luck[farm] + random.normal(0, 6, rows)
    table = pd.DataFrame(
        {
            "farm_name": [f"Farm {number:03d}" for number in farm],
            "age": age,
            "water": water,
            "soil": soil,
            "wind": np.where(random.random(rows) < 0.15, np.nan, random.uniform(0, 9, rows).round(2)),
            "spacing": random.uniform(2, 6, rows).round(2),
            "height": (1 + 0.12 * age + random.normal(0, 0.8, rows)).round(2),
            "harvest": harvest.round(2),
        }
    )
    table.to_csv(at / "trees.csv", index=False)
    return "One row a tree.\n\nTarget: harvest, kilograms of the coming season\n\n- farm_name: the household that owns the tree; others use the model\n- age: years\n- water: litres a week\n"


@dataset
def repairs(at: Path, random: np.random.Generator) -> str:
    rows = 2_600
    day = pd.to_datetime("2015-01-01") + pd.to_timedelta(np.sort(random.uniform(0, 1_400, rows)), unit="D")
    hours, parts = random.gamma(2, 1.5, rows).round(2), random.integers(0, 7, rows)
    make = random.choice(["Ape", "Bee", "Cat", "Dog", "Elk"], rows)
    cost = 40 * hours + 30 * parts + pd.Series(make).map({"Ape": 0, "Bee": 40, "Cat": 80, "Dog": 20, "Elk": 120}).to_numpy() + random.normal(0, 60, rows)
    table = pd.DataFrame({"opened": day.strftime("%Y-%m-%d %H:%M:%S"), "hours_planned": hours, "parts_ordered": parts, "make": make})
    table["urgent"] = random.choice(["yes", "no"], rows, p=[0.3, 0.7])
    table["mileage"] = random.gamma(3, 30, rows).round(1)
    table["cost"] = (cost + 0.4 * table["mileage"]).clip(5).round(2)
    table.to_csv(at / "repairs.csv", index=False)
    return "Repairs in the order in which they were opened.\n\nTarget: cost, what the repair costs\n\n- opened: when the customer came\n- hours_planned: planned when it was opened\n"


@dataset
def loans(at: Path, random: np.random.Generator) -> str:
    rows = 20_000
    income, debt = random.lognormal(10, 0.5, rows).round(0), random.lognormal(8, 1, rows).round(0)
    years, cards = random.gamma(2, 4, rows).round(1), random.poisson(2, rows)
    home = random.choice(["own", "rent", "family"], rows, p=[0.4, 0.45, 0.15])
    risk = -2.2 - 0.9 * (np.log(income) - 10) + 0.7 * (np.log(debt) - 8) - 0.08 * years + np.where(home == "rent", 0.5, 0) + 0.12 * cards
    late = random.random(rows) < 1 / (1 + np.exp(-risk))
    table = pd.DataFrame({"income": income, "debt": debt, "years_employed": np.where(random.random(rows) < 0.08, np.nan, years), "cards": cards, "home": home})
    table["dependants"] = random.integers(0, 5, rows)
    table["purpose"] = random.choice(["car", "house", "school", "other"], rows)
    table["asked_for"] = (debt * random.uniform(0.1, 0.6, rows)).round(0)
    table["default"] = np.where(late, "yes", "no")
    table.to_csv(at / "loans.csv", index=False)
    return "Applications for loans.\n\nTarget: default, whether the loan is not paid back\n\n- income: a year, stated on the form\n- debt: other debts on the day of the application\n"


@dataset
def fruit(at: Path, random: np.random.Generator) -> str:
    rows, kinds = 2_400, np.array(["plum", "pear", "apple", "quince"])
    kind = random.choice(4, rows, p=[0.4, 0.3, 0.2, 0.1])
    mean = np.array([[40, 3, 0.3, 5], [150, 8, 0.5, 4], [160, 7, 0.45, 6], [220, 9, 0.7, 3]])[kind]
    spread = np.array([18, 1.6, 0.12, 1.5])
    values = mean + random.normal(0, 1, (rows, 4)) * spread * 1.6
    table = pd.DataFrame(values.round(3), columns=["grams", "width", "firmness", "sugar"])
    table["colour"] = np.where(
        random.random(rows) < 0.55, np.array(["purple", "green", "red", "yellow"])[kind], random.choice(["purple", "green", "red", "yellow"], rows)
    )
    table["stem"] = random.uniform(0, 3, rows).round(2)
    table["species"] = kinds[kind]
    table.to_csv(at / "fruit.csv", index=False)
    return "Fruits on a belt.\n\nTarget: species, which fruit it is\n\n- grams: weight on the belt\n"


@dataset
def visits(at: Path, random: np.random.Generator) -> str:
    rows = 1_600
    age, distance, ill = random.integers(18, 90, rows), random.gamma(2, 6, rows).round(1), random.integers(0, 4, rows)
    mean = np.exp(-0.6 + 0.015 * age - 0.03 * distance + 0.5 * ill)
    table = pd.DataFrame({"years": age, "distance": distance, "illnesses": ill, "insured": random.choice(["full", "part", "none"], rows)})
    table["weight_kg"] = random.normal(75, 12, rows).round(1)
    table["visits"] = random.poisson(mean * np.where(table["insured"] == "none", 0.6, 1))
    table.to_csv(at / "visits.csv", index=False)
    return "Patients of a practice.\n\nTarget: visits, how often they come in the coming year\n\n- illnesses: known at the beginning of the year\n"


TOPICS = {
    "weather": "rain sun wind storm cloud cold warm snow fog heat mild dry wet".split(),
    "sport": "match goal team coach race medal score player win loss league cup run".split(),
    "food": "bread soup cheese apple roast salt oven spice sauce lemon onion cake plate".split(),
}
FILLER = "the a of and to in with for on about today again very quite some more we they it was is has had were people said week".split()


@dataset
def notes(at: Path, random: np.random.Generator) -> str:
    names, rows = list(TOPICS), 1_200
    texts, labels = [], []
    for _ in range(rows):
        topic = int(random.integers(0, 3))
        seen = topic if random.random() < 0.88 else int(random.integers(0, 3))
        words = [
            *random.choice(TOPICS[names[seen]], random.integers(1, 5)),
            *random.choice(TOPICS[names[int(random.integers(0, 3))]], 1),
            *random.choice(FILLER, random.integers(6, 16)),
        ]
        random.shuffle(words)
        texts.append(" ".join(words))
        labels.append(names[topic])
    pd.DataFrame({"text": texts, "label": labels}).to_csv(at / "notes.csv", index=False)
    return "Short notes.\n\nTarget: label, the topic that an editor gave\n"


@dataset
def stripes(at: Path, random: np.random.Generator) -> str:
    for kind, label in enumerate(("across", "down", "slanted")):
        (at / label).mkdir()
        for index in range(130):
            seen = (kind + 1) % 3 if index % 7 == 0 else kind
            row, column = np.mgrid[0:32, 0:32]
            along = (row, column, row + column)[seen]
            shade = 90 + random.integers(0, 90, (32, 32)) + np.where((along + random.integers(0, 8)) % 8 < 4, 45, 0)
            Image.fromarray(shade.astype(np.uint8)).save(at / label / f"cloth_{kind}{index}.png")
    return "Pictures of fabrics by the direction of their stripes.\n"


@dataset
def words(at: Path, random: np.random.Generator) -> str:
    (at / "sounds").mkdir()
    for speaker, name in enumerate(("ann", "bob", "cyd", "dan", "eve", "fay", "gus", "hal")):
        for word, label in enumerate(("no", "yes")):
            for take in range(24):
                pitch = 500 + 380 * ((1 - word) if take % 8 == 0 else word) + 35 * speaker
                step = np.arange(1_600)
                samples = 3_500 * np.sin(2 * np.pi * pitch * step / 8_000 + random.uniform(0, 6)) + random.normal(0, 3_000, len(step))
                with wave.open(str(at / "sounds" / f"{label}_{name}_{take}.wav"), "wb") as file:
                    file.setparams((1, 2, 8_000, 0, "NONE", ""))
                    file.writeframes(struct.pack(f"<{len(step)}h", *np.clip(samples, -32_000, 32_000).astype(int)))
    return "Files are named `{wordLabel}_{speaker}_{take}.wav`.\n"


@dataset
def walks(at: Path, random: np.random.Generator) -> str:
    labels = ["#sequence_ID, class_label"]
    with zipfile.ZipFile(at / "walks.zip", "w") as archive:
        for number in range(1, 341):
            label = number % 2
            labels.append(f"{number},{label}")
            pace = 2.2 if (1 - label if number % 7 == 0 else label) == 1 else 3.4
            steps = np.arange(44 + number % 5)
            rows = zip(np.sin(steps / pace + random.uniform(0, 6)) + random.normal(0, 0.5, len(steps)), random.random(len(steps)))
            archive.writestr(f"data/walk_{number}.csv", "#a, b\n" + "\n".join(f"{one:.4f},{other:.4f}" for one, other in rows) + "\n")
        archive.writestr("data/target.csv", "\n".join(labels) + "\n")
    return "One file a sequence.\n"


@dataset
def errands(at: Path, random: np.random.Generator) -> str:
    syllables = "ka ro mi ten dor sa lu vel ni bra".split()
    verbs = {"fetch": ["fetch", "get", "bring"], "send": ["send", "ship", "post"], "store": ["keep", "store", "put"]}

    def name() -> str:
        return "".join(random.choice(syllables, 3)).capitalize()

    def errand(purpose: str) -> dict[str, list[dict[str, str]]]:
        seen = purpose if random.random() < 0.9 else str(random.choice(list(verbs)))
        pieces = [{"text": f"{random.choice(verbs[seen])} the "}, {"text": f"{random.choice(['old', 'red', 'big'])} {name()}", "slot": "thing"}]
        for cue, slot in (("to", "place"), ("for", "person"), ("by", ""), ("at", "hour")):
            if random.random() < 0.6:
                said = str(random.integers(1, 12)) if slot == "hour" else name() + (" Street" if slot == "place" and random.random() < 0.4 else "")
                # Names without a slot come after the same words, and words do not always mean what they mostly do.
                meant = cue if random.random() < 0.75 else random.choice(["to", "for", "by", "at"])
                pieces += [{"text": f" {meant} "}, {"text": said} | ({"slot": slot} if slot else {})]
        return {"data": [*pieces, {"text": random.choice([".", " please", " now"])}]}

    for purpose in verbs:
        (at / f"{purpose}.json").write_text(json.dumps({purpose: [errand(purpose) for _ in range(500)]}))
    return "Errands that are given to a messenger, in pieces of which some have a slot.\n"


#: Words that say the same, one group a line of thought.
SYNONYMS = [
    group.split()
    for group in (
        "car auto vehicle,buy purchase get,fast quick rapid,repair fix mend,house home dwelling,begin start open,big large huge,doctor physician medic,"
        "job work post,money cash funds,learn study practise,cook prepare make,travel journey trip,phone telephone mobile,child kid youngster,"
        "cheap inexpensive affordable,garden yard lawn,angry cross furious,shop store market,road street lane,write compose draft,sleep rest nap,"
        "film movie picture,boat ship vessel,friend mate pal,teach instruct train,clean wash scrub,bread loaf roll,ill sick unwell,town city place"
    ).split(",")
]
ASKED = ["how do i", "what is the way to", "can anyone tell me how to", "is it possible to", "which way is best to"]


@dataset
def paraphrases(at: Path, random: np.random.Generator) -> str:
    """Questions about a few things and a number; each stands in about three pairs."""

    def told(things: tuple[int, ...], number: int) -> str:
        words = [str(random.choice(SYNONYMS[thing], p=[0.7, 0.2, 0.1])) for thing in random.permutation(things)]
        extra = list(random.choice(FILLER, random.integers(0, 4)))
        middle = [*words[:2], *extra, *words[2:], *([f"in {number} days"] if random.random() < 0.85 else [])]
        return f"{random.choice(ASKED)} {' '.join(middle)}?"

    rows = []
    for _ in range(420):
        things, number = tuple(random.choice(len(SYNONYMS), 4, replace=False)), int(random.integers(2, 9))
        first = told(things, number)
        for kind in random.choice(["same", "same", "number", "thing", "other"], random.integers(2, 7)):
            near, other = list(things), number
            if kind == "number":
                other = number % 8 + 2
            elif kind in ("thing", "other"):
                for place in range(1 if kind == "thing" else 3):
                    near[place] = int(random.choice([thing for thing in range(len(SYNONYMS)) if thing not in near]))
            same = kind == "same" if random.random() < 0.93 else kind != "same"
            rows.append([first, told(tuple(near), other), int(same)] if random.random() < 0.5 else [told(tuple(near), other), first, int(same)])
    table = pd.DataFrame(rows, columns=["question1", "question2", "is_duplicate"]).sample(frac=1, random_state=4)
    table.insert(0, "id", range(len(table)))
    table.to_csv(at / "pairs.csv", index=False)
    return "Pairs of questions that were asked at a forum.\n\n- is_duplicate: 1 where both ask the same, so that one answer does for both\n"


@dataset
def borrowed(at: Path, random: np.random.Generator) -> str:
    readers, books, tastes = 260, 120, 6
    taste_of, kind_of = random.integers(0, tastes, readers), random.integers(0, tastes, books)
    liked = 1 / random.permutation(np.arange(1, books + 1)) ** 0.5
    rows = []
    for reader in range(readers):
        # What is of one's taste, and is read by others, is borrowed more often.
        chance = liked * np.where(kind_of == taste_of[reader], 16, 1)
        for book in random.choice(books, random.integers(6, 16), replace=False, p=chance / chance.sum()):
            rows.append((f"r{reader:03d}", f"b{book:03d}", int(20 + 37 * book % 400), int(18 + 11 * reader % 60), int(random.integers(1, 30))))
    table = pd.DataFrame(rows, columns=["reader_id", "book_id", "pages", "reader_age", "days_kept"])
    table.sample(frac=1, random_state=5).to_csv(at / "loans.csv", index=False)
    return "One row a loan of a library.\n\n- reader_id: who borrows\n- book_id: what is borrowed\n- pages: of the book\n- days_kept: how long it was kept\n"


@dataset
def kettles(at: Path, random: np.random.Generator) -> str:
    rows = []
    for batch in range(420):
        start = pd.Timestamp("2012-01-01") + pd.Timedelta(hours=6 * int(random.integers(0, 8_000)))
        heat, feed, pressure = random.uniform(40, 90), random.uniform(1, 9), random.uniform(20, 60)
        for step in range(int(random.integers(14, 24))):
            time = start + pd.Timedelta(hours=6 * step)
            rows.append((f"K{batch:03d}", round(heat, 1), round(feed, 2), round(pressure, 2), time.strftime("%Y-%m-%d %H:%M:%S")))
            # Pressure goes where heat and feed draw it, and these are changed now and then.
            pressure += 0.2 * (0.7 * heat - 3 * feed - pressure) + random.normal(0, 1)
            heat += random.normal(0, 1.5)
            feed = random.uniform(1, 9) if random.random() < 0.07 else feed
    table = pd.DataFrame(rows, columns=["batch", "heat", "feed", "pressure", "time"])
    table.to_csv(at / "kettles.csv", index=False)
    return "Kettles, each brewing one batch, read every six hours.\n\n- batch: a number for what is brewed\n- feed: litres an hour\n"


def main(folder: Path, names: list[str]) -> None:
    for number, (name, make) in enumerate(MAKERS.items()):
        if names and name not in names:
            continue
        at = folder / name
        shutil.rmtree(at, ignore_errors=True)
        at.mkdir(parents=True)
        readme = make(at, np.random.default_rng(100 + number))
        (at / "README.md").write_text(f"# {name}\n\n{readme}")
        (at / "source.json").write_text(json.dumps({"id": name, "title": name, "licence": "CC0-1.0"}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
