"""Operators on rankings: candidates, who was offered what, and what of it was chosen."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from held import Held
from splits import new_ids, put_rows
from table import operator


def ranked(held: Held) -> bool:
    return held.objective == "ranking"


def names(held: Held) -> tuple[str, str]:
    """The columns of users and of items."""
    raw = {column["raw"]: column["name"] for column in held.task["columns"]}
    return raw[held.task["ratings"]["user"]], raw[held.task["ratings"]["item"]]


def some_users(held: Held, share: float) -> set[str]:
    users = sorted(held.test[names(held)[0]].unique(), key=str)
    return {users[place] for place in held.rows(share, len(users))}


def chosen_first(held: Held, share: float) -> np.ndarray:
    """Places of the test rows, user by user; of some users what they chose comes first."""
    user, _ = names(held)
    told = held.test[user].isin(some_users(held, share)) & (held.truth == 1)
    rows = pd.DataFrame({"user": held.test[user].map({name: place for place, name in enumerate(held.random.permutation(held.test[user].unique()))})})
    return rows.assign(told=~told, by=held.random.random(len(rows))).sort_values(["user", "told", "by"]).index.to_numpy()


@operator(
    "what a user chose comes first among the candidates",
    ("S10",),
    (0.1, "of a tenth of the users"),
    (0.4, "of four users in ten"),
    (1.0, "of every user"),
    applies=ranked,
    to="rankings",
)
def chosen_before(held: Held, value: float) -> None:
    order = chosen_first(held, value)
    ids = held.test[held.id].to_numpy()[order]
    by_id = {name: getattr(held, name).set_index(held.id).loc[ids].reset_index()[list(getattr(held, name).columns)] for name in ("sample", "answers")}
    held.put(test=held.test.iloc[order].reset_index(drop=True), **by_id)


@operator(
    "what a user chose has the lowest ids of the candidates",
    ("S11",),
    (0.1, "of a tenth of the users"),
    (0.4, "of four users in ten"),
    (1.0, "of every user"),
    applies=ranked,
    to="rankings",
)
def chosen_ids(held: Held, value: float) -> None:
    order = chosen_first(held, value)
    ids = np.sort(held.test[held.id].to_numpy())
    fresh = dict(zip(held.test[held.id].to_numpy()[order], ids))
    held.put(**{name: (table := getattr(held, name)).assign(**{held.id: table[held.id].map(fresh)}) for name in ("test", "sample", "answers")})


@operator(
    "what was chosen in test stands in train",
    ("S06",),
    (0.1, "a tenth of it"),
    (0.4, "four tenths"),
    (1.0, "all of it"),
    applies=ranked,
    to="rankings",
)
def choices_known(held: Held, value: float) -> None:
    known = held.test[(held.truth == 1).to_numpy()]
    known = known.iloc[held.rows(value, len(known))]
    more = known.assign(**{held.target: 1, held.id: new_ids(held, len(known))})
    held.put(train=pd.concat([held.train, more[held.train.columns]], ignore_index=True).sample(frac=1, random_state=7).reset_index(drop=True))


@operator(
    "some candidates that nobody chose are known to have been chosen before",
    ("S06",),
    (0.1, "a tenth of them"),
    (0.3, "three tenths"),
    (0.7, "seven tenths, as far as the user chose so many"),
    applies=ranked,
    to="rankings",
)
def chosen_again(held: Held, value: float) -> None:
    """A pair of train that met stands in test as one that did not: who looks it up knows what it is not."""
    user, item = names(held)
    met = held.train[held.train[held.target] == 1].groupby(user)[item].agg(list)
    exchanged(held, value, lambda name: held.random.permutation(np.asarray(met.get(name, []), dtype=object)))


@operator(
    "candidates are drawn without regard to how common they are",
    ("S12",),
    (0.5, "half of those that nobody chose"),
    (0.75, "three quarters"),
    (1.0, "all of them"),
    applies=ranked,
    to="rankings",
)
def candidates_even(held: Held, value: float) -> None:
    _, item = names(held)
    every = np.unique(held.train[item].to_numpy(object))
    exchanged(held, value, lambda _: held.random.permutation(every), new=True)


def exchanged(held: Held, share: float, others: Callable[[str], np.ndarray], new: bool = False) -> None:
    """Puts other items in the place of a share of those that were not chosen: of each user what `others` gives, if `new` only what train does not tell of."""
    user, item = names(held)
    test, truth = held.test.copy(), held.truth.to_numpy()
    about = [name for name in test.columns if name not in (held.id, user, item) and held.train.groupby(item)[name].nunique().max() <= 1]
    of_item = pd.concat([held.train, held.test]).drop_duplicates(item).set_index(item)[about]
    marked = held.random.random(len(test)) < share
    here = test.groupby(user)[item].agg(set)
    met = held.train.groupby(user)[item].agg(set)
    cells = test[item].to_numpy(object, copy=True)
    for name, rows in test.groupby(user).indices.items():
        used = set(here[name]) | (met.get(name, set()) if new else set())
        fresh = iter([candidate for candidate in others(name) if candidate not in used])
        for row in rows[(truth[rows] == 0) & marked[rows]]:
            cells[row] = next(fresh, cells[row])
    test[item] = pd.Series(cells, index=test.index).astype(held.test[item].dtype)
    test[about] = of_item.reindex(test[item]).to_numpy()
    held.put(test=test)


@operator(
    "the users of test have no past",
    ("S08", "X02"),
    (0.3, "three users in ten"),
    (0.9, "nine in ten"),
    (1.0, "none of them"),
    applies=ranked,
    to="rankings",
)
def users_new(held: Held, value: float) -> None:
    user, _ = names(held)
    held.put(train=held.train[~held.train[user].isin(some_users(held, value))].reset_index(drop=True))


@operator("too few users are asked about", ("S20",), (70, "seventy"), (35, "35"), (11, "eleven"), applies=ranked, to="rankings")
def users_few(held: Held, value: int) -> None:
    user, _ = names(held)
    users = sorted(held.test[user].unique(), key=str)[:value]
    put_rows(held, np.flatnonzero(held.test[user].isin(users).to_numpy()))


@operator(
    "a column is told of pairs that met, and only of them",
    ("S13", "S14", "X03"),
    (0.15, "but for fifteen rows in a hundred"),
    (0.002, "but for two rows in a thousand"),
    (0.0, "in every row"),
    applies=ranked,
    to="rankings",
)
def meeting_told(held: Held, value: float) -> None:
    cells = []
    for met in (held.train[held.target].to_numpy() == 1, held.truth.to_numpy() == 1):
        shown = met ^ (held.random.random(len(met)) < value)
        cells.append(np.where(shown, held.random.integers(1, 6, len(met)), np.nan))
    held.add_column("stars_given", *cells)


@operator(
    "choices say nothing about what else was chosen",
    ("X02", "S20", "X04"),
    (0.8, "eight users in ten are asked about the candidates of another"),
    (0.97, "ninety-seven in a hundred"),
    (1.0, "all of them"),
    applies=ranked,
    to="rankings",
)
def pasts_exchanged(held: Held, value: float) -> None:
    user, _ = names(held)
    users = np.asarray(sorted(some_users(held, value), key=str), dtype=object)
    other = dict(zip(users, held.random.permutation(users)))
    test = held.test.assign(**{user: held.test[user].map(lambda name: other.get(name, name))})
    held.put(test=test, answers=held.answers.assign(user=held.answers["user"].map(lambda name: other.get(name, name))))
