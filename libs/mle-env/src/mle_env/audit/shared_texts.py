"""S06 of pairs: test rows of which a text stands in a train row, in whichever place."""

from typing import Any

import pandas as pd

from mle_env.profile.pairs import linked_by
from mle_env.readers.linked_texts import plain_texts
from mle_env.rounding import significant

from .facts import Facts, found_pair
from .files import Package


def shared_texts(package: Package, facts: Facts) -> dict[str, Any] | None:
    """Share of the test rows that have a text in common with a train row, of the columns whose texts can be kept apart; None where no texts are paired.

    `stated` says that the package calls them a pair, or that their names do.
    """
    names = [name for name in facts.text if name in package.train and name in package.test]
    if len(names) < 2:
        return None
    whole = pd.concat([package.train[names], package.test[names]], ignore_index=True)
    pair = facts.pair or found_pair(whole, names)
    if pair is None or not {pair["one"], pair["other"]} <= set(names):
        return None
    columns = pair["apart"] if "apart" in pair else linked_by(whole, [pair["one"], pair["other"]])[1]
    known = {text for name in columns for text in plain_texts(package.train[name]).dropna()}
    seen = pd.Series(False, index=package.test.index)
    for name in columns:
        seen |= plain_texts(package.test[name]).isin(known)
    return {"columns": columns, "share": significant(float(seen.mean()), 4), "stated": pair.get("named", True)}
