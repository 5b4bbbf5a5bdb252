import numpy as np
import pandas as pd

from mle_env.screen.twins import twins

RANDOM = np.random.default_rng(4)


def test_films_told_once_for_each_of_their_heroes_are_twins():
    titles = pd.Series([f"film {number // 2}" for number in range(100)] + [f"other {number}" for number in range(300)])
    takings = titles.map({title: RANDOM.normal() for title in titles.unique()}).to_numpy()
    assert twins(titles, takings) == 0.25


def test_patients_with_several_visits_of_different_outcome_are_none():
    patients = pd.Series([f"p{number // 3}" for number in range(300)])
    assert twins(patients, RANDOM.normal(size=300)) is None


def test_a_category_that_most_rows_share_is_none():
    assert twins(pd.Series(RANDOM.choice(list("abc"), 300)), RANDOM.integers(0, 2, 300)) is None


def test_classes_that_agree_by_chance_are_none():
    words = pd.Series([f"w{number // 2}" for number in range(300)])
    assert twins(words, (RANDOM.random(300) < 0.95).astype(int)) is None


def test_a_measure_that_goes_with_the_answer_is_no_name_of_what_a_row_is_about():
    out_of_order = RANDOM.random(2_000) < 0.15
    flow = pd.Series((50 + 3 * RANDOM.random(2_000) + out_of_order * (2 + 3 * RANDOM.random(2_000))).round(2))
    assert twins(flow, out_of_order.astype(int)) is None


def test_rows_of_one_thing_are_told_by_a_measure_whose_neighbours_answer_otherwise():
    lengths = pd.Series(RANDOM.choice(np.arange(20_000) / 100, 200, replace=False).repeat(2))
    assert twins(lengths, RANDOM.integers(0, 2, 200).repeat(2)) == 1


def test_deciles_of_a_measure_whose_rare_levels_answer_alike_are_none():
    deciles = pd.Series(np.repeat(np.arange(1, 11), [15, 15, 15, 15, 15, 15, 15, 15, 15, 120]))
    assert twins(deciles, ((deciles == 10) & (RANDOM.random(255) < 0.7)).astype(int).to_numpy()) is None
