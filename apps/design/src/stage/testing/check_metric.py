"""Puts each generated metric.py through what a participant may send; prints the complaints as a JSON list."""

import importlib.util
import json
import math
import sys
from pathlib import Path

import pandas as pd
from mle_env.ladder.scores import Truth
from mle_env.ladder.scores import score as score_of

#: What a cell of several answers may not hold either.
WRONG = {
    "tags": ["O", "O O O", "O  O", "O x", "O,O"],
    "labels": ["a a", "a  b", "a - b", "a d", "a;b"],
}


def check(folder):
    facts = json.loads((folder / "facts.json").read_text())
    spec = importlib.util.spec_from_file_location("metric", folder / "metric.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    metrics = next(value for name, value in vars(module).items() if name.endswith("Metrics") and isinstance(value, type))()
    name = facts["name"]
    truth = pd.DataFrame({"id": range(100, 100 + len(facts["truth"])), "y": facts["truth"], **facts["needed"]})
    guess = truth[["id", "y"]].assign(y=facts["truth"][1:] + facts["truth"][:1])
    score = metrics.evaluate(truth, guess)
    if type(score) is not float or not math.isfinite(score):
        yield f"{name}: the score is {score!r}"
    if abs(metrics.evaluate(truth, truth[["id", "y"]]) - facts["optimum"]) > 1e-9:
        yield f"{name}: the perfect answer misses the optimum"
    if (score > facts["optimum"]) if facts["direction"] == "maximize" else (score < facts["optimum"]):
        yield f"{name}: a wrong answer beats the optimum"
    reference = score_of(name, Truth.of(name, truth, "y"), guess["y"].to_numpy())
    if abs(score - reference) > 1e-9:
        yield f"{name}: scores {score}, the reference {reference}"
    if metrics.higher_is_better != (facts["direction"] == "maximize"):
        yield f"{name}: the direction is wrong"
    for word, other in {
        "row order": guess.sample(frac=1, random_state=3),
        "id as text": guess.assign(id=guess["id"].astype(str)),
        "id as float": guess.assign(id=guess["id"].astype(float)),
        "leading zero": guess.assign(id="0" + guess["id"].astype(str)),
    }.items():
        if metrics.evaluate(truth, other) != score:
            yield f"{name}: {word} changes the score"
    odd = [float("nan"), float("inf"), None, "", "x" * 1_000_000, "=1+1", 1e308, [1], *WRONG.get(facts["kind"], [])]
    bad = {f"value {str(cell)[:8]}": guess.astype(object).assign(y=[cell, *guess["y"].tolist()[1:]]) for cell in odd}
    bad |= {
        "missing": guess.iloc[1:],
        "extra": pd.concat([guess, guess.iloc[:1].assign(id=1)]),
        "duplicate": guess.assign(id=guess["id"].replace(101, 100)),
        "foreign": guess.assign(id=guess["id"] + 1),
        "columns": guess.rename(columns={"y": "z"}),
        "empty": guess.iloc[:0],
        "huge": pd.concat([guess] * 100),
        "nothing": pd.DataFrame(),
    }
    for word, submission in bad.items():
        try:
            metrics.evaluate(truth, submission)
            yield f"{name}: {word} is accepted"
        except module.InvalidSubmissionError as error:
            if any(str(value) in str(error) for value in truth["id"]):
                yield f"{name}: {word} quotes an id"
        except Exception as error:
            yield f"{name}: {word} raises {type(error).__name__}"


print(json.dumps([line for folder in sorted(Path(sys.argv[1]).iterdir()) for line in check(folder)]))
