"""Lists files of one kind as rows: where each lies, what its path says, and its labels."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

LONGEST_TEXT = 1_000_000


def read_media(reader: dict[str, Any], raw: Path, labels: pd.DataFrame | None = None) -> pd.DataFrame:
    """One file a row, by path: `reader["kind"]` holds its path below the raw folder, or its text for documents.

    `broken` files are left out. `parts` name pieces of the path: `of` is `folder` or `stem`, `place` counts from 0. `labels` are joined where their key
    names a file; with `counts`, a table of marks becomes how many marks of each kind a file has.
    """
    suffixes = tuple(reader["suffixes"])
    below = sorted(path for path in (raw / reader["folder"]).rglob("*") if path.is_file() and path.name.lower().endswith(suffixes))
    names = [name for path in below if (name := path.relative_to(raw).as_posix()) not in reader["broken"]]
    table = pd.DataFrame({reader["kind"]: names})
    for part in reader["parts"]:
        pieces = [path_pieces(name, reader["folder"], part["of"]) for name in names]
        table[part["name"]] = [found[part["place"]] if part["place"] < len(found) else None for found in pieces]
    if labels is not None:
        table = with_labels(table, labels, reader)
    if reader["kind"] == "document":
        texts = [(raw / name).read_bytes()[:LONGEST_TEXT].decode(reader["encoding"], "replace") for name in table["document"]]
        table = table.drop(columns="document").assign(text=[text.strip() for text in texts])
    return table


def path_pieces(name: str, folder: str, of: str) -> list[str]:
    """The folders between `folder` and a file, or the pieces of the file's name without its ending."""
    below = Path(name).relative_to(folder) if folder else Path(name)
    return list(below.parent.parts) if of == "folder" else re.split(r"[_\-. ]+", below.stem)


def with_labels(table: pd.DataFrame, labels: pd.DataFrame, reader: dict[str, Any]) -> pd.DataFrame:
    """The files that have a label, with the columns of the table of labels."""
    how, key = reader["labels"]["by"], reader["labels"]["key"]
    keys = table[reader["kind"]].map(lambda name: file_key(name, how))
    known = labels.assign(_key=labels[key].map(lambda cell: file_key(str(cell), how)))
    counted = reader["labels"].get("counts")
    if counted is None:
        known = known.drop_duplicates("_key").set_index("_key").drop(columns=key)
    else:
        known = known.groupby(["_key", counted]).size().unstack(fill_value=0).add_prefix("count_")
    known = known.rename(columns={name: f"{name}_label" for name in known if name in table})
    joined = table.assign(_key=keys).join(known, on="_key", how="inner")
    return joined.drop(columns="_key").reset_index(drop=True)


def file_key(name: str, how: str) -> str:
    """What a name of a file is compared by: its path, name, name without ending, or last number."""
    path = Path(name.replace("\\", "/"))
    if how == "number":
        numbers = re.findall(r"\d+", path.stem if path.suffix.lower() != ".0" else path.name.removesuffix(".0"))
        return str(int(numbers[-1])) if numbers else name
    return {"path": path.as_posix(), "name": path.name, "stem": path.stem}[how]
