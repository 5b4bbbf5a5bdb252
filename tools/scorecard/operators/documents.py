"""Operators on layout, descriptions and manifests."""

import io
import zipfile

from held import DESCRIPTION, TABLES, Held
from table import operator

UP, DOWN = r"Higher is better", r"Lower is better"


@operator(
    "a required file is missing or empty",
    ("L01",),
    ((DESCRIPTION, False), "the description is empty"),
    ((TABLES["sample"], True), "the sample submission is missing"),
    (("utils/metric.py", True), "metric.py is missing"),
)
def file_missing(held: Held, value: tuple[str, bool]) -> None:
    path, gone = value
    held.remove(path) if gone else held.write(path, b"")


@operator(
    "the answers lie in a public file",
    ("L02",),
    ("spelled", "a text spells them out one after the other"),
    ("folder", "a copy under another name in a folder below"),
    ("copy", "a copy of test_answer.csv"),
    applies=lambda held: held.plain,
    to="one value a row",
)
def answers_public(held: Held, value: str) -> None:
    if value == "spelled":
        held.write("data/public/notes.txt", "Notes: " + ";".join(held.answers[held.target].astype(str)) + "\n")
    else:
        name = "extra/numbers.csv" if value == "folder" else "test_answer.csv"
        held.write(f"data/public/{name}", (held.root / TABLES["answers"]).read_bytes())


@operator(
    "a public text names a private path",
    ("L02",),
    ("notes", "in a configuration file"),
    ("folder", "the description names the folder"),
    ("file", "the description names the file of answers"),
)
def private_named(held: Held, value: str) -> None:
    if value == "notes":
        held.write("data/public/settings.json", '{"answers": "../private/answers.json"}\n')
    else:
        held.append(DESCRIPTION, f"\nAnswers are kept in data/private{'/test_answer.csv' if value == 'file' else ''}.\n")


@operator(
    "an archive unpacks outside of its folder",
    ("L03",),
    ("more/../../../private/x", "a path that climbs in its middle"),
    ("../private/x", "a path that climbs at its beginning"),
    ("/etc/cron.d/x", "an absolute path"),
)
def zip_slip(held: Held, value: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(5):
            archive.writestr(f"more/{number}.txt", "more")
        archive.writestr(value, "x")
    held.write("data/public/more.zip", stream.getvalue())


@operator(
    "a table is no strict CSV",
    ("L04",),
    ("mark", "test.csv starts with a byte order mark"),
    ("wide", "one row of train.csv has a cell too many"),
    ("bytes", "train.csv is not UTF-8"),
)
def csv_damaged(held: Held, value: str) -> None:
    path = TABLES["test" if value == "mark" else "train"]
    data = (held.root / path).read_bytes()
    if value == "mark":
        held.write(path, b"\xef\xbb\xbf" + data)
    elif value == "wide":
        held.write(path, data + data.rstrip(b"\n").rsplit(b"\n", 1)[-1] + b",7,7\n")
    else:
        held.write(path, data + data.rstrip(b"\n").rsplit(b"\n", 1)[-1].replace(b",", b",\xff", 1) + b"\n")


@operator(
    "the description names files that are not there",
    ("L05",),
    (1, "one further file"),
    (2, "test.csv under another name"),
    (3, "all tables under other names"),
)
def description_files(held: Held, value: int) -> None:
    if value == 1:
        held.append(DESCRIPTION, "\nThe weather of each day is in `weather.csv`.\n")
    else:
        held.edit(DESCRIPTION, r"`test\.csv`", "`test_data.csv`")
    if value == 3:
        held.edit(DESCRIPTION, r"`train\.csv`", "`training.csv`")
        held.edit(DESCRIPTION, r"`sample_submission\.csv`", "`example.csv`")


@operator(
    "the description gives wrong numbers of rows",
    ("L12",),
    (lambda rows: rows + 1, "one row too many in train.csv"),
    (lambda rows: round(rows * 1.1), "a tenth too many in train.csv"),
    (lambda rows: rows * 2, "twice as many in train.csv"),
)
def description_rows(held: Held, value: object) -> None:
    rows = held.task["split"]["trainRows"]
    held.edit(DESCRIPTION, rf"`train\.csv`: {rows} rows", f"`train.csv`: {value(rows)} rows", 1)


@operator(
    "the description tells another direction than the metric has",
    ("M14",),
    ("none", "no direction is told"),
    ("both", "both directions are told"),
    ("other", "the other direction is told"),
)
def description_direction(held: Held, value: str) -> None:
    up = held.task["metric"]["direction"] == "maximize"
    told, other = (UP, DOWN) if up else (DOWN, UP)
    held.edit(DESCRIPTION, told, "It is scored" if value == "none" else f"{told} and {other.lower()}" if value == "both" else other)


@operator(
    "the manifest gives wrong numbers of rows",
    ("L12",),
    (1, "one row off"),
    (0.1, "a tenth off"),
    (0, "train and test exchanged"),
)
def manifest_rows(held: Held, value: float) -> None:
    split = held.task["split"]
    if value == 0:
        split["trainRows"], split["testRows"] = split["testRows"] + 1, split["trainRows"]
    else:
        split["trainRows"] += 1 if value == 1 else round(value * split["trainRows"])


@operator(
    "the manifest lists other files than there are",
    ("L12",),
    ("digest", "one digest is stale"),
    ("unlisted", "one file is not listed"),
    ("none", "no file is listed"),
)
def manifest_files(held: Held, value: str) -> None:
    held.task["_files"] = value


@operator(
    "the manifest states the wrong direction",
    ("L12", "M14"),
    ("manifest", "in the manifest alone"),
    ("description", "in the description too"),
    ("code", "in metric.py too"),
)
def manifest_direction(held: Held, value: str) -> None:
    up = held.task["metric"]["direction"] == "maximize"
    held.task["metric"]["direction"] = "minimize" if up else "maximize"
    if value != "manifest":
        held.edit(DESCRIPTION, UP if up else DOWN, DOWN if up else UP)
    if value == "code":
        held.edit("utils/metric.py", rf"higher_is_better: bool = {up}", f"higher_is_better: bool = {not up}")


@operator(
    "nothing says where the raw data comes from and on what terms",
    ("L11",),
    (1, "ATTRIBUTION is missing"),
    (2, "the licence is not told either"),
    (3, "nor is the digest of the raw files"),
)
def origin_missing(held: Held, value: int) -> None:
    held.remove("ATTRIBUTION")
    if value > 1:
        held.task["licence"]["text"] = ""
    if value > 2:
        held.task["dataset"]["digest"] = ""


@operator(
    "the id is no label or that of a known bench",
    ("L08",),
    ("digit-recognizer", "a bench's name that could be an accident"),
    ("titanic", "a famous bench's name"),
    ("Titanic.v2", "no DNS label"),
)
def bench_id(held: Held, value: str) -> None:
    held.task["id"] = value


@operator(
    "the label is derived from columns that are inputs",
    ("S26",),
    (1, "one of the sources is an input"),
    (2, "two are"),
    (0, "the target's own column is"),
    applies=lambda held: held.media is None and len(held.task["columns"]) >= 2,
    to="tables with two inputs and more",
)
def label_source(held: Held, value: int) -> None:
    if value == 0:
        held.task["columns"][0]["raw"] = held.task["target"]["column"]
        return
    sources = [column["raw"] for column in held.task["columns"][:value]]
    held.task["target"]["derivation"] = {"expression": f"table[{sources[0]!r}]", "sources": ["elsewhere", *sources], "reason": "stated by the source"}


@operator(
    "an input is known only afterwards, or nobody asked when it is known",
    ("S28",),
    ("unlisted", "one input has no line in the ledger"),
    (1, "one input is listed as known afterwards"),
    (3, "three are"),
)
def ledger_late(held: Held, value: str | int) -> None:
    raw = [column["raw"] for column in held.task["columns"]]
    if value == "unlisted":
        held.task["ledger"] = [entry for entry in held.task["ledger"] if entry["column"] != raw[-1]]
    else:
        for entry in held.task["ledger"]:
            if entry["column"] in raw[-int(value) :]:
                entry["availability"] = "after"


@operator(
    "the canary is missing in public texts",
    ("X11",),
    ("other", "the description has that of another task"),
    ("more", "a further text has none"),
    ("none", "the description has none"),
)
def canary_missing(held: Held, value: str) -> None:
    if value == "more":
        held.write("data/public/notes.md", "Measured in spring.\n")
    elif value == "other":
        held.edit(DESCRIPTION, r"Canary [0-9a-f]{8}", "Canary 00000000")
    else:
        held.edit(DESCRIPTION, r"\nCanary [^\n]*\n", "\n")


@operator(
    "the description names a bench or platform",
    ("X13",),
    ("a task in the style of MLE-bench", "in passing"),
    ("This is a Kaggle competition", "as where it comes from"),
    ("You are evaluated on MLE-bench by Kaggle medals", "as what the reader is measured by"),
)
def bench_named(held: Held, value: str) -> None:
    held.edit(DESCRIPTION, r"## The question\n", f"## The question\n{value}.\n")


@operator(
    "the description promises packages that are not installed",
    ("X10",),
    ("numpy, pandas and fastboostlite are installed.", "one among others"),
    ("Python with catboostx and torchette is installed.", "two"),
    ("Everything is installed; start with\n\n    import torchette\n    import autosolver", "in lines that import them"),
)
def phantom_library(held: Held, value: str) -> None:
    held.edit(DESCRIPTION, r"## Rules\n", f"## Rules\n{value}\n")
