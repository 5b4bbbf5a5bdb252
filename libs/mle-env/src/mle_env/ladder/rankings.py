"""Which items a user will choose: popularity, items that go together, factors of who chose what, and trees over all that is known."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.model_selection import KFold
from sklearn.utils.extmath import randomized_svd

from .features import Columns, TreeFeatures
from .models import boosted
from .ratings import Codes
from .task_spec import TaskSpec

FACTORS = 48
#: Users or items, whichever are fewer, that one factor needs; with fewer it would be one of them by name.
NAMES_A_FACTOR = 12
FOLDS = 3
#: How much the choices of a common item say less than those of a rare one: 0 not at all, 1 in proportion.
DAMPING = 0.75
#: Levels of a column by which users or items can be grouped.
LEVELS = 60
#: Choices of a group that pull its share towards that of all.
PRIOR = 5.0

Scorer = Callable[["Choices", int], np.ndarray]


class Choices:
    """Who chose what in a table with answers, as a sparse matrix; the last row and column are those of users and items that it lacks."""

    def __init__(self, spec: TaskSpec, train: pd.DataFrame, y: np.ndarray) -> None:
        self.codes = Codes(spec, train)
        self.user, self.item = (codes[y > 0.5] for codes in self.codes.of(train))
        self.matrix = sparse.csr_matrix((np.ones(len(self.user)), (self.user, self.item)), shape=tuple(size + 1 for size in self.codes.sizes))
        self.popular = np.asarray(self.matrix.sum(axis=0)).ravel()

    def asked(self, scores: np.ndarray, table: pd.DataFrame) -> np.ndarray:
        user, item = self.codes.of(table)
        return scores[user, item]


def popularity(choices: Choices, seed: int) -> np.ndarray:
    return np.broadcast_to(choices.popular, choices.matrix.shape)


def together(choices: Choices, damping: float) -> np.ndarray:
    """How often each item was chosen by those who chose what the user chose."""
    shared = (choices.matrix.T @ choices.matrix).toarray()
    np.fill_diagonal(shared, 0.0)
    weight = np.maximum(choices.popular, 1.0) ** -damping
    return choices.matrix @ (shared * weight[:, None] * weight[None, :])


def co_occurrence(choices: Choices, seed: int) -> np.ndarray:
    return together(choices, 0.0)


def item_neighbours(choices: Choices, seed: int) -> np.ndarray:
    return together(choices, DAMPING)


def factors(choices: Choices, seed: int) -> np.ndarray:
    """The matrix of choices, rare items weighted up, rebuilt from its largest factors."""
    weight = np.maximum(choices.popular, 1.0) ** -0.5
    size = min(FACTORS, max(2, min(choices.matrix.shape) // NAMES_A_FACTOR))
    left, strengths, right = randomized_svd(choices.matrix.multiply(weight).tocsr(), size, random_state=seed)
    return (left * strengths) @ right


SCORERS: tuple[Scorer, ...] = (popularity, co_occurrence, item_neighbours, factors)
#: Places among them.
NEIGHBOURS, BY_FACTORS = 2, 3


def fit_of(scorer: Scorer) -> Callable[..., list[np.ndarray]]:
    """A rung that orders rows by scores of all pairs."""

    def fit(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
        choices = Choices(spec, train, y)
        scores = scorer(choices, seed)
        return [choices.asked(scores, table) for table in tables]

    return fit


def blend(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """Trees over all scores, as they would be without the row, over shares by group and over the other columns; each user's order of theirs is blended with those by neighbours and factors."""
    inside = np.empty((len(train), 0))
    for learn, apply in KFold(FOLDS, shuffle=True, random_state=spec.seed).split(train):
        found = told(spec, train.iloc[learn], y[learn], [train.iloc[apply]], seed)[0]
        if inside.shape[1] == 0:
            inside = np.empty((len(train), found.shape[1]))
        inside[apply] = found
    outside = told(spec, train, y, tables, seed)
    others = train.drop(columns=[str(spec.user), str(spec.item)])
    features = TreeFeatures(others, Columns(others, spec))
    dense = [np.hstack([base, features.transform(table)]) for base, table in zip([inside, *outside], [train, *tables])]
    trees = boosted(spec, dense[0], y, dense[1:], features.categorical(), seed, tuned=False)
    return [
        places_of(spec, table, tree) + sum(places_of(spec, table, base[:, place]) for place in (NEIGHBOURS, BY_FACTORS)) / 2
        for table, base, tree in zip(tables, outside, trees)
    ]


def places_of(spec: TaskSpec, table: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """Where each row is in the order of its user, from 0 to 1."""
    return pd.Series(values).groupby(table[str(spec.user)].to_numpy()).rank(pct=True).to_numpy()


def told(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """What a table's choices say about the rows of others: scores, each also as a place among those of the user, and shares by group."""
    choices = Choices(spec, train, y)
    scores = [scorer(choices, seed) for scorer in SCORERS]
    found = []
    for table in tables:
        values = [choices.asked(score, table) for score in scores]
        places = [places_of(spec, table, value) for value in values]
        found.append(np.column_stack([*values, *places, *group_shares(spec, train, y, table)]))
    return found


def group_shares(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, table: pd.DataFrame) -> list[np.ndarray]:
    """For each column of few levels: the share of the user's choices with the row's level, and of the item's, each beside that of all choices."""
    chosen = train[y > 0.5]
    found = []
    for name in train.columns:
        if name in (spec.id, spec.target, spec.user, spec.item) or train[name].nunique() > LEVELS:
            continue
        level, wanted = chosen[name].astype(str), table[name].astype(str)
        usual = wanted.map(level.value_counts(normalize=True)).fillna(0.0).to_numpy()
        for key in (str(spec.user), str(spec.item)):
            sizes = table[key].map(chosen[key].value_counts()).fillna(0.0).to_numpy()
            counts = pd.Series(level.to_numpy()).groupby([chosen[key].to_numpy(), level.to_numpy()]).size()
            both = counts.reindex(pd.MultiIndex.from_arrays([table[key].to_numpy(), wanted.to_numpy()])).fillna(0.0).to_numpy()
            found.append((both + PRIOR * usual) / (sizes + PRIOR) / np.maximum(usual, 1e-9))
    return found


def shuffled(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame, random: np.random.Generator, cheap: int, dear: int) -> list[np.ndarray]:
    """Predictions of models to which each user came with the choices of another one: permuted labels would leave who was shown what."""
    users = np.sort(train[str(spec.user)].unique())
    found = []
    for number in range(cheap + dear):
        other = pd.Series(random.permutation(users), index=users)
        scorer = co_occurrence if number < cheap else item_neighbours
        found.append(fit_of(scorer)(spec, train.assign(**{str(spec.user): train[str(spec.user)].map(other)}), y, [test], spec.seed)[0])
    return found
