"""What is measured on the series of a forecast: whether the cut is clean, and what of the past each series has."""

from typing import Any

import numpy as np
import pandas as pd

from mle_env.ladder.panel import names_of, places_of
from mle_env.rounding import significant

from .facts import Facts


def in_series(facts: Facts, train: pd.DataFrame, test: pd.DataFrame, answers: pd.DataFrame) -> dict[str, Any] | None:
    """None where the task is no forecast, or a column that names series or instants is not there."""
    if facts.series is None or any(name not in table for table in (train, test) for name in (facts.series["time"], *facts.series["keys"])):
        return None
    season, size = int(facts.series["season"]), facts.series.get("block")
    past, future = placed(facts, train), placed(facts, test)
    cut = int(past["place"].max())
    known = past["series"].value_counts()
    asked = future["series"].unique()
    whole = pd.concat([past, future], ignore_index=True)
    return {
        "series": len(asked),
        "cold": int((~pd.Series(asked).isin(known.index)).sum()),
        # Rows of the past, beside two seasons of it.
        "leastSeasons": significant(float(known.reindex(asked).fillna(0).min()) / season, 4),
        "late": int((past["place"] >= future["place"].min()).sum()),
        "ahead": int(future["place"].max()) - cut,
        "repeated": int(whole.duplicated(["series", "place"]).sum()),
        "blocks": None if not size else int(((future["place"] - future["place"].min()) // int(size)).nunique()),
        "varying": varying(facts, train, test, whole["series"]),
        "scales": scales_agree(answers, future, facts, test),
    }


def placed(facts: Facts, table: pd.DataFrame) -> pd.DataFrame:
    """The series and the place on the calendar of each row."""
    return pd.DataFrame({"series": names_of(facts.series, table).to_numpy(), "place": places_of(facts.series, table)})


def varying(facts: Facts, train: pd.DataFrame, test: pd.DataFrame, series: pd.Series) -> list[str]:
    """Inputs that change from instant to instant of a series: of the future they are known only if they are a calendar."""
    fixed = {facts.id, facts.target, facts.series["time"], *facts.series["keys"]}
    names = [name for name in test.columns if name in train and name not in fixed]
    both = pd.concat([train[names], test[names]], ignore_index=True)
    changes = both.groupby(series).nunique(dropna=False).max() if names else pd.Series(dtype=int)
    return sorted(str(name) for name in names if changes[name] > 1)


def scales_agree(answers: pd.DataFrame, future: pd.DataFrame, facts: Facts, test: pd.DataFrame) -> bool | None:
    """Whether the answers name the series of each row as the keys do and give each one scale above 0; None where they hold neither."""
    if "series" not in answers or "scale" not in answers or facts.id not in test or facts.id not in answers:
        return None
    told = answers.assign(_key=answers[facts.id].astype(str)).drop_duplicates("_key").set_index("_key").reindex(test[facts.id].astype(str))
    pairs = pd.DataFrame({"own": future["series"].to_numpy(), "told": told["series"].astype(str).to_numpy(), "scale": told["scale"].to_numpy(float)})
    one = pairs.groupby("own")[["told", "scale"]].nunique().max().max() <= 1 and pairs.groupby("told")["own"].nunique().max() <= 1
    return bool(one and (pairs["scale"] > 0).all())


def residual(facts: Facts, train: pd.DataFrame) -> pd.Series:
    """What a train row adds to the row of one season before in its series, in scales of the series; missing where there is none."""
    keys = placed(facts, train)
    value = pd.to_numeric(train[facts.target], errors="coerce").to_numpy(float)
    past = keys.assign(value=value).drop_duplicates(["series", "place"])
    season = int(facts.series["season"])
    before = past.set_index(["series", "place"])["value"]
    gone = value - before.reindex(pd.MultiIndex.from_arrays([keys["series"], keys["place"] - season])).to_numpy()
    scale = pd.Series(np.abs(gone)).groupby(keys["series"].to_numpy()).transform("mean").to_numpy()
    with np.errstate(all="ignore"):
        return pd.Series(np.where(scale > 0, gone / scale, np.nan), index=train.index)


def residual_ahead(facts: Facts, train: pd.DataFrame, test: pd.DataFrame, truth: pd.Series) -> pd.Series:
    """The same for the rows of test: beside the latest value of their place in the season that train holds."""
    past = placed(facts, train).assign(value=pd.to_numeric(train[facts.target], errors="coerce").to_numpy(float))
    season = int(facts.series["season"])
    past["part"] = past["place"] % season
    latest = past.dropna(subset="value").sort_values("place", kind="stable").groupby(["series", "part"])["value"].last()
    future = placed(facts, test)
    start = latest.reindex(pd.MultiIndex.from_arrays([future["series"], future["place"] % season])).to_numpy()
    gone = truth.to_numpy(float) - start
    scale = pd.Series(np.abs(gone)).groupby(future["series"].to_numpy()).transform("mean").to_numpy()
    with np.errstate(all="ignore"):
        return pd.Series(np.where(scale > 0, gone / scale, np.nan), index=test.index)


def by_declared_keys(facts: Facts, table: pd.DataFrame) -> bool:
    """Whether rows are sorted by series and instant, or by instant and series."""
    rows = placed(facts, table)
    rows["series"] = pd.factorize(rows["series"], sort=True)[0]
    return any(rows.sort_values(order, kind="stable").index.equals(rows.index) for order in (["series", "place"], ["place", "series"]))


def of_series(facts: Facts) -> set[str]:
    """Columns that say which series and which instant a row is."""
    return set() if facts.series is None else {facts.series["time"], *facts.series["keys"]}
