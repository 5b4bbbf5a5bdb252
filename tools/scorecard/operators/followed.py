"""Operators on values ahead: things that are followed through time, each asked about at one instant."""

import numpy as np
import pandas as pd
from held import Held
from splits import new_ids
from table import operator


def followed(held: Held) -> bool:
    return held.task.get("ahead") is not None and held.plain and held.split_column is not None


def present(held: Held) -> str:
    """The column of the present value."""
    return held.task["ahead"]["present"]


@operator(
    "things are asked about at several instants, so that a later row holds the answer of an earlier one",
    ("S09",),
    (0.01, "one thing in a hundred"),
    (0.2, "a fifth of the things"),
    (0.6, "six in ten"),
    applies=followed,
    to="values ahead",
)
def asked_twice(held: Held, value: float) -> None:
    column = held.split_column
    things = sorted(held.train[column].unique())
    moved = held.train[column].isin([things[place] for place in held.rows(value, len(things))])
    more = held.train[moved]
    constant = held.sample[held.target].iloc[0]
    held.put(
        train=held.train[~moved].reset_index(drop=True),
        test=pd.concat([held.test, more[held.test.columns]], ignore_index=True),
        answers=pd.concat([held.answers, more[[held.id, held.target]]], ignore_index=True),
        sample=pd.concat([held.sample, more[[held.id]].assign(**{held.target: constant})], ignore_index=True),
    )


@operator(
    "what comes later of a thing that is asked about stands in train",
    ("S08",),
    (0.0, "of one of them"),
    (0.2, "of a fifth"),
    (1.0, "of all of them"),
    applies=followed,
    to="values ahead",
)
def later_known(held: Held, value: float) -> None:
    places = held.rows(value, len(held.test))
    later = held.train.sample(len(places), replace=True, random_state=5).reset_index(drop=True)
    test = held.test.iloc[places].reset_index(drop=True)
    later[held.id], later[held.split_column] = list(new_ids(held, len(places))), test[held.split_column]
    later[present(held)] = held.truth.to_numpy()[places]
    held.put(train=pd.concat([held.train, later], ignore_index=True).sample(frac=1, random_state=7).reset_index(drop=True))


@operator(
    "things that are asked about are followed under another name too, a little higher",
    ("S06",),
    (0.03, "three in a hundred"),
    (0.15, "fifteen in a hundred"),
    (0.6, "six in ten"),
    applies=followed,
    to="values ahead",
)
def followed_twice(held: Held, value: float) -> None:
    places = held.rows(value, len(held.test))
    name = present(held)
    levels = [column for column in held.test.columns if column == name or column.startswith(f"{name}_")]
    more = held.test.iloc[places].assign(**{held.target: held.truth.to_numpy()[places]}).reset_index(drop=True)
    higher = held.random.uniform(0.1, 0.4, len(places)) * held.train[name].std()
    for column in [*levels, held.target]:
        more[column] = (more[column] + higher).round(2)
    more[held.id] = list(new_ids(held, len(places)))
    more[held.split_column] = list(range(10_000_001, 10_000_001 + len(places)))
    held.put(train=pd.concat([held.train, more[held.train.columns]], ignore_index=True).sample(frac=1, random_state=7).reset_index(drop=True))


@operator(
    "an input was read after the instant of the row",
    ("S14", "S03", "X03"),
    (0.5, "halfway to the target"),
    (0.95, "nearly then"),
    (1.0, "then, on another instrument"),
    applies=followed,
    to="values ahead",
)
def read_later(held: Held, value: float) -> None:
    cells = []
    for table, target in ((held.train, held.train[held.target]), (held.test, held.truth)):
        now = table[present(held)].to_numpy(float)
        then = now + value * (target.to_numpy(float) - now)
        cells.append((then + held.random.normal(0, 0.01 * np.nanstd(then), len(then))).round(3))
    held.add_column("gauge", *cells)


@operator(
    "nothing changes: the present value is the answer",
    ("X02", "X03", "S14"),
    (0.5, "half of the change is left"),
    (0.05, "a twentieth of it"),
    (0.0, "none of it"),
    applies=followed,
    to="values ahead",
)
def unchanged(held: Held, value: float) -> None:
    def moved(table: pd.DataFrame, target: pd.Series) -> np.ndarray:
        now = table[present(held)].to_numpy(float)
        return np.where(np.isnan(now), target, now + value * (target.to_numpy(float) - now)).round(3)

    told = pd.Series(moved(held.test, held.truth), index=held.test[held.id])
    held.put(
        train=held.train.assign(**{held.target: moved(held.train, held.train[held.target])}),
        answers=held.answers.assign(**{held.target: held.answers[held.id].map(told).to_numpy()}),
    )
