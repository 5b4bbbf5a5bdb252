"""Smaller or otherwise balanced versions of raw data.

Usage: python subsample.py RAW OUT < order.json
order: {reader, known, target, positive, group, time, rows, share, seed}; positive, group, time, rows and share may be null.
Writes the raw files below OUT. Answers {"rows": of the new table} or {"unable": why}.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from thinners import Unable, close_archives, load, open_archives, thin


def chosen(table: pd.DataFrame, order: dict[str, Any]) -> np.ndarray:
    """Marks of the rows that are kept: whole groups where the order names what makes one, a stretch where it names a time."""
    random = np.random.default_rng(order["seed"])
    places = np.flatnonzero(table[order["known"]].notna().all(axis=1).to_numpy())
    if order.get("share") is not None:
        cells = table[order["target"]].iloc[places].astype(str).str.strip().str.removesuffix(".0")
        one = places[(cells == str(order["positive"])).to_numpy()]
        other = np.setdiff1d(places, one)
        share = order["share"]
        ones = min(len(one), int(len(other) * share / (1 - share)))
        others = min(len(other), int(ones * (1 - share) / share))
        if min(ones, others) == 0:
            raise Unable("the target is no column of the file")
        places = np.concatenate([random.permutation(one)[:ones], random.permutation(other)[:others]])
    rows = order.get("rows")
    if rows is not None and rows < len(places):
        if order.get("group"):
            of = table[order["group"]].iloc[places].astype(str).agg("|".join, axis=1)
            sizes = of.value_counts()
            names = random.permutation(np.unique(of))
            enough = int(np.searchsorted(np.cumsum(sizes[names]), rows)) + 1
            places = places[of.isin(set(names[:enough])).to_numpy()]
        elif order.get("time"):
            first = int(random.integers(0, len(places) - rows + 1))
            places = np.sort(places)[first : first + rows]
        else:
            places = random.permutation(places)[:rows]
    return np.isin(np.arange(len(table)), places)


def main(raw: Path, out: Path, order: dict[str, Any]) -> dict[str, Any]:
    archives = order["reader"].get("archives", [])
    reader = {key: value for key, value in order["reader"].items() if key != "archives"}
    try:
        if order.get("share") is not None and reader["format"] in ("log", "ahead"):
            raise Unable(f"{reader['format']}, whose rows are no records")
        shutil.copytree(raw, out, dirs_exist_ok=True, copy_function=shutil.copyfile)
        open_archives(raw, out, archives)
        table = load(reader, out)
        table.columns = [str(name) for name in table.columns]
        kept = chosen(table, order)
        thin(reader, out, kept)
        left = len(load(reader, out))
        close_archives(out, archives)
    except Unable as reason:
        return {"unable": str(reason)}
    return {"rows": left}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), json.load(sys.stdin))))
