"""Smaller or otherwise balanced versions of raw data.

Usage: python subsample.py RAW OUT < order.json
order: {reader, target, positive, group, time, rows, share, seed}; rows and share may be null.
Writes the raw files below OUT. Answers {"rows": of the new table} or {"unable": why}.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def chosen(table: pd.DataFrame, order: dict[str, Any]) -> np.ndarray:
    """Places of the rows that are kept, in their order: whole groups under a group split, a stretch of time under a temporal one."""
    random = np.random.default_rng(order["seed"])
    places = np.arange(len(table))
    labelled = table[order["target"]].astype(str).str.strip() != ""
    places = places[labelled.to_numpy()]
    if order.get("share") is not None:
        cells = table[order["target"]].iloc[places].astype(str).str.strip().str.removesuffix(".0")
        one = places[(cells == str(order["positive"])).to_numpy()]
        other = np.setdiff1d(places, one)
        share = order["share"]
        ones = min(len(one), int(len(other) * share / (1 - share)))
        others = min(len(other), int(ones * (1 - share) / share))
        places = np.concatenate([random.permutation(one)[:ones], random.permutation(other)[:others]])
    rows = order.get("rows")
    if rows is not None and rows < len(places):
        if order.get("group"):
            of = table[order["group"]].iloc[places].astype(str).to_numpy()
            taken, kept = 0, set()
            for name in random.permutation(np.unique(of)):
                kept.add(name)
                taken += int((of == name).sum())
                if taken >= rows:
                    break
            places = places[np.isin(of, list(kept))]
        elif order.get("time"):
            first = int(random.integers(0, len(places) - rows + 1))
            places = np.sort(places)[first : first + rows]
        else:
            places = random.permutation(places)[:rows]
    return np.sort(places)


def main(raw: Path, out: Path, order: dict[str, Any]) -> dict[str, Any]:
    reader = order["reader"]
    if reader["format"] == "csv" and len(reader["files"]) == 1:
        name = reader["files"][0]
        options = {"sep": reader["delimiter"], "encoding": reader["encoding"], "dtype": str, "keep_default_na": False, "quotechar": reader.get("quote") or '"'}
        table = pd.read_csv(raw / name, header=0 if reader["header"] else None, **options)
        names = [str(column).removeprefix("#").strip() for column in table.columns] if reader["header"] else None
        if names is not None and order["target"] in names:
            order = order | {key: table.columns[names.index(order[key])] for key in ("target", "group", "time") if order.get(key) in names}
        if order["target"] not in table.columns:
            return {"unable": "the target is no column of the file"}
        kept = table.iloc[chosen(table, order)]
        shutil.copytree(raw, out, dirs_exist_ok=True)
        kept.to_csv(out / name, sep=reader["delimiter"], encoding=reader["encoding"], index=False, header=reader["header"], lineterminator="\n")
        return {"rows": len(kept)}
    if reader["format"] == "parquet" and len(reader["files"]) == 1:
        name = reader["files"][0]
        table = pd.read_parquet(raw / name)
        kept = table.iloc[chosen(table, order)]
        shutil.copytree(raw, out, dirs_exist_ok=True)
        kept.to_parquet(out / name, index=False)
        return {"rows": len(kept)}
    return {"unable": f"{reader['format']} of {len(reader.get('files', []))} files"}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), json.load(sys.stdin))))
