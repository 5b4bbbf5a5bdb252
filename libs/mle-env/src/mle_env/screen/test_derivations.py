import numpy as np
import pytest

from mle_env.screen.derivations import derivations

RANDOM = np.random.default_rng(9)
MINUTES = np.round(RANDOM.uniform(1, 300, 400), 1)
CALLS = RANDOM.integers(1, 50, 400).astype(float)
NOISE = RANDOM.normal(0, 1, 400)


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("conversion", np.round(0.17 * MINUTES, 2)),
        ("sum", MINUTES + CALLS),
        ("difference", MINUTES - CALLS),
        ("product", MINUTES * CALLS),
        ("ratio", np.round(MINUTES / CALLS, 4)),
    ],
)
def test_a_formula_is_found_through_rounding(kind, target):
    found = derivations(target, {"minutes": MINUTES, "calls": CALLS, "noise": NOISE})
    assert kind in {entry["kind"].removeprefix("reverse_") for entry in found}


def test_a_target_with_noise_is_no_formula():
    assert derivations(2 * MINUTES + 40 * NOISE, {"minutes": MINUTES, "calls": CALLS}) == []


def test_sums_are_found_whose_parts_say_nothing_alone():
    random = np.random.default_rng(5)
    target = random.normal(0, 1, 600).round(2)
    one, two = random.normal(0, 30, 600).round(2), random.normal(0, 30, 600).round(2)
    others = {f"other {place}": target + random.normal(0, 2, 600) for place in range(14)}
    found = derivations(target, {**others, "one": one, "two": two, "three": (target - one + two).round(2)})
    assert [set(entry["columns"]) for entry in found] == [{"one", "two", "three"}]
