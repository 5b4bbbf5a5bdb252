"""Tables as bounded text."""

import pandas as pd

MOST_COLUMNS = 60
MOST_CELL = 120


def as_text(table: pd.DataFrame) -> str:
    """CSV with cut cells and at most 60 columns; what is left out is said."""
    shown = table.iloc[:, :MOST_COLUMNS]
    cut = shown.map(lambda cell: cell[:MOST_CELL] + "…" if isinstance(cell, str) and len(cell) > MOST_CELL else cell)
    more = len(table.columns) - len(shown.columns)
    return cut.to_csv(index=False, lineterminator="\n") + (f"[{more} more columns]\n" if more > 0 else "")
