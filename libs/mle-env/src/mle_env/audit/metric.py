"""Family M: the metric under hostile and legal submissions; runs where answers are."""

import math
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mle_env import phases
from mle_env.grade import load_metrics, resamples
from mle_env.ladder.scores import SCORES, Truth, score
from mle_env.rounding import significant

from . import cells
from .facts import Facts, given, inferred
from .files import Package
from .submissions import NO_PROBABILITIES, Maker, cell, hostile, illegal
from .watch import watched

SHARES = (0.1, 0.25, 0.5, 1.0)
SEEDS = 5
LEGAL = 50
SLOW_SECONDS = 10
MESSAGE_LIMIT = 300
# Whatever a stranger's program raises is a measurement.
RAISED = (Exception, SystemExit)


def metric(argument: dict[str, Any] | None, source: Path, output: Path) -> dict[str, Any]:
    """Measures /input/package/utils/metric.py with /input/package's answers.

    Gives `fault` where the class cannot be made, `unmeasured` where its answers are of an unknown form, else one entry for
    each rule of family M and for A02 to A05. Without an argument the facts are inferred; `facts` gives those that were used.
    """
    phases.enter("read")
    package = Package(source / "package")
    try:
        metrics, fault = load_metrics(package.metric), ""
    except RAISED as error:
        metrics, fault = None, f"{type(error).__name__}: {error}"[:MESSAGE_LIMIT]
    facts = given(argument) if argument else inferred(package, metrics)
    described = None if facts is None else facts.described()
    found = {"fault": fault, "unmeasured": "", "facts": described}
    if fault != "" or facts is None or package.answers is None:
        return found | {"unmeasured": "the answers are not one id and one value"}
    phases.enter("measure")
    try:
        return found | Fuzz(facts, package, metrics).measure()
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError) as error:
        return found | {"unmeasured": f"the answers cannot be submitted: {type(error).__name__}: {error}"[:MESSAGE_LIMIT]}


def words(text: str) -> list[str]:
    """The words of a message in alphabetical order: the order of a set's members tells nothing."""
    return sorted(re.findall(r"\w+", text))


class Fuzz:
    """Submissions derived from the answers, and what the metric makes of each."""

    def __init__(self, facts: Facts, package: Package, metrics: Any) -> None:
        self.facts, self.package, self.metrics = facts, package, metrics
        self.truth = package.answers
        self.gold = package.answers[[facts.id, facts.target]]
        self.random = np.random.default_rng(11)

    def measure(self) -> dict[str, Any]:
        gold = self.gold.copy()
        mutated, touched = self.watched(gold)
        return {
            "perfect": self.score(gold),
            **self.permutations(gold),
            "refused": {name: self.refusal(make, gold) for name, make in illegal(self.facts).items()},
            "shuffledRows": self.score(gold.sample(frac=1, random_state=3)),
            "idTypes": {"string": self.score(gold.assign(**{self.facts.id: gold[self.facts.id].astype(str)})), "float": self.as_float(gold)},
            "constant": self.constant(),
            "legal": self.legal(gold),
            "mutated": mutated,
            "touched": touched,
            "again": self.score(gold),
            "fresh": self.fresh(gold),
            "returns": self.returned(gold),
            "range": self.range(gold),
            "unpredicted": self.unpredicted(),
            "leaks": self.leaks(gold),
            "hostile": {name: self.refusal(make, gold) for name, make in hostile(self.facts).items()},
            "sample": self.sample(),
            "name": type(self.metrics).__name__,
            "higherIsBetter": stated if isinstance(stated := getattr(self.metrics, "higher_is_better", None), bool) else None,
        }

    def score(self, offered: pd.DataFrame, metrics: Any = None) -> float | str:
        """The score, or what kept it from being a finite number."""
        try:
            value = significant((metrics or self.metrics).evaluate(self.truth.copy(), offered), 12)
        except RAISED as error:
            return type(error).__name__
        return "not finite" if value is None else value

    def refusal(self, make: Maker, gold: pd.DataFrame) -> dict[str, Any]:
        """How a submission that must be refused was answered: `by` is the error's name or None where it was accepted."""
        found: dict[str, Any] = {"by": None, "message": "", "score": None}
        offered, started = make(gold.copy()), time.perf_counter()
        try:
            self.metrics.validate_submission(offered, self.truth.copy())
            found["score"] = significant(self.metrics.evaluate(self.truth.copy(), offered), 6)
        except RAISED as error:
            found["by"], found["message"] = type(error).__name__, str(error)[:MESSAGE_LIMIT]
        if time.perf_counter() - started > SLOW_SECONDS:
            found["by"] = f"nothing within {SLOW_SECONDS} seconds"
        return found

    def range(self, gold: pd.DataFrame) -> dict[str, Any] | None:
        """For probabilities: how a cell outside of 0 and 1 is answered, and what the nearest legal cell scores."""
        if self.facts.kind != "probability":
            return None
        target = self.facts.target
        return {
            name: self.refusal(cell(target, outside), gold) | {"clipped": self.score(cell(target, inside)(gold.copy()))}
            for name, (outside, inside) in NO_PROBABILITIES.items()
        }

    def unpredicted(self) -> dict[str, Any] | None:
        """For labels: the score where the rarest class is never predicted, and what a fixed set of labels gives."""
        target = self.truth[self.facts.target]
        counts = target.value_counts()
        if self.facts.kind not in ("label", *cells.KINDS) or self.facts.metric not in SCORES or len(counts) < 2:
            return None
        values = (
            pd.Series(cells.without_rarest(self.facts.kind, target), index=target.index)
            if self.facts.kind in cells.KINDS
            else target.where(target != counts.index[-1], counts.index[0])
        )
        given = self.score(self.gold.assign(**{self.facts.target: values}))
        expected = significant(score(self.facts.metric, Truth.of(self.facts.metric, self.truth, self.facts.target), values.to_numpy()), 9)
        return {"score": given, "expected": expected, "agrees": isinstance(given, str) or expected is None or math.isclose(given, expected, rel_tol=1e-6)}

    def permutations(self, gold: pd.DataFrame) -> dict[str, list[Any]]:
        """Median score after a share of the rows exchanged their answers, for growing shares, and the standard error of each median."""
        medians: list[float | str] = []
        errors: list[float] = []
        for share in SHARES:
            scores = []
            for seed in range(SEEDS):
                random = np.random.default_rng(seed)
                rows = random.permutation(len(gold))[: max(2, int(share * len(gold)))]
                values = cells.exchanged(self.facts.kind, gold[self.facts.target].to_numpy(copy=True), rows, random)
                scores.append(self.score(gold.assign(**{self.facts.target: values})))
            raised = next((value for value in scores if isinstance(value, str)), None)
            medians.append(raised or significant(float(np.median(scores)), 12))
            # The median of few numbers near to normal has 1.25 times the error of their mean.
            errors.append(0.0 if raised else significant(1.2533 * float(np.std(scores, ddof=1)) / np.sqrt(SEEDS), 3))
        return {"worse": medians, "worseErrors": errors}

    def as_float(self, gold: pd.DataFrame) -> float | str | None:
        identity = self.facts.id
        return self.score(gold.assign(**{identity: gold[identity].astype(float)})) if pd.api.types.is_numeric_dtype(gold[identity]) else None

    def constants(self) -> list[np.ndarray]:
        """Constants to submit: the first one is that which theory is asked about, the best of all is the trivial answer."""
        target = self.truth[self.facts.target]
        if self.facts.kind in cells.KINDS:
            return cells.constants(self.facts.kind, target)
        return [np.full(len(target), value, dtype=object if isinstance(value, str) else None) for value in self.values(target)]

    def values(self, target: pd.Series) -> list[Any]:
        if self.facts.kind == "label":
            return list(pd.unique(target.dropna()))[:10]
        numbers = target.to_numpy(float)
        positive = [float(np.expm1(np.mean(np.log1p(numbers))))] if (numbers > -1).all() else []
        return [*([0.5] if self.facts.kind == "probability" else []), float(np.mean(numbers)), float(np.median(numbers)), *positive]

    def constant(self) -> dict[str, Any]:
        """The best of the constants, and what the catalogue's metric says about the first."""
        values = self.constants()
        scores = [self.score(self.gold.assign(**{self.facts.target: value})) for value in values]
        numbers = [value for value in scores if not isinstance(value, str)]
        expected = None
        if self.facts.metric in SCORES and numbers:
            with np.errstate(all="ignore"):
                expected = significant(
                    score(
                        self.facts.metric,
                        Truth.of(self.facts.metric, self.truth, self.facts.target),
                        values[0],
                    ),
                    9,
                )
        best = (max(numbers) if self.facts.direction == "maximize" else min(numbers)) if numbers else None
        first = scores[0]
        return {
            "best": best,
            "first": first,
            "expected": expected,
            "agrees": expected is None or isinstance(first, str) or math.isclose(first, expected, rel_tol=1e-6, abs_tol=1e-9),
        }

    def predictions(self) -> np.ndarray:
        """One random legal column of predictions."""
        target = self.truth[self.facts.target]
        if self.facts.kind in cells.KINDS:
            return cells.drawn(self.facts.kind, target, self.random)
        if self.facts.kind == "probability":
            return self.random.random(len(target))
        if self.facts.kind == "label":
            return self.random.choice(pd.unique(target), len(target))
        drawn = self.random.choice(target.to_numpy(float), len(target)) * self.random.uniform(0.5, 1.5, len(target))
        return np.abs(drawn) if self.facts.kind == "nonnegative" else drawn

    def legal(self, gold: pd.DataFrame) -> dict[str, Any]:
        scores = [self.score(gold.assign(**{self.facts.target: self.predictions()})) for _ in range(LEGAL)]
        numbers = [value for value in scores if not isinstance(value, str)]
        return {
            "errors": sorted({value for value in scores if isinstance(value, str)}),
            "finite": len(numbers) > 0,
            "lowest": min(numbers, default=None),
            "highest": max(numbers, default=None),
            "distinct": len(set(numbers)),
        }

    def watched(self, gold: pd.DataFrame) -> tuple[bool, list[str]]:
        """Whether a call changes its tables, and what it does besides; the first call may import what it needs."""
        self.score(gold)
        truth, offered = self.truth.copy(), gold.copy()
        with watched() as acts:
            try:
                self.metrics.validate_submission(offered, truth)
                self.metrics.evaluate(truth, offered)
            except RAISED:
                pass
        return not (truth.equals(self.truth) and offered.equals(gold)), sorted(acts)

    def fresh(self, gold: pd.DataFrame) -> float | str:
        try:
            return self.score(gold, load_metrics(self.package.metric))
        except RAISED as error:
            return type(error).__name__

    def returned(self, gold: pd.DataFrame) -> str:
        try:
            return type(self.metrics.evaluate(self.truth.copy(), gold)).__name__
        except RAISED as error:
            return type(error).__name__

    def leaks(self, gold: pd.DataFrame) -> list[str]:
        """Cases whose error text holds an answer, or is another one when the same answers stand at other ids, or each answer is another one."""
        target = self.facts.target
        swapped = self.truth.assign(**{target: self.random.permutation(self.truth[target].to_numpy())})
        # Of rare answers an exchange may leave the rows that a message shows as they were.
        levels = sorted(self.truth[target].dropna().unique())
        turned = self.truth.assign(**{target: self.truth[target].map(dict(zip(levels, [*levels[1:], *levels[:1]])))})
        public = {str(label) for label in self.facts.classes} | {str(number) for number in range(-100, 101)} | {f"{number}.0" for number in range(-100, 101)}
        secrets = {text for text in self.truth[target].drop_duplicates().head(200).astype(str) if len(text) > 2} - public
        found = []
        for name, make in illegal(self.facts).items():
            offered = make(gold.copy())
            blank = (
                offered.assign(**{target: "?" if self.facts.kind in ("label", *cells.KINDS) else 0})
                if target in offered and not name.startswith("cell")
                else offered
            )
            text = self.message(blank, self.truth)
            said = {str(value) for value in blank[target].head(1)} if target in blank else set()
            if any(words(text) != words(self.message(blank, other)) for other in (swapped, turned)) or (
                not name.startswith("cell") and any(value in text for value in secrets - said)
            ):
                found.append(name)
        return found

    def message(self, offered: pd.DataFrame, truth: pd.DataFrame) -> str:
        try:
            self.metrics.evaluate(truth.copy(), offered.copy())
        except RAISED as error:
            return str(error)
        return ""

    def sample(self) -> dict[str, Any]:
        """What the sample submission scores, and how often it is right."""
        sample, target = self.package.sample, self.facts.target
        if sample is None or list(sample.columns) != [self.facts.id, target]:
            return {"score": None, "fault": "the sample's columns are not id and target"}
        refused = self.refusal(lambda _: sample, self.truth)
        merged = self.truth.astype({self.facts.id: str}).merge(sample.astype({self.facts.id: str}), on=self.facts.id, suffixes=("", "_sample"))
        equal = merged[target].astype(str) == merged[f"{target}_sample"].astype(str)
        shares = self.truth[target].astype(str).value_counts(normalize=True)
        constant_share = (
            max((float(np.mean(values == self.truth[target])) for values in self.constants()), default=0.0) if self.facts.kind in cells.KINDS else 0.0
        )
        same_marginals = sorted(sample[target].astype(str)) == sorted(self.truth[target].astype(str))
        constant = bool(sample[target].nunique() == 1)
        return {
            "score": refused["score"],
            "fault": refused["message"],
            # A sample with other ids than the answers agrees with none of them.
            "agreement": significant(equal.mean(), 4) if len(merged) else 0.0,
            "bestConstantAgreement": significant(constant_share if self.facts.kind in cells.KINDS else shares.iloc[0], 4),
            "rows": len(merged),
            "permutation": bool(same_marginals and not constant),
            "constant": constant,
            "standardError": None if constant else self.spread(merged, f"{target}_sample"),
        }

    def spread(self, merged: pd.DataFrame, offered: str) -> float | None:
        """Standard error of the sample's score over resampled rows, where the catalogue has the metric."""
        if self.facts.metric not in SCORES or len(merged) < 2:
            return None
        truth, values = Truth.of(self.facts.metric, merged, self.facts.target), merged[offered].to_numpy()
        draws = resamples(np.arange(len(merged)), 50)
        with np.errstate(all="ignore"):
            return significant(np.nanstd([score(self.facts.metric, truth.take(rows), values[rows]) for rows in draws]), 4)
