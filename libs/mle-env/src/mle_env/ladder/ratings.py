"""What users think of items: means, biases and factors, and trees over them and the other columns."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold

from .features import Columns, TreeFeatures
from .models import boosted
from .task_spec import TaskSpec

#: Ratings that pull a mean towards that of all, as if so many had been given.
PRIOR = 5.0
ROUNDS = 12
FACTORS = 6
FACTOR_ROUNDS = 6
FACTOR_PENALTY = 12.0
FOLDS = 3


class Codes:
    """Users and items of a training table by number; one number more stands for all that it lacks."""

    def __init__(self, spec: TaskSpec, train: pd.DataFrame) -> None:
        self.names = (str(spec.user), str(spec.item))
        self.known = [pd.Index(train[name].astype(str).unique()).sort_values() for name in self.names]
        self.sizes = [len(known) for known in self.known]

    def of(self, table: pd.DataFrame) -> list[np.ndarray]:
        found = [known.get_indexer(table[name].astype(str)) for name, known in zip(self.names, self.known)]
        return [np.where(codes < 0, size, codes) for codes, size in zip(found, self.sizes)]


@dataclass(frozen=True)
class Model:
    """A mean, what each user and each item adds to it, and how their factors agree. The last row is that of the unknown."""

    mean: float
    users: np.ndarray
    items: np.ndarray
    user_factors: np.ndarray
    item_factors: np.ndarray

    def predict(self, user: np.ndarray, item: np.ndarray) -> np.ndarray:
        return self.mean + self.users[user] + self.items[item] + np.einsum("rf,rf->r", self.user_factors[user], self.item_factors[item])


def shrunken(codes: np.ndarray, size: int, values: np.ndarray, prior: float = PRIOR) -> np.ndarray:
    """The mean of each code, pulled towards 0; 0 for the unknown."""
    counts = np.bincount(codes, minlength=size + 1)
    return np.bincount(codes, values, minlength=size + 1) / np.maximum(counts + prior, 1e-9)


def biases(sizes: list[int], user: np.ndarray, item: np.ndarray, y: np.ndarray) -> Model:
    """How generous each user is and how well liked each item, each told from what the other leaves."""
    mean = float(y.mean())
    users, items = np.zeros(sizes[0] + 1), np.zeros(sizes[1] + 1)
    for _ in range(ROUNDS):
        items = shrunken(item, sizes[1], y - mean - users[user])
        users = shrunken(user, sizes[0], y - mean - items[item])
    return Model(mean, users, items, np.zeros((sizes[0] + 1, 1)), np.zeros((sizes[1] + 1, 1)))


def factors(sizes: list[int], user: np.ndarray, item: np.ndarray, y: np.ndarray, seed: int) -> Model:
    """Biases, and factors of what they leave by alternating least squares."""
    plain = biases(sizes, user, item, y)
    rest = y - plain.predict(user, item)
    random = np.random.default_rng(seed)
    given = random.normal(0, 0.1, (sizes[1] + 1, FACTORS))
    taken = np.zeros((sizes[0] + 1, FACTORS))
    for _ in range(FACTOR_ROUNDS):
        taken = solved(user, sizes[0], given[item], rest)
        given = solved(item, sizes[1], taken[user], rest)
    return Model(plain.mean, plain.users, plain.items, taken, given)


def solved(codes: np.ndarray, size: int, partners: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """The ridge regression of each code's rows on the factors of its partners; 0 for the unknown."""
    order = np.argsort(codes, kind="stable")
    present, starts = np.unique(codes[order], return_index=True)
    ordered = partners[order]
    grams = np.add.reduceat(ordered[:, :, None] * ordered[:, None, :], starts)
    sums = np.add.reduceat(ordered * rest[order][:, None], starts)
    found = np.zeros((size + 1, partners.shape[1]))
    found[present] = np.linalg.solve(grams + FACTOR_PENALTY * np.mean(np.sum(partners**2, axis=1)) * np.eye(partners.shape[1]), sums[:, :, None])[:, :, 0]
    return found


def item_mean(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    return item_means(spec, train, y, tables, 0.0)


def shrunken_item_mean(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    return item_means(spec, train, y, tables, PRIOR)


def item_means(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], prior: float) -> list[np.ndarray]:
    codes, mean = Codes(spec, train), float(y.mean())
    liked = shrunken(codes.of(train)[1], codes.sizes[1], y - mean, prior)
    return [mean + liked[codes.of(table)[1]] for table in tables]


def user_item_biases(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    codes = Codes(spec, train)
    model = biases(codes.sizes, *codes.of(train), y)
    return [model.predict(*codes.of(table)) for table in tables]


def factors_and_trees(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """Biases and factors, corrected by trees that see them, as they would be without the row, and the other columns."""
    codes = Codes(spec, train)
    user, item = codes.of(train)
    inside = np.empty((len(train), 4))
    for learn, apply in KFold(FOLDS, shuffle=True, random_state=spec.seed).split(train):
        inside[apply] = told(factors(codes.sizes, user[learn], item[learn], y[learn], seed), user[apply], item[apply])
    whole = factors(codes.sizes, user, item, y, seed)
    outside = [told(whole, *codes.of(table)) for table in tables]
    others = train.drop(columns=[str(spec.user), str(spec.item)])
    features = TreeFeatures(others, Columns(others, spec))
    dense = [np.hstack([base, features.transform(table)]) for base, table in zip([inside, *outside], [train, *tables])]
    corrections = boosted(spec, dense[0], y - inside[:, 0], dense[1:], features.categorical(), seed, tuned=False)
    return [base[:, 0] + correction for base, correction in zip(outside, corrections)]


def told(model: Model, user: np.ndarray, item: np.ndarray) -> np.ndarray:
    """The prediction and what it is made of."""
    return np.column_stack([model.predict(user, item), model.users[user], model.items[item], model.users[user] + model.items[item]])
