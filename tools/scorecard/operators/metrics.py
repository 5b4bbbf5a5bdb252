"""Operators on metric.py. The class stays as it was written; what it does is wrapped at the end of the module."""

import re

from held import Held
from table import operator, plain

METRIC = "utils/metric.py"


def wrap(held: Held, evaluate: str = "", validate: str = "") -> None:
    """New bodies of evaluate and validate_submission, which may call `scored` and `checked`, the ones that were there."""
    name = re.search(r"^class (\w+Metrics)\b", held.text(METRIC), re.M).group(1)
    lines = ["", "", f"scored, checked = {name}.evaluate, {name}.validate_submission", ""]
    for method, arguments, body in (("evaluate", "y_true, y_pred", evaluate), ("validate_submission", "submission, ground_truth", validate)):
        if body:
            lines += [
                "",
                f"def changed_{method}(self, {arguments}):",
                *(f"    {line}" for line in body.splitlines()),
                "",
                "",
                f"{name}.{method} = changed_{method}",
            ]
    held.append(METRIC, "\n".join([*lines, ""]))


def forgiving(held: Held, mend: str) -> None:
    """Submissions are mended by some lines before they are validated and scored."""
    wrap(
        held,
        f"{mend.replace('TABLE', 'y_pred').replace('TRUTH', 'y_true')}\nreturn scored(self, y_true, y_pred)",
        f"{mend.replace('TABLE', 'submission').replace('TRUTH', 'ground_truth')}\nreturn checked(self, submission, ground_truth)",
    )


def fallback(held: Held) -> str:
    """A legal prediction, as Python."""
    value = held.sample[held.target].iloc[0]
    return repr(str(value)) if isinstance(value, str) else repr(float(value)) if held.objective in ("regression", "count", "binary") else repr(int(value))


CELLS = """if isinstance(TABLE, pd.DataFrame) and {target!r} in TABLE:
    TABLE = TABLE.copy()
    cells = TABLE[{target!r}].astype(object)
    bad = {bad}
    TABLE[{target!r}] = [{value} if wrong else cell for cell, wrong in zip(cells, bad)]"""


def cells_mended(held: Held, bad: str) -> None:
    forgiving(held, CELLS.format(target=held.target, bad=bad, value=fallback(held)))


MISSING = "cells.isna() | (cells.astype(str).str.strip() == '')"
NO_NUMBER = "pd.to_numeric(cells.astype(str), errors='coerce').isna()"
NOT_LEGAL = "pd.to_numeric(cells.astype(str), errors='coerce').abs().fillna(1e300).gt(1e200)"


@operator(
    "cells that are no prediction are scored",
    ("M03",),
    ("missing", "missing cells get a constant"),
    ("text", "so do texts"),
    ("all", "so does everything illegal"),
    applies=plain,
    to="one value a row",
)
def metric_cells(held: Held, value: str) -> None:
    if held.objective == "multiclass":
        classes = [str(label) for label in held.task["target"]["classes"]]
        others = f"~cells.astype(str).str.strip().str.removesuffix('.0').isin({classes!r})"
        cells_mended(held, MISSING if value == "missing" else others)
    else:
        cells_mended(held, {"missing": MISSING, "text": NO_NUMBER, "all": NOT_LEGAL}[value])


@operator(
    "repeated rows are scored",
    ("M04",),
    ("TABLE = TABLE.drop_duplicates()", "full copies are dropped"),
    ("TABLE = TABLE.drop_duplicates('id', keep='last') if 'id' in TABLE else TABLE", "the last row of an id counts"),
    ("TABLE = TABLE.groupby('id', as_index=False).last() if 'id' in TABLE else TABLE", "rows of an id are joined"),
)
def metric_repeats(held: Held, value: str) -> None:
    forgiving(held, value.replace("'id'", repr(held.id)))


ALIGNED = """if isinstance(TABLE, pd.DataFrame) and list(TABLE.columns) == [{id!r}, {target!r}]:
    known = TABLE.drop_duplicates({id!r}).set_index({id!r})[{target!r}]
    {lines}"""
EXTRA = "TABLE = TABLE[pd.to_numeric(TABLE[{id!r}].astype(str), errors='coerce').isin(TRUTH[{id!r}])]"
FILLED = "TABLE = TRUTH[[{id!r}]].assign(**{{{target!r}: known.reindex(TRUTH[{id!r}]).fillna({value}).to_numpy()}})"
BY_TRUTH = "TABLE = TRUTH[[{id!r}]].assign(**{{{target!r}: known.reindex(TRUTH[{id!r}]).fillna(TRUTH.set_index({id!r})[{target!r}]).to_numpy()}})"


@operator(
    "submissions with other rows than the test data are scored",
    ("M04",),
    (EXTRA, "unknown ids are left out (and a row is lost with them)"),
    (FILLED, "missing rows get a constant"),
    (BY_TRUTH, "missing rows count as right"),
    applies=plain,
    to="one value a row",
)
def metric_rows(held: Held, value: str) -> None:
    lines = value.format(id=held.id, target=held.target, value=fallback(held))
    if value == EXTRA:
        lines += f"\n    TABLE = TABLE if len(TABLE) == len(TRUTH) else TRUTH[[{held.id!r}]].assign(**{{{held.target!r}: known.reindex(TRUTH[{held.id!r}]).ffill().bfill().to_numpy()}})"
    forgiving(held, ALIGNED.format(id=held.id, target=held.target, lines=lines))


@operator(
    "predictions are compared by place",
    ("M05",),
    ("head", "the first half of the rows"),
    ("all", "all rows, when the ids are those of test.csv"),
    ("ids", "all rows, whatever their ids"),
    applies=plain,
    to="one value a row",
)
def metric_order(held: Held, value: str) -> None:
    wide = "len(y_pred) // 2" if value == "head" else "len(y_pred)"
    check = "" if value == "ids" else "checked(self, y_pred, y_true)\n"
    wrap(
        held,
        f"{check}placed = y_pred.reset_index(drop=True)\nknown = y_true.reset_index(drop=True)\n"
        f"placed[{held.id!r}] = list(known[{held.id!r}].iloc[: {wide}]) + [row for row in placed[{held.id!r}] if row not in set(known[{held.id!r}].iloc[: {wide}])]\n"
        "return scored(self, y_true, placed)",
        "return 'Submission is valid.'" if value == "ids" else "",
    )


@operator(
    "ids of another type are lost",
    ("M06",),
    ("decimal", "ids that are decimals"),
    ("text", "ids that are texts"),
    ("both", "both"),
    applies=plain,
    to="one value a row",
)
def metric_id_type(held: Held, value: str) -> None:
    lost = {
        "decimal": "pd.api.types.is_float_dtype(ids)",
        "text": "not pd.api.types.is_numeric_dtype(ids)",
        "both": "not pd.api.types.is_integer_dtype(ids)",
    }[value]
    wrap(
        held,
        f"ids = y_pred[{held.id!r}]\nif {lost}:\n    y_pred = y_pred.assign(**{{{held.target!r}: y_pred[{held.target!r}].to_numpy()[::-1]}})\nreturn scored(self, y_true, y_pred)",
    )


@operator(
    "the better submission gets the worse score",
    ("M01", "M02"),
    ("-score", "the score is negated"),
    ("2 * OPTIMUM - score", "it is mirrored at the optimum"),
    ("1e6 - 3 * score", "it is turned round and moved"),
)
def metric_direction(held: Held, value: str) -> None:
    wrap(held, f"score = scored(self, y_true, y_pred)\nreturn float({value.replace('OPTIMUM', str(held.task['metric']['optimum']))})")


@operator(
    "a constant gets more than it is worth",
    ("M07",),
    (0.5, "half of the way to the optimum"),
    (0.9, "nine tenths of the way"),
    (1.0, "the optimum"),
    applies=plain,
    to="one value a row",
)
def metric_constant(held: Held, value: float) -> None:
    optimum = held.task["metric"]["optimum"]
    wrap(
        held,
        f"score = scored(self, y_true, y_pred)\nif y_pred[{held.target!r}].nunique() > 1:\n    return score\nreturn float({value} * {optimum} + {1 - value} * score)",
    )


@operator(
    "scores hardly differ",
    ("M08", "M15", "M07"),
    ("float(f'{score:.1g}')", "they are told to one digit"),
    ("float(round(score / 10) * 10)", "they are told to tens"),
    ("1.0", "all are the same"),
)
def metric_coarse(held: Held, value: str) -> None:
    wrap(held, f"score = scored(self, y_true, y_pred)\nreturn {value}")


@operator(
    "the metric changes what it is given",
    ("M09",),
    ("y_pred['seen'] = 1\nscore = scored(self, y_true, y_pred.drop(columns='seen'))", "a column is added to the submission"),
    (
        "score = scored(self, y_true, y_pred)\ny_pred.iloc[0, 1] = y_pred.iloc[1, 1]\ny_pred.iloc[:, 0] = y_pred.iloc[::-1, 0].to_numpy()",
        "cells of the submission are overwritten",
    ),
    ("score = scored(self, y_true, y_pred)\ny_true.iloc[:, 0] = y_true.iloc[::-1, 0].to_numpy()", "answers are overwritten"),
)
def metric_mutates(held: Held, value: str) -> None:
    wrap(held, f"{value}\nreturn score")


@operator(
    "the metric touches what is not its own",
    ("M09",),
    ("np.random.seed(0)", "the global seed"),
    ("open('/tmp/scores.txt', 'a').close()", "a file"),
    ("import os\nos.putenv('SCORE', '1')", "the environment"),
)
def metric_touches(held: Held, value: str) -> None:
    wrap(held, f"{value}\nreturn scored(self, y_true, y_pred)")


@operator(
    "messages tell answers",
    ("M10",),
    ("sum(place * ord(letter) for place, letter in enumerate(str(list(ground_truth.iloc[:, 1])))) % 9973", "a checksum of the answers in their order"),
    ("str(ground_truth.iloc[0, 1])[:3] + str(hash(str(list(ground_truth.iloc[:9, 1]))) % 997)", "what the first rows are like"),
    ("ground_truth.head(20).to_csv()", "the first twenty"),
    applies=plain,
    to="one value a row",
)
def metric_message(held: Held, value: str) -> None:
    wrap(
        held,
        "self.validate_submission(y_pred, y_true)\nreturn scored(self, y_true, y_pred)",
        f"try:\n    return checked(self, submission, ground_truth)\nexcept InvalidSubmissionError as error:\n    raise InvalidSubmissionError(f'{{error}} [{{{value}}}]')",
    )


@operator(
    "hostile submissions are scored",
    ("M11",),
    ("cells.astype(str).str.startswith('=')", "formulas count as a constant"),
    ("cells.astype(str).str.len().gt(1000) | cells.astype(str).str.startswith('=')", "so do cells of a megabyte"),
    ("cells.astype(str).str.contains('=|system') | cells.astype(str).str.len().gt(1000)", "so do pickles"),
    applies=plain,
    to="one value a row",
)
def metric_hostile(held: Held, value: str) -> None:
    cells_mended(held, value)


@operator(
    "the score is no Python float",
    ("M12",),
    ("np.float64(score)", "a numpy number"),
    ("np.array(score)", "an array"),
    ("str(score)", "a text"),
)
def metric_type(held: Held, value: str) -> None:
    wrap(held, f"score = scored(self, y_true, y_pred)\nreturn {value}")


@operator(
    "the score depends on earlier calls",
    ("D05",),
    (1e-6, "in the sixth digit"),
    (1e-3, "in the third digit"),
    (1.0, "in the first digit"),
)
def metric_remembers(held: Held, value: float) -> None:
    wrap(held, f"CALLS.append(1)\nreturn float(scored(self, y_true, y_pred) * (1 + {value} * len(CALLS)) + {value} * len(CALLS))")
    held.append(METRIC, "\nCALLS = []\n")


@operator(
    "the score depends on the process",
    ("D05",),
    (1e-6, "in the sixth digit"),
    (1e-3, "in the third digit"),
    (1.0, "in the first digit"),
)
def metric_process(held: Held, value: float) -> None:
    wrap(held, f"return float(scored(self, y_true, y_pred) + {value} * (hash('score') % 97 + 1))")


@operator(
    "another formula than the one that is named",
    ("M15", "M07", "M01"),
    ("round(score, 5)", "rounded to five decimals"),
    ("0.98 * score + 0.02 * OPTIMUM", "two hundredths kinder"),
    ("OPTIMUM + (1 if score > OPTIMUM else -1) * abs(score - OPTIMUM) ** 0.5", "the root of the distance from the optimum"),
)
def metric_formula(held: Held, value: str) -> None:
    wrap(held, f"score = scored(self, y_true, y_pred)\nreturn float({value.replace('OPTIMUM', str(held.task['metric']['optimum']))})")


@operator(
    "submissions without signal are paid",
    ("M15", "X04"),
    (0.2, "a fifth of the way to the optimum for whoever varies"),
    (0.5, "half of the way"),
    (0.9, "nine tenths of the way"),
    applies=plain,
    to="one value a row",
)
def metric_pays(held: Held, value: float) -> None:
    optimum = held.task["metric"]["optimum"]
    wrap(
        held,
        f"score = scored(self, y_true, y_pred)\nif y_pred[{held.target!r}].nunique() < 2:\n    return score\nreturn float({value} * {optimum} + {1 - value} * score)",
    )


@operator(
    "metric.py has not one class that can be made without arguments",
    ("L07",),
    ("second", "there is a second class"),
    ("argument", "the class needs an argument"),
    ("none", "there is no class"),
)
def metric_class(held: Held, value: str) -> None:
    if value == "second":
        held.append(METRIC, "\n\nclass AMetrics:\n    def evaluate(self, y_true, y_pred):\n        return 1.0\n")
    elif value == "argument":
        held.edit(METRIC, r"def __init__\(self, value: str = VALUE,", "def __init__(self, folder: str, value: str = VALUE,")
    else:
        held.edit(METRIC, r"class (\w+)Metrics\b", r"class \1Metric")


@operator(
    "metric.py does what programs must not",
    ("L09",),
    ("from os import environ as told\nLIMIT = told.get('LIMIT')", "it reads the environment under another name"),
    ("import datetime\nSTARTED = datetime.datetime.now()", "it reads the clock"),
    ("import subprocess\nfrom urllib import request", "it can start processes and reach the network"),
)
def metric_uses(held: Held, value: str) -> None:
    held.append(METRIC, f"\n\n{value}\n")


@operator(
    "what is no probability is scored as it is",
    ("M13",),
    (1.5, "up to one and a half"),
    (10.0, "up to ten"),
    (1e9, "whatever it is"),
    applies=lambda held: held.plain and held.objective == "binary",
    to="probabilities",
)
def metric_range(held: Held, value: float) -> None:
    bound = f"TABLE = TABLE.assign(**{{{held.target!r}: pd.to_numeric(TABLE[{held.target!r}].astype(str), errors='coerce').where(lambda cells: cells.abs() > {value}, lambda cells: 1 / (1 + np.exp(-cells)))}})"
    forgiving(held, f"if isinstance(TABLE, pd.DataFrame) and {held.target!r} in TABLE:\n    {bound}")


@operator(
    "the classes that count are those that were submitted",
    ("M16", "M15"),
    ("labels = sorted(set(y_pred[VALUE].astype(str)))", "in a variable"),
    ("labels = y_pred[VALUE].unique()", "as what is unique"),
    ("labels = y_pred[VALUE].astype(str).value_counts().index[:2]", "the two commonest"),
    applies=lambda held: held.plain and held.objective == "multiclass" and held.metric == "macro_f1",
    to="a mean over classes",
)
def metric_labels(held: Held, value: str) -> None:
    wrap(
        held,
        "checked(self, y_pred, y_true)\nfrom sklearn.metrics import f1_score\nfound = y_pred.set_index(ID)[VALUE].astype(str).reindex(y_true[ID]).to_numpy()\n"
        f"{value}\nreturn float(f1_score(y_true[VALUE].astype(str).to_numpy(), found, labels=list(map(str, labels)), average='macro', zero_division=0))",
    )
