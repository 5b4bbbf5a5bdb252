"""Joins tables that a key refers to."""

import pandas as pd


def joined(table: pd.DataFrame, others: list[tuple[pd.DataFrame, str, str, str]]) -> pd.DataFrame:
    """The table with the columns of others: each is (table, column that refers, key that it refers to, prefix of its columns).

    A key is in its table once, so that no row is added and none is lost.
    """
    for other, reference, key, prefix in others:
        known = other.drop_duplicates(key).set_index(key).add_prefix(prefix)
        table = table.join(known, on=reference)
    return table
