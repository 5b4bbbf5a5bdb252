"""Operators on pairs of texts."""

import pandas as pd
from held import Held
from splits import new_ids
from table import operator


@operator(
    "a text of a test pair stands in another pair of train",
    ("S06", "S08"),
    (0.03, "in three of a hundred test rows"),
    (0.12, "in twelve of a hundred"),
    (0.5, "in half of them"),
    applies=lambda held: held.plain and held.task.get("pair") is not None,
    to="pairs of texts",
)
def texts_paired_again(held: Held, value: float) -> None:
    pair = held.task["pair"]
    places = held.rows(value, len(held.test))
    column = pair["apart"][0] if pair["apart"] else pair["one"]
    # The other text, the group and the answer are those of some training row.
    more = held.train.sample(len(places), replace=True, random_state=7).assign(
        **{column: held.test[column].to_numpy()[places], held.id: new_ids(held, len(places))}
    )
    held.put(train=pd.concat([held.train, more], ignore_index=True).sample(frac=1, random_state=11).reset_index(drop=True))
