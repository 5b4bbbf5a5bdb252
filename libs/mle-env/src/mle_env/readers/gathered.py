"""Gathers columns of 0 and 1 into one column of labels."""

from typing import Any

import pandas as pd

#: What a row without a label has.
NO_LABEL = "-"


def gather(table: pd.DataFrame, gathered: dict[str, Any]) -> pd.DataFrame:
    """The table with `columns` replaced by the column `name`: the names of those that are 1, with `;` between them."""
    holds = table[gathered["columns"]].astype(float) == 1
    cells = [";".join(name for name, held in zip(holds.columns, row) if held) or NO_LABEL for row in holds.to_numpy()]
    return table.drop(columns=gathered["columns"]).assign(**{gathered["name"]: cells})
