"""The rungs of the ladder. Each fits on one table and predicts others."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import labels, pairs, rankings, tags
from .changes import Fit, last_value, of_changes
from .features import Columns, LinearFeatures, TreeFeatures
from .models import boosted, from_scale, linear, to_scale
from .survival import excess, telling
from .target_encoding import encode_target
from .task_spec import TaskSpec


@dataclass(frozen=True)
class Rung:
    """A named solution. `fit(spec, train, y, tables, seed)` gives raw predictions: probabilities by class code, or numbers."""

    name: str
    kind: str
    fit: Fit
    seeded: bool = False


def rungs(spec: TaskSpec, only_text: bool) -> list[Rung]:
    """The ladder of one task, from trivial to strong."""
    if spec.objective in LADDERS:
        return LADDERS[spec.objective]
    if spec.media:
        return [*trivial_rungs(spec), *media_rungs(spec)]
    if spec.log is not None:
        return [*trivial_rungs(spec), *log_rungs()]
    if spec.user is not None:
        return rating_rungs()
    if spec.pair is not None:
        return [*trivial_rungs(spec), *pair_rungs()]
    if spec.event is not None:
        simple, standard = Rung("cox-few-columns", "simple", few_columns), Rung("cox", "standard", simple_linear)
        return [*trivial_rungs(spec), simple, standard, Rung("boosted-cox-blend", "strong", tabular_blend, seeded=True)]
    if spec.present is not None:
        return [*trivial_rungs(spec), *ahead_rungs()]
    simple = Rung("length-and-counts" if only_text else linear_name(spec), "simple", simple_linear)
    if only_text:
        standard = Rung("word-tfidf-linear", "standard", words_linear)
        strong = Rung("words-characters-trees-blend", "strong", text_blend, seeded=True)
    else:
        standard = Rung("boosted-trees", "standard", plain_boosted, seeded=True)
        strong = Rung("tuned-trees-linear-blend", "strong", tabular_blend, seeded=True)
    return [*trivial_rungs(spec), simple, standard, strong]


def linear_name(spec: TaskSpec) -> str:
    """What the linear model of tables is called."""
    return "logistic" if spec.classifies else "poisson" if spec.metric == "mean_poisson_deviance" else "ridge"


def ahead_rungs() -> list[Rung]:
    """The rungs that tell what a value will be from what it is."""
    return [
        Rung("last-value", "trivial", last_value),
        Rung("ridge", "simple", simple_linear),
        Rung("boosted-trees-of-changes", "standard", of_changes(plain_boosted), seeded=True),
        Rung("tuned-trees-linear-blend-of-changes", "strong", of_changes(tabular_blend), seeded=True),
    ]


def media_rungs(spec: TaskSpec) -> list[Rung]:
    """The rungs that look into files."""
    from . import media

    simple, standard, strong = media.NAMES[media.ladder_of(spec)]
    return [Rung(simple, "simple", media.simple), Rung(standard, "standard", media.standard), Rung(strong, "strong", media.strong, seeded=True)]


def log_rungs() -> list[Rung]:
    """The rungs that read logs."""
    from . import logs

    return [
        Rung("template-counts-linear", "simple", logs.template_counts),
        Rung("template-order-linear", "standard", logs.template_order),
        Rung("templates-words-trees-blend", "strong", logs.blend, seeded=True),
    ]


def rating_rungs() -> list[Rung]:
    """The rungs that know who rates and what is rated."""
    from . import ratings

    return [
        Rung("global-mean", "trivial", constant(np.mean)),
        Rung("item-mean", "trivial", ratings.item_mean),
        Rung("shrunken-item-mean", "simple", ratings.shrunken_item_mean),
        Rung("user-item-biases", "standard", ratings.user_item_biases),
        Rung("factors-trees-blend", "strong", ratings.factors_and_trees, seeded=True),
    ]


def pair_rungs() -> list[Rung]:
    """The rungs that compare two texts. What one of them tells alone is trivial: it is no answer to what they are to each other."""
    return [
        Rung("first-text-alone", "trivial", pairs.only(0)),
        Rung("second-text-alone", "trivial", pairs.only(1)),
        Rung("overlap-linear", "simple", pairs.simple),
        Rung("words-overlap-linear", "standard", pairs.standard),
        Rung("overlap-meaning-trees-blend", "strong", pairs.strong, seeded=True),
    ]


def trivial_rungs(spec: TaskSpec) -> list[Rung]:
    """Constants; which one is best depends on the metric."""
    if spec.classifies:
        draws = [Rung("prior-draws", "trivial", prior_draws)] if spec.measure.over == "classes" else []
        return [Rung("prior", "trivial", prior), *draws]
    if spec.event is not None:
        return [Rung("no-order", "trivial", constant(np.median))]
    found = [Rung("train-mean", "trivial", constant(np.mean)), Rung("train-median", "trivial", constant(np.median))]
    if spec.metric == "rmsle":
        found.append(Rung("train-log-mean", "trivial", constant(lambda y: from_scale(spec, np.mean(to_scale(spec, y))))))
    return found


def constant(statistic: Callable[[np.ndarray], float]) -> Fit:
    def fit(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
        return [np.full(len(table), float(statistic(y))) for table in tables]

    return fit


def prior(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    shares = np.bincount(y.astype(int)) / len(y)
    return [np.tile(shares, (len(table), 1)) for table in tables]


def prior_draws(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """Labels drawn by their shares: for a mean over classes that beats the commonest label everywhere."""
    shares = np.bincount(y.astype(int)) / len(y)
    random = np.random.default_rng(seed)
    return [np.eye(len(shares))[random.choice(len(shares), len(table), p=shares)] for table in tables]


def simple_linear(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    features = LinearFeatures(train, Columns(train, spec), words=False)
    return linear(spec, features.transform(train), y, [features.transform(table) for table in tables])


def few_columns(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """Cox regression on the few columns that say most each by itself."""
    features = LinearFeatures(train, Columns(train, spec), words=False)
    x = features.transform(train)
    places = telling(x, y)
    return linear(spec, x[:, places], y, [features.transform(table)[:, places] for table in tables])


def words_linear(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    features = LinearFeatures(train, Columns(train, spec), words=True)
    return linear(spec, features.transform(train), y, [features.transform(table) for table in tables], strength=4.0 if spec.classifies else 0.2)


def plain_boosted(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    features = TreeFeatures(train, Columns(train, spec))
    return boosted(spec, features.transform(train), y, [features.transform(table) for table in tables], features.categorical(), seed, tuned=False)


def tabular_blend(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """Tuned trees over target encodings, blended with a linear model over words, where there are any."""
    columns = Columns(train, spec)
    features = TreeFeatures(train, columns)
    signal = excess(y) if spec.event is not None else y if not spec.classifies else np.eye(int(y.max()) + 1)[y.astype(int)][:, 1:]
    if signal.ndim == 2 and signal.shape[1] > 6:
        signal = signal[:, np.argsort(-signal.sum(axis=0), kind="stable")[:6]]
    encoded = encode_target(train, tables, columns.categories, columns.things, signal, spec.seed)
    dense = [np.hstack([codes, features.transform(table)]) for codes, table in zip(encoded, [train, *tables])]
    trees = boosted(spec, dense[0], y, dense[1:], features.categorical(), seed, tuned=True)
    flat = LinearFeatures(train, columns, words=True)
    straight = linear(spec, flat.transform(train), y, [flat.transform(table) for table in tables], strength=0.3)
    # Only the linear model reads the words.
    weight = 0.5 if columns.texts else 0.2
    return [(1 - weight) * one + weight * other for one, other in zip(trees, straight)]


def text_blend(spec: TaskSpec, train: pd.DataFrame, y: np.ndarray, tables: list[pd.DataFrame], seed: int) -> list[np.ndarray]:
    """Words and characters, weighted by how much they tell apart, blended with trees over counts."""
    columns = Columns(train, spec)
    flat = LinearFeatures(train, columns, words=True, characters=True)
    straight = linear(spec, flat.transform(train), y, [flat.transform(table) for table in tables], strength=6.0 if spec.classifies else 0.2)
    trees = plain_boosted(spec, train, y, tables, seed)
    return [0.8 * one + 0.2 * other for one, other in zip(straight, trees)]


#: Ladders of objectives that no other one is like.
LADDERS: dict[str, list[Rung]] = {
    "tags": [
        Rung("one-tag", "trivial", tags.one_tag),
        Rung("train-lexicon", "trivial", tags.lexicon),
        Rung("own-token-field", "simple", tags.own_tokens),
        Rung("context-field", "standard", tags.with_context),
        Rung("context-gazetteer-blend", "strong", tags.blend),
    ],
    "ranking": [
        Rung("no-order", "trivial", constant(np.mean)),
        Rung("popularity", "trivial", rankings.fit_of(rankings.popularity)),
        Rung("co-occurrence", "simple", rankings.fit_of(rankings.co_occurrence)),
        Rung("item-neighbours", "standard", rankings.fit_of(rankings.item_neighbours)),
        Rung("factors-neighbours-trees-blend", "strong", rankings.blend, seeded=True),
    ],
    "multilabel": [
        Rung("every-label", "trivial", labels.every_label),
        Rung("commonest-set", "trivial", labels.commonest_set),
        Rung("logistic-by-label", "simple", labels.simple),
        Rung("boosted-or-words-by-label", "standard", labels.standard),
        Rung("blend-with-thresholds", "strong", labels.strong, seeded=True),
    ],
}
