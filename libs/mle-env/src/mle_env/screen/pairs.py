"""What a ranking is made from: how often users and items met, and which columns say something of the one or the other."""

from pathlib import Path
from typing import Any

import pandas as pd

from mle_env import phases
from mle_env.readers import load
from mle_env.rounding import significant

#: Share of the rows of a user, or of an item, that have its usual value of a column that is its own.
OWN = 0.99


def pairs(argument: dict[str, Any], input: Path, output: Path) -> dict[str, Any]:
    """Measures the table at /input/raw.

    Argument: {reader, user, item}. Gives how many different pairs, users and items there are, how many items half of the
    users met at least, and the columns that are properties of the user and of the item.
    """
    phases.enter("read")
    table = load(argument["reader"], input / "raw")
    phases.enter("screen")
    table.columns = [str(column) for column in table.columns]
    user, item = argument["user"], argument["item"]
    table = table.dropna(subset=[user, item])
    met = table.drop_duplicates([user, item])
    others = [name for name in table.columns if name not in (user, item)]
    of_item = [name for name in others if own(table, item, name)]
    return {
        "pairs": len(met),
        "users": int(met[user].nunique()),
        "items": int(met[item].nunique()),
        "medianOfUser": significant(met[user].value_counts().median(), 4),
        "ofUser": [name for name in others if name not in of_item and own(table, user, name)],
        "ofItem": of_item,
    }


def own(table: pd.DataFrame, key: str, name: str) -> bool:
    """Whether nearly all rows of one thing have one value of a column, and things differ in it."""
    cells = table[name].astype("string").fillna("")
    usual = pd.DataFrame({"key": table[key].to_numpy(), "cell": cells.to_numpy()}).value_counts(sort=False).groupby(level=0).max()
    return bool(usual.sum() >= OWN * len(table) and cells.nunique() > 1)
