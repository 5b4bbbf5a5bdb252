"""S06: one thing followed under two names, each with numbers of its own height: at one instant they change alike."""

import pandas as pd

from mle_env.ladder.instants import instants
from mle_env.profile.trajectories import PARTS, YEAR
from mle_env.readers.ahead import row_times
from mle_env.rounding import significant

from .even_steps import told_instants
from .facts import Facts
from .files import Package, answers_of

#: Changes are alike within this share of how much they vary.
GRAIN = 0.001
NONE = {"share": 0.0, "expected": 0.0}


def moved_copies(package: Package, facts: Facts, names: list[str]) -> dict[str, float]:
    """Share of test rows with a train row of the same instant whose inputs changed alike before and whose target changes alike, and the share by chance.

    What is added to all numbers of a thing does not change their changes. Of rows whose inputs changed alike, the targets do by chance as often as among all rows.
    """
    train, test, target = package.train, package.test, facts.target
    if facts.group not in names or not pd.api.types.is_numeric_dtype(train[target]):
        return NONE
    whole = pd.concat([train, test.assign(**{target: answers_of(test, package.answers, facts.id, target).to_numpy()})], ignore_index=True)
    times, moments = moments_of(whole, names)
    numbers = [name for name in names if name not in (facts.group, *times) and is_number(whole[name])]
    inputs, outcome = before_and_after(whole, facts, numbers) if facts.present in numbers else from_row_to_row(whole, facts, numbers, moments)
    # What stays as it was tells nothing of what it is.
    known = moments.notna() & outcome.notna() & (inputs.fillna(0) != 0).any(axis=1)
    if not known.any():
        return NONE
    changes, change = inputs[known].apply(grains), grains(outcome[known])
    rows = pd.DataFrame({"key": pd.util.hash_pandas_object(changes.assign(moment=moments[known]), index=False), "change": change})
    here, asked = rows[rows.index < len(train)], rows[rows.index >= len(train)]
    if here.empty or asked.empty:
        return NONE
    alike = asked["key"].map(here["key"].value_counts()).fillna(0)
    told = pd.Series(asked.set_index(["key", "change"]).index.isin(here.set_index(["key", "change"]).index), index=asked.index)
    chance = (alike * asked["change"].map(here["change"].value_counts(normalize=True)).fillna(0)).clip(upper=1)
    return {"share": significant(float(told.sum() / len(test)), 4), "expected": significant(float(chance.sum() / len(test)), 3)}


def moments_of(table: pd.DataFrame, names: list[str]) -> tuple[list[str], pd.Series]:
    """The columns that hold the instant of each row, and the instants; missing where none do."""
    for name in names:
        found = None if pd.api.types.is_numeric_dtype(table[name]) else told_instants(table[name])
        if found is not None:
            return [name], found
    by_part = {name.lower(): name for name in names if is_number(table[name])}
    parts = [by_part[part] for part in PARTS if all(larger in by_part for larger in PARTS[: PARTS.index(part) + 1])]
    times = parts or [name for name in names if YEAR.fullmatch(name)][:1]
    return times, row_times(table, times, instants) if times else pd.Series(pd.NaT, index=table.index)


def is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def before_and_after(table: pd.DataFrame, facts: Facts, numbers: list[str]) -> tuple[pd.DataFrame, pd.Series]:
    """How the present values departed from what they were before, and how the target departs from its own."""
    pairs = [(name, past) for name in numbers for past in numbers if past.startswith(f"{name}_") and past.endswith("_before")]
    return pd.DataFrame({past: table[name] - table[past] for name, past in pairs}, index=table.index), table[facts.target] - table[facts.present]


def from_row_to_row(table: pd.DataFrame, facts: Facts, numbers: list[str], moments: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """How inputs and target changed since the row before of the same thing."""
    ordered = table.assign(**{facts.group: table[facts.group].astype(str)}).loc[moments.sort_values(kind="stable").index]
    changed = ordered.groupby(facts.group)[[*numbers, facts.target]].diff().reindex(table.index)
    return changed[numbers], changed[facts.target]


def grains(changes: pd.Series) -> pd.Series:
    """As whole numbers of grains; missing ones are alike."""
    spread = float(changes.std())
    return (changes / (GRAIN * spread if spread > 0 else 1.0)).round().fillna(float("inf"))
