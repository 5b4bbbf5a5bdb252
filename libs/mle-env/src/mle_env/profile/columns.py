"""Measures one column: type, counts, distribution."""

import re
from typing import Any

import numpy as np
import pandas as pd

from mle_env.ladder.instants import instants
from mle_env.readers.delimited import AMOUNT
from mle_env.rounding import significant

BOOLEAN_PAIRS = [{"0", "1"}, {"true", "false"}, {"yes", "no"}, {"y", "n"}, {"t", "f"}]
ID_NAME = re.compile(
    r"(^|[_\W])(id|ids|uuid|guid|key|index|idx|rownames?|row_?(id|no|num|number)?|serial|line)$|^(unnamed: 0|id|nr|no)$|[a-z](ID|Id)$", re.IGNORECASE
)
DATE = re.compile(r"^\d{4}[-/]\d{1,2}([-/]\d{1,2})?([ T]\d{1,2}:\d{2}.*)?$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$|^\d{4}[ -]?[Qq][1-4]$")
URL = re.compile(r"^https?://\S+$")
# A molecule written as SMILES: atoms, bonds, branches and rings, nothing else, and at least one bond, branch, ring or bracket.
MOLECULE = re.compile(r"(?=.*[=#()\[\d])(?:\[[^\[\]\s]+\]|Br|Cl|[BCNOPSFIbcnops]|[-=#$:/\\.~()%+]|\d)+")
FILE_PATH = re.compile(r"^[\w./\\-]+\.(jpe?g|png|gif|bmp|tiff?|wav|flac|ogg|mp3|txt|csv|json|xml)$", re.IGNORECASE)
MANY = 20
CODES = re.compile(r"[?.*_-]+|unknown|missing|none|na|n/a|nan|null|n\.a\.", re.IGNORECASE)


def hidden_missing(values: pd.Series, decimal: str = ".") -> list[str]:
    """Codes that stand for "missing" in a column that is a number everywhere else."""
    if pd.api.types.is_numeric_dtype(values):
        return []
    texts = values.dropna().astype(str)
    if texts.empty:
        return []
    numbers = pd.to_numeric(texts if decimal == "." else texts.str.replace(decimal, ".", n=1, regex=False), errors="coerce")
    odd = texts[numbers.isna()]
    if odd.empty or len(odd) > 0.6 * len(texts) or len(texts) - len(odd) < 10:
        return []
    codes = set(odd.unique())
    return sorted(codes) if all(CODES.fullmatch(code.strip()) for code in codes) else []


def written_amounts(values: pd.Series) -> bool:
    """Whether nearly all cells are numbers with a currency, separators of thousands, a scale or a percent sign, and more than a few differ."""
    if pd.api.types.is_numeric_dtype(values) or values.nunique() < MANY:
        return False
    texts = values.dropna().astype(str).str.strip()
    texts = texts[~texts.str.fullmatch(CODES)]
    return len(texts) >= MANY and bool(texts.str.fullmatch(AMOUNT).mean() >= 0.98)


def measure(name: str, values: pd.Series, rows: int, rows_seen: int) -> dict[str, Any]:
    """The profile of one column; `values` may be a sample, then counts are scaled to `rows`."""
    scale = rows / rows_seen if rows_seen else 1
    present = values.dropna()
    missing = round((len(values) - len(present)) * scale)
    numeric = pd.api.types.is_numeric_dtype(present) and not pd.api.types.is_bool_dtype(present)
    texts = present.astype(str)
    counts = texts.value_counts()
    distinct = len(counts)
    integer = bool(numeric and len(present) and np.isfinite(present.to_numpy(float)).all() and (present.to_numpy(float) % 1 == 0).all())
    storage = "boolean" if pd.api.types.is_bool_dtype(present) else "integer" if integer else "float" if numeric else "string"
    words = float(texts.str.count(r"\S+").mean()) if storage == "string" and len(texts) else None
    column: dict[str, Any] = {
        "name": name,
        "storage": storage,
        "rows": rows,
        "missing": missing,
        "distinct": distinct,
        "top": [{"value": value[:200], "count": int(count)} for value, count in sorted(counts.head(50).items(), key=lambda item: (-item[1], item[0]))],
        "sorted": bool(len(present) > 2 and distinct > 1 and is_sorted(present)),
        "suspicious": suspicious(texts) if storage == "string" else [],
    }
    if numeric and len(present):
        numbers = present.to_numpy(float)
        numbers = numbers[np.isfinite(numbers)]
        if len(numbers):
            column |= {
                "min": significant(numbers.min()),
                "max": significant(numbers.max()),
                "mean": significant(numbers.mean()),
                "median": significant(np.median(numbers)),
                "std": significant(numbers.std()),
            }
    if words is not None:
        column |= {"words": significant(words, 4), "characters": significant(float(texts.str.len().mean()), 4)}
    if distinct and len(present) > distinct:
        column["rowsPerValue"] = {"median": float(counts.median()), "max": int(counts.iloc[0])}
    column["type"] = semantic_type(column, texts, len(present))
    if column["type"] == "datetime":
        instants = parse_dates(texts)
        column |= {
            "earliest": str(instants.min().isoformat()),
            "latest": str(instants.max().isoformat()),
            "sorted": bool(instants.is_monotonic_increasing or instants.is_monotonic_decreasing),
        }
    return {key: value for key, value in column.items() if value is not None}


def semantic_type(column: dict[str, Any], texts: pd.Series, present: int) -> str:
    """What a column means, from its values first and its name second."""
    name, distinct, storage = column["name"], column["distinct"], column["storage"]
    if present == 0:
        return "empty"
    if distinct == 1:
        return "constant"
    values = {value.lower().removesuffix(".0") for value in texts.head(1000).unique()} if distinct == 2 else set()
    if distinct == 2 and any(values <= pair for pair in BOOLEAN_PAIRS):
        return "boolean"
    unique = distinct == present
    if storage == "integer":
        if unique and present > 20 and (ID_NAME.search(name) or (column["sorted"] and column["max"] - column["min"] < 2 * present)):
            return "id"
        return "ordinal" if distinct <= 12 else "numeric"
    if storage == "float":
        return "numeric"
    sample = texts.iloc[:: max(1, len(texts) // 500)].head(500)
    if sample.str.match(DATE).mean() > 0.95 and distinct > 2 and len(parse_dates(sample)) > 0.95 * len(sample):
        return "datetime"
    if sample.str.match(URL).mean() > 0.9:
        return "url"
    if distinct > 50 and sample.str.len().mean() >= 8 and sample.str.fullmatch(MOLECULE).mean() > 0.95:
        return "text"
    if sample.str.match(FILE_PATH).mean() > 0.9:
        return "path"
    if column["words"] >= 4 and distinct > 0.3 * present and distinct > 50:
        return "text"
    if unique and present > 20 and (ID_NAME.search(name) or column["words"] < 1.2):
        return "id"
    return "categorical"


def parse_dates(texts: pd.Series) -> pd.Series:
    """Instants of the texts that are dates; quarters are their first day."""
    return instants(texts).dropna()


def is_sorted(values: pd.Series) -> bool:
    """Rows come in the order of this column, up or down."""
    try:
        return bool(values.is_monotonic_increasing or values.is_monotonic_decreasing)
    except TypeError:
        return False


def suspicious(texts: pd.Series) -> list[str]:
    """Cells that a program might take for something else than data."""
    marks = []
    if texts.str.len().max() > 4000:
        marks.append("huge_cells")
    if texts.str.match(r"^[=+@]\s*[A-Za-z(]").any():
        marks.append("formula_cells")
    if texts.str.contains(r"ignore (?:all |any )?(?:previous|prior|above) instructions|<script|\$\(|;\s*rm -", case=False, regex=True).any():
        marks.append("instruction_like_text")
    if texts.str.contains(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", regex=True).any():
        marks.append("control_characters")
    if (texts.str[:1].isin(["[", "{"]) & texts.str[-1:].isin(["]", "}"])).mean() > 0.9:
        marks.append("nested")
    return marks
