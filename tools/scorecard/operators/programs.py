"""Operators on prepare.py."""

from held import Held
from table import operator

PREPARE = "utils/prepare.py"
SIGNATURE = r"def prepare\(raw: Path, public: Path, private: Path\) -> None:"


def around(held: Held, after: str, before: str = "") -> None:
    """A prepare of its own that calls the one that was there, between further lines."""
    held.edit(PREPARE, r"def prepare\(", "def made(")
    held.append(
        PREPARE,
        f"\n\ndef prepare(raw: Path, public: Path, private: Path) -> None:\n{indented(before)}    made(raw, public, private)\n{indented(after)}",
    )


def indented(code: str) -> str:
    return "".join(f"    {line}\n" for line in code.splitlines())


def shuffled(seed: str) -> str:
    """Lines that put the rows of train.csv into an order drawn with a seed."""
    return (
        f'table = pd.read_csv(public / "train.csv", low_memory=False)\n'
        f"table = table.sample(frac=1{seed})\n"
        'table.to_csv(public / "train.csv", index=False, lineterminator="\\n")\n'
    )


@operator(
    "prepare is a stub",
    ("L06", "D01", "D06"),
    ("public.mkdir(parents=True, exist_ok=True)\nprivate.mkdir(parents=True, exist_ok=True)", "it makes the folders and no file"),
    ("pass", "it does nothing"),
    ("raise NotImplementedError", "it raises"),
)
def prepare_stub(held: Held, value: str) -> None:
    held.edit(PREPARE, r"def prepare\(", "def made(")
    held.append(PREPARE, f"\n\ndef prepare(raw: Path, public: Path, private: Path) -> None:\n{indented(value)}")


@operator(
    "prepare has another signature",
    ("L06",),
    ("def prepare(raw: Path, private: Path, public: Path) -> None:", "two folders exchanged"),
    ("def prepare(raw: Path, public: Path, private: Path, seed: int) -> None:", "a further argument"),
    ("def build_all(raw: Path, public: Path, private: Path) -> None:", "another name"),
)
def prepare_signature(held: Held, value: str) -> None:
    held.edit(PREPARE, SIGNATURE, value)


@operator(
    "importing prepare.py does something",
    ("L06",),
    ("print('ready')", "it prints"),
    ("NOTES = open('notes.txt', 'w')", "it opens a file"),
    ("TABLE = pd.read_csv('/tmp/table.csv') if Path('/tmp/table.csv').is_file() else None", "it reads a table"),
)
def prepare_import(held: Held, value: str) -> None:
    held.append(PREPARE, f"\n\n{value}\n")


@operator(
    "prepare draws by chance without a seed",
    ("L09", "D01"),
    (shuffled(""), "the order of the training rows"),
    (
        'table = pd.read_csv(public / "sample_submission.csv")\ntable.iloc[0, 1] = table.iloc[:, 1].sample(1).iloc[0]\n' + shuffled(""),
        "the order of the training rows, and a cell of the sample",
    ),
    (
        "import numpy as np\n"
        'table = pd.read_csv(public / "train.csv", low_memory=False)\n'
        "table = table[np.random.default_rng().random(len(table)) < 0.9]\n"
        'table.to_csv(public / "train.csv", index=False, lineterminator="\\n")\n',
        "which training rows there are",
    ),
)
def prepare_chance(held: Held, value: str) -> None:
    around(held, value)
    held.prepares = True


@operator(
    "prepare depends on the order of a set",
    ("D02",),
    ("(public / 'words.txt').write_text(' '.join({'oak', 'elm', 'ash', 'fir', 'yew', 'box', 'bay', 'may'}))", "the words of a text"),
    (shuffled(", random_state=int(''.join(str(ord(letter)) for letter in {'p', 'q', 'r', 's', 't', 'u'})) % 2**31"), "the order of the training rows"),
    (
        'table = pd.read_csv(public / "train.csv", low_memory=False)\n'
        "table = table[[hash(str(row)) % 10 > 0 for row in table[ID]]]\n"
        'table.to_csv(public / "train.csv", index=False, lineterminator="\\n")\n',
        "which training rows there are",
    ),
)
def prepare_set_order(held: Held, value: str) -> None:
    around(held, value)
    held.prepares = True


@operator(
    "prepare depends on where it is run",
    ("D01", "D02"),
    (shuffled(", random_state=len(str(Path.cwd()))"), "on the working folder"),
    ("import time\n" + shuffled(", random_state=abs(time.timezone) % 2**31"), "on the time zone"),
    ("import os\n" + shuffled(", random_state=os.getpid()"), "on the number of the process"),
)
def prepare_surroundings(held: Held, value: str) -> None:
    around(held, value)
    held.prepares = True


@operator(
    "prepare reads the clock",
    ("L09",),
    ("from time import time as moment\nmoment()", "under another name"),
    ("import datetime\ndatetime.datetime.now()", "plainly"),
    (shuffled(", random_state=int(pd.Timestamp.now().value % 2**31)"), "and draws by it"),
)
def prepare_clock(held: Held, value: str) -> None:
    around(held, value)


@operator(
    "prepare goes to the network",
    ("L09",),
    (
        "try:\n    import urllib.request as ask\n    ask.urlopen('example.org', timeout=1)\nexcept Exception:\n    pass",
        "by a module under another name, in a try",
    ),
    ("try:\n    pd.read_csv('https://example.org/table.csv')\nexcept Exception:\n    pass", "by the address of a table"),
    ("import socket\nsocket.socket()", "by a socket"),
)
def prepare_network(held: Held, value: str) -> None:
    around(held, "", value)


@operator(
    "prepare starts processes",
    ("L09",),
    ("from os import popen as see\nsee('true').close()", "by a function under another name"),
    ("import subprocess\nsubprocess.run(['true'])", "by subprocess"),
    ("import os\nos.system('true')", "by a shell"),
)
def prepare_process(held: Held, value: str) -> None:
    around(held, "", value)


@operator(
    "prepare reads the environment",
    ("L09",),
    ("from os import environ as told\ntold.get('HOME')", "under another name"),
    ("import os\nos.getenv('HOME')", "one variable"),
    ("import os\nprint(dict(os.environ))", "all of it, and prints it"),
)
def prepare_environment(held: Held, value: str) -> None:
    around(held, "", value)


@operator(
    "prepare evaluates text",
    ("L09",),
    ("eval('1 + 1')", "an expression"),
    ("exec('x = 1')", "a statement"),
    ("__import__('json')", "an import by name"),
)
def prepare_evaluates(held: Held, value: str) -> None:
    around(held, "", value)


@operator(
    "prepare changes the raw files",
    ("D03", "D06"),
    ("next(path for path in sorted(raw.rglob('*')) if path.is_file()).open('a').write('\\n')", "a line more at the end of one"),
    ("next(path for path in sorted(raw.rglob('*')) if path.is_file()).write_text('gone')", "one is overwritten"),
    ("next(path for path in sorted(raw.rglob('*')) if path.is_file()).unlink()", "one is deleted"),
)
def raw_changed(held: Held, value: str) -> None:
    around(held, value)


@operator(
    "prepare does not end well",
    ("D06",),
    ("import time\nif time.timezone != 0:\n    raise OSError('no such place')", "in another time zone"),
    ("raise OSError('no space')", "when all is written"),
    ("raise MemoryError", "at once"),
)
def prepare_fails(held: Held, value: str) -> None:
    around(held, *(("", value) if "Memory" in value else (value, "")))


@operator(
    "prepare adds to what it finds",
    ("D04",),
    ("(public / f'log{len(list(public.iterdir()))}.txt').write_text('made')", "a file whose name tells how many were there"),
    ("(public / 'log.txt').open('a').write('made')", "a line at the end of a file"),
    ("(public / f'log{len(list(public.iterdir()))}.csv').write_text((public / 'train.csv').read_text())", "a copy of train.csv"),
)
def prepare_accumulates(held: Held, value: str) -> None:
    around(held, value)
    held.prepares = True


@operator(
    "prepare learns from the whole table before it splits",
    ("S25",),
    (
        "    numbers = table.select_dtypes('number').columns.drop(TARGET, errors='ignore')\n    table[numbers] = table[numbers].fillna(table[numbers].mean())\n",
        "means for missing cells",
    ),
    (
        "    from sklearn.preprocessing import StandardScaler\n    numbers = table.select_dtypes('number').columns.drop(TARGET, errors='ignore')\n"
        "    table[numbers] = StandardScaler().fit_transform(table[numbers]) if len(numbers) else table[numbers]\n",
        "a scaling",
    ),
    (
        "    first = table.columns[0]\n    table['mean_of_target'] = table.groupby(first)[TARGET].transform('count')\n",
        "what the target is like where a column has some value",
    ),
)
def prepare_learns(held: Held, value: str) -> None:
    held.edit(PREPARE, r"(    table = table\[table\[TARGET\]\.notna\(\)\]\.reset_index\(drop=True\)\n)", lambda found: found.group(1) + value, 1)
