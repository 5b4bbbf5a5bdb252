import numpy as np
import pandas as pd
import pytest

from mle_env.audit.hidden import spelled_out, told_by_id

RANDOM = np.random.default_rng(3)
IDS = RANDOM.permutation(300)
NUMBERS = pd.DataFrame({"id": IDS, "weight": RANDOM.normal(9, 2, 300).round(2)})
LABELS = pd.DataFrame({"id": IDS, "broke": RANDOM.choice(["yes", "no"], 300)})
FIRST = 59


@pytest.mark.parametrize(
    "written",
    [
        lambda rows: rows.to_csv(index=False),
        lambda rows: rows.to_json(orient="records", lines=True),
        lambda rows: "".join(f"Row {row.id}: {row[2]}.\n" for row in rows.itertuples()),
        lambda rows: rows.sample(frac=1, random_state=1).to_csv(index=False, sep=" "),
    ],
)
@pytest.mark.parametrize("answers", [NUMBERS, LABELS])
def test_a_text_that_quotes_the_first_lines_of_the_answers_is_told(written, answers):
    assert told_by_id(f"Predict it.\n{written(answers.head(FIRST))}", answers, ["id"])


def test_so_is_one_that_quotes_them_without_their_ids():
    assert spelled_out(f"Predict it. {', '.join(NUMBERS['weight'].head(FIRST).astype(str))}", NUMBERS, ["id"])


@pytest.mark.parametrize("answers", [NUMBERS, LABELS])
def test_examples_of_submissions_and_of_training_rows_are_not_told(answers):
    other = answers.columns[1]
    constant = answers.assign(**{other: answers[other].mode()[0]}).head(60)
    mixed = answers.assign(**{other: answers[other].sample(frac=1, random_state=2).to_numpy()})

    for rows in (constant, mixed, answers.head(5)):
        assert not told_by_id(rows.to_csv(index=False), answers, ["id"])
        assert not spelled_out(rows.to_csv(index=False), answers, ["id"])
