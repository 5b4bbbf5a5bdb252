"""Copies tables of measurements in time in one plain form."""

from pathlib import Path

import pandas as pd


def neutral_sequence(source: Path, target: Path, encode: bool, window: int | None) -> None:
    """One instant a row, as plain CSV: the last `window` instants, so that the length of the original says nothing, or all of them."""
    table = pd.read_csv(source, sep=None if encode else ",", engine="python" if encode else "c", dtype=str, keep_default_na=False)
    table.columns = [str(name).lstrip("#").strip() for name in table.columns]
    kept = table if window is None else table.tail(window)
    kept.map(lambda cell: cell.strip() if isinstance(cell, str) else cell).to_csv(target, index=False, lineterminator="\n")
