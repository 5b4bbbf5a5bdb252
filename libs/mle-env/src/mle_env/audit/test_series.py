"""Planted defects of forecasts: what is measured where the cut between past and future is not clean."""

import numpy as np
import pandas as pd
import pytest

from .facts import Facts
from .series import by_declared_keys, in_series, residual, residual_ahead

SERIES = {"time": "day", "keys": ["shop"], "season": 7, "horizon": 14, "step": {"unit": "second", "size": 86_400}}
FACTS = Facts("id", "sales", "forecast", "mase", "number", "minimize", 0.0, time="day", series=SERIES)


def tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    days = pd.date_range("2020-01-01", periods=84).strftime("%Y-%m-%d")
    random = np.random.default_rng(1)
    whole = pd.DataFrame([{"day": day, "shop": f"s{shop}", "town": shop % 2, "sales": random.gamma(2, 10)} for shop in range(10) for day in days])
    late = whole["day"] >= days[70]
    train, test = whole[~late].reset_index(drop=True), whole[late].reset_index(drop=True)
    train.insert(0, "id", range(len(train)))
    test.insert(0, "id", range(len(train), len(train) + len(test)))
    answers = test[["id", "sales"]].assign(series=test["shop"], scale=3.0)
    return train, test.drop(columns="sales"), answers


def test_a_clean_cut_is_measured_as_one():
    found = in_series(FACTS, *tables())
    assert found == {"series": 10, "cold": 0, "leastSeasons": 10, "late": 0, "ahead": 14, "repeated": 0, "blocks": None, "varying": [], "scales": True}


def test_the_future_of_a_series_in_train_is_found():
    train, test, answers = tables()
    found = in_series(FACTS, pd.concat([train, test.head(3).assign(sales=1.0)], ignore_index=True), test, answers)
    assert (found["late"], found["repeated"]) == (3, 3)


def test_a_second_origin_is_found():
    train, test, answers = tables()
    later = pd.DataFrame({"id": [9_999], "day": ["2020-03-20"], "shop": ["s0"], "town": [0], "sales": [1.0]})
    found = in_series(FACTS, pd.concat([train, later], ignore_index=True), test[~((test["shop"] == "s0") & (test["day"] == "2020-03-20"))], answers)
    assert (found["late"], found["repeated"]) == (1, 0)


def test_an_input_that_changes_with_the_instant_is_found():
    train, test, answers = tables()
    found = in_series(FACTS, train.assign(visitors=range(len(train))), test.assign(visitors=range(len(test))), answers)
    assert found["varying"] == ["visitors"]


def test_a_short_past_is_found():
    train, test, answers = tables()
    found = in_series(FACTS, train[(train["shop"] != "s3") | (train["day"] >= "2020-03-05")], test, answers)
    assert found["leastSeasons"] == pytest.approx(6 / 7, rel=1e-3)


def test_answers_that_mix_series_or_have_no_scale_are_found():
    train, test, answers = tables()
    assert in_series(FACTS, train, test, answers.assign(series="s1"))["scales"] is False
    assert in_series(FACTS, train, test, answers.assign(scale=0.0))["scales"] is False


def test_sorted_rows_are_judged_by_what_the_season_before_does_not_tell():
    train, test, answers = tables()
    assert by_declared_keys(FACTS, test) and not by_declared_keys(FACTS, test.sample(frac=1, random_state=1).reset_index(drop=True))
    assert residual(FACTS, train).isna().sum() == 70
    assert residual_ahead(FACTS, train, test, answers["sales"]).notna().all()
