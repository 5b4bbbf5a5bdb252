"""Family M: the metric under hostile and legal submissions; runs where answers are."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mle_env.grade import load_metrics
from mle_env.ladder.scores import SCORES
from mle_env.rounding import significant

from .facts import Facts, given, inferred
from .files import Package

SHARES = (0.1, 0.25, 0.5, 1.0)
SEEDS = 5
LEGAL = 50


def metric(argument: dict[str, Any] | None, source: Path, output: Path) -> dict[str, Any]:
    """Measures /input/package/utils/metric.py with /input/package's answers.

    Gives `fault` where the class cannot be made, else one entry for each rule of family M and for A03, A04.
    """
    package = Package(source / "package")
    facts = given(argument) if argument else inferred(package)
    if facts is None or package.answers is None:
        return {"fault": "the answers are not one id and one value"}
    try:
        metrics = load_metrics(package.metric)
    except BaseException as error:  # noqa: BLE001 - foreign code
        return {"fault": f"{type(error).__name__}: {error}"[:300]}
    return Fuzz(facts, package, metrics).measure()


class Fuzz:
    """Submissions derived from the answers, and what the metric makes of each."""

    def __init__(self, facts: Facts, package: Package, metrics: Any) -> None:
        self.facts, self.package, self.metrics = facts, package, metrics
        self.truth = package.answers[[facts.id, facts.target]]
        self.random = np.random.default_rng(11)

    def measure(self) -> dict[str, Any]:
        gold = self.truth.copy()
        perfect = self.score(gold)
        return {
            "fault": "",
            "perfect": perfect,
            "worse": self.permutations(gold),
            "refused": {name: self.refusal(make(gold.copy())) for name, make in self.illegal().items()},
            "shuffledRows": self.score(gold.sample(frac=1, random_state=3)),
            "idTypes": {"string": self.score(gold.assign(**{self.facts.id: gold[self.facts.id].astype(str)})), "float": self.as_float(gold)},
            "constant": self.constant(),
            "legal": self.legal(gold),
            "mutated": self.mutated(gold),
            "again": self.score(gold),
            "fresh": self.fresh(gold),
            "returns": self.returned(gold),
            "leaks": self.leaks(gold),
            "hostile": {name: self.refusal(make()) for name, make in self.hostile(gold).items()},
            "sample": self.sample(),
            "name": type(self.metrics).__name__,
            "higherIsBetter": getattr(self.metrics, "higher_is_better", None),
        }

    def score(self, offered: pd.DataFrame) -> float | str:
        """The score, or the name of what was raised."""
        try:
            return significant(float(self.metrics.evaluate(self.truth.copy(), offered)), 12)
        except Exception as error:  # noqa: BLE001
            return type(error).__name__

    def refusal(self, offered: Any) -> dict[str, Any]:
        """How a submission that must be refused was answered: `by` is the error's name or None where it was accepted."""
        found: dict[str, Any] = {"by": None, "message": "", "score": None}
        try:
            self.metrics.validate_submission(offered, self.truth.copy())
            found["score"] = significant(float(self.metrics.evaluate(self.truth.copy(), offered)), 6)
        except Exception as error:  # noqa: BLE001
            found["by"], found["message"] = type(error).__name__, str(error)[:300]
        return found

    def permutations(self, gold: pd.DataFrame) -> list[float | str]:
        """Median score after a share of the rows exchanged their answers, for growing shares."""
        medians: list[float | str] = []
        for share in SHARES:
            scores = []
            for seed in range(SEEDS):
                random = np.random.default_rng(seed)
                rows = random.permutation(len(gold))[: max(2, int(share * len(gold)))]
                values = gold[self.facts.target].to_numpy(copy=True)
                values[rows] = values[random.permutation(rows)]
                scores.append(self.score(gold.assign(**{self.facts.target: values})))
            medians.append(next((value for value in scores if isinstance(value, str)), None) or significant(float(np.median([value for value in scores if not isinstance(value, str)])), 12))
        return medians

    def illegal(self) -> dict[str, Callable[[pd.DataFrame], Any]]:
        identity, target = self.facts.id, self.facts.target

        def cell(value: Any) -> Callable[[pd.DataFrame], pd.DataFrame]:
            def put(table: pd.DataFrame) -> pd.DataFrame:
                values = table[target].astype(object).to_numpy(copy=True)
                values[0] = value
                return table.assign(**{target: pd.Series(values, index=table.index)})

            return put

        strange: dict[str, Any] = {"nan": float("nan"), "none": None, "empty": "", "text": "not a prediction"}
        if self.facts.kind != "label":
            strange |= {"infinite": float("inf"), "minus infinite": float("-inf"), "huge": 1e308}
        if self.facts.kind == "probability":
            strange |= {"above one": 1.5, "below zero": -0.5}
        if self.facts.kind == "nonnegative":
            strange |= {"negative": -1.0}
        return {f"cell {name}": cell(value) for name, value in strange.items()} | {
            "row missing": lambda table: table.iloc[1:],
            "row twice": lambda table: pd.concat([table, table.iloc[:1]]),
            "id twice": lambda table: table.assign(**{identity: [table[identity].iloc[1], *table[identity].iloc[1:]]}),
            "id unknown": lambda table: table.assign(**{identity: [10**9 + 7, *table[identity].iloc[1:]]}) if pd.api.types.is_numeric_dtype(table[identity]) else table.assign(**{identity: ["no such id", *table[identity].iloc[1:]]}),
            "column missing": lambda table: table[[identity]],
            "column renamed": lambda table: table.rename(columns={target: "something_else"}),
            "no rows": lambda table: table.iloc[:0],
        }

    def hostile(self, gold: pd.DataFrame) -> dict[str, Callable[[], Any]]:
        target = self.facts.target
        return {
            "hundredfold": lambda: pd.concat([gold] * 100),
            "megabyte cell": lambda: gold.assign(**{target: ["9" * 1_000_000, *gold[target].iloc[1:].astype(object)]}),
            "formula": lambda: gold.assign(**{target: ["=HYPERLINK(1)", *gold[target].iloc[1:].astype(object)]}),
        }

    def as_float(self, gold: pd.DataFrame) -> float | str | None:
        identity = self.facts.id
        return self.score(gold.assign(**{identity: gold[identity].astype(float)})) if pd.api.types.is_numeric_dtype(gold[identity]) else None

    def constant(self) -> dict[str, Any]:
        """The best of the constants, and what the catalogue's metric says about it."""
        target = self.truth[self.facts.target]
        values = [0.5] if self.facts.kind == "probability" else list(pd.unique(target))[:10] if self.facts.kind == "label" else [float(target.mean()), float(target.median())]
        scores = [self.score(self.truth.assign(**{self.facts.target: value})) for value in values]
        numbers = [value for value in scores if not isinstance(value, str)]
        expected = None
        if self.facts.metric in SCORES and numbers:
            with np.errstate(all="ignore"):
                expected = significant(SCORES[self.facts.metric](target.to_numpy(), np.full(len(target), values[0], dtype=object if self.facts.kind == "label" and not pd.api.types.is_numeric_dtype(target) else None)), 9)
        best = (max(numbers) if self.facts.direction == "maximize" else min(numbers)) if numbers else None
        first = scores[0]
        return {"best": best, "first": first, "expected": expected, "agrees": expected is None or isinstance(first, str) or math.isclose(first, expected, rel_tol=1e-6, abs_tol=1e-9)}

    def predictions(self) -> np.ndarray:
        """One random legal column of predictions."""
        target = self.truth[self.facts.target]
        if self.facts.kind == "probability":
            return self.random.random(len(target))
        if self.facts.kind == "label":
            return self.random.choice(pd.unique(target), len(target))
        drawn = self.random.choice(target.to_numpy(float), len(target)) * self.random.uniform(0.5, 1.5, len(target))
        return np.abs(drawn) if self.facts.kind == "nonnegative" else drawn

    def legal(self, gold: pd.DataFrame) -> dict[str, Any]:
        scores = [self.score(gold.assign(**{self.facts.target: self.predictions()})) for _ in range(LEGAL)]
        numbers = [value for value in scores if not isinstance(value, str)]
        return {"errors": sorted({value for value in scores if isinstance(value, str)}), "finite": bool(np.isfinite(numbers).all()) if numbers else False, "lowest": min(numbers, default=None), "highest": max(numbers, default=None), "distinct": len(set(numbers))}

    def mutated(self, gold: pd.DataFrame) -> bool:
        truth, offered = self.truth.copy(), gold.copy()
        try:
            self.metrics.evaluate(truth, offered)
        except Exception:  # noqa: BLE001
            return False
        return not (truth.equals(self.truth) and offered.equals(gold))

    def fresh(self, gold: pd.DataFrame) -> float | str:
        try:
            return significant(float(load_metrics(self.package.metric).evaluate(self.truth.copy(), gold)), 12)
        except Exception as error:  # noqa: BLE001
            return type(error).__name__

    def returned(self, gold: pd.DataFrame) -> str:
        try:
            return type(self.metrics.evaluate(self.truth.copy(), gold)).__name__
        except Exception as error:  # noqa: BLE001
            return type(error).__name__

    def leaks(self, gold: pd.DataFrame) -> list[str]:
        """Cases whose error text holds an answer or an id that the submission did not."""
        found = []
        secret = self.facts.target
        values = {str(value) for value in self.truth[secret].head(50)} - {str(value) for value in range(-100, 101)} - {f"{value}.0" for value in range(-100, 101)}
        for name in ("row missing", "id twice", "id unknown", "cell text"):
            blank = self.illegal()[name](gold.copy())
            offered = blank if secret not in blank else blank.assign(**{secret: "?" if self.facts.kind == "label" else 0})
            text = self.refusal(offered)["message"]
            hidden = {str(self.truth[self.facts.id].iloc[0])} if name == "row missing" else set()
            public = set(map(str, self.facts.classes))
            if any(len(value) > 2 and value in text for value in values - public) or any(len(value) > 3 and value in text for value in hidden):
                found.append(name)
        return found

    def sample(self) -> dict[str, Any]:
        """What the sample submission scores, and how often it is right."""
        sample = self.package.sample
        if sample is None or list(sample.columns) != [self.facts.id, self.facts.target]:
            return {"score": None, "fault": "the sample's columns are not id and target"}
        refused = self.refusal(sample)
        merged = self.truth.merge(sample, on=self.facts.id, suffixes=("", "_sample"))
        equal = merged[self.facts.target].astype(str) == merged[f"{self.facts.target}_sample"].astype(str)
        shares = self.truth[self.facts.target].astype(str).value_counts(normalize=True)
        same_marginals = sorted(sample[self.facts.target].astype(str)) == sorted(self.truth[self.facts.target].astype(str))
        return {"score": refused["score"], "fault": refused["message"], "agreement": significant(equal.mean(), 4), "bestConstantAgreement": significant(shares.iloc[0], 4), "rows": len(merged), "permutation": bool(same_marginals and sample[self.facts.target].nunique() > 1), "constant": bool(sample[self.facts.target].nunique() == 1)}
