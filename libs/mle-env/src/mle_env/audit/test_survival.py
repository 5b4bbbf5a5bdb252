import numpy as np
import pandas as pd
import pytest

from mle_env.audit.facts import given
from mle_env.audit.files import Package
from mle_env.audit.leakage import leakage
from mle_env.audit.split import split

FACTS = given({"id": "id", "target": "days", "objective": "survival", "metric": "concordance_index", "kind": "number", "direction": "maximize", "optimum": 1})


@pytest.fixture
def package(tmp_path):
    """600 rows of which half are censored; the hazard grows with age."""
    random = np.random.default_rng(8)
    table = pd.DataFrame({name: random.normal(size=600).round(3) for name in ("dose", "weight", "pulse", "iron")})
    table.insert(0, "age", random.integers(30, 90, 600))
    lived, watched = random.exponential(900 / np.exp(0.06 * (table["age"] - 60))), random.uniform(100, 1500, 600)
    table["days"], table["event"] = np.minimum(lived, watched).round().astype(int), (lived <= watched).astype(int)
    table.insert(0, "id", range(600))
    (tmp_path / "data" / "public").mkdir(parents=True)
    (tmp_path / "data" / "private").mkdir()
    return tmp_path, table


def written(place, table, leak=()):
    """The package with columns of `leak` in test too."""
    train, test = table.iloc[:400], table.iloc[400:]
    train.to_csv(place / "data" / "public" / "train.csv", index=False)
    test.drop(columns=[name for name in ("days", "event") if name not in leak]).to_csv(place / "data" / "public" / "test.csv", index=False)
    test[["id"]].assign(days=500.0).to_csv(place / "data" / "public" / "sample_submission.csv", index=False)
    test[["id", "days", "event"]].to_csv(place / "data" / "private" / "test_answer.csv", index=False)
    return Package(place)


def test_a_sound_package_has_events_counted_and_no_column_that_says_the_answer(package):
    place, table = package
    found = split(written(place, table), FACTS, None, {})
    seen = leakage(written(place, table), FACTS)
    assert found["target"]["events"] == {"train": int(table["event"][:400].sum()), "test": int(table["event"][400:].sum())}
    assert (found["targetInTest"], found["copiesOfTarget"]) == (False, [])
    assert seen["scale"] == "concordance"
    assert 0.6 < seen["best"] < 0.9
    assert max(seen["alone"].values()) < 0.9
    assert seen["derivations"] == []


def test_the_event_in_test_is_the_target_in_test(package):
    place, table = package
    assert split(written(place, table, leak=("event",)), FACTS, None, {})["targetInTest"]


def test_a_column_that_says_who_was_censored_says_the_answer(package):
    place, table = package
    table.insert(1, "left", np.where(table["event"] == 1, "no", "yes"))
    found = written(place, table)
    assert split(found, FACTS, None, {})["copiesOfTarget"] == ["left"]
    assert leakage(found, FACTS)["alone"]["left"] > 0.99


def test_a_time_in_another_unit_can_be_recomputed_and_gives_the_order_away(package):
    place, table = package
    table.insert(1, "weeks", (table["days"] / 7).round(2))
    seen = leakage(written(place, table), FACTS)
    assert {"kind": "conversion", "columns": ["weeks"]} in seen["derivations"]
    assert seen["alone"]["weeks"] > 0.95


def test_a_cell_that_is_missing_for_the_living_gives_the_event_away(package):
    place, table = package
    table.insert(1, "chapter", table["dose"].where(table["event"] == 1))
    assert leakage(written(place, table), FACTS)["missingness"] > 0.99


def test_an_event_that_is_neither_seen_nor_censored_is_a_missing_target(package):
    place, table = package
    table["event"] = table["event"].astype(float)
    table.loc[[3, 450], "event"] = [np.nan, 7]
    assert split(written(place, table), FACTS, None, {})["target"]["null"] == {"train": 1, "answers": 1}
