import pandas as pd

from mle_env.rewrite import differing, malformed, said, submissions

TRUTH = pd.DataFrame({"id": [4, 3, 2, 1], "y": [8.0, 4.0, 2.0, 1.0]})
SAMPLE = pd.DataFrame({"id": [1, 2, 3, 4], "y": [3.0, 3.0, 3.0, 3.0]})


class MaeMetrics:
    def validate_submission(self, submission, ground_truth):
        if sorted(submission["id"].astype(str)) != sorted(ground_truth["id"].astype(str)) or not submission["y"].astype(float).abs().lt(1e9).all():
            raise ValueError("no")
        return "valid"

    def evaluate(self, y_true, y_pred):
        both = y_true.merge(y_pred, on="id")
        return float((both["y_x"] - both["y_y"]).abs().mean())


def test_a_metric_is_asked_about_perfect_and_bad_submissions_whose_scores_differ() -> None:
    found = {name: said(MaeMetrics(), TRUTH, offered) for name, offered in submissions(TRUTH, SAMPLE).items()}

    assert (found["the answers"], found["the answers in another order"]) == (0, 0)
    assert len(found) == 7 and None not in found.values()
    assert len(set(found.values())) >= 4


def test_a_sound_metric_refuses_every_malformed_submission() -> None:
    assert {said(MaeMetrics(), TRUTH, offered) for offered in malformed(SAMPLE).values()} == {None}


def test_differences_of_tables_are_counts_and_no_cells() -> None:
    after = pd.DataFrame({"id": ["2", "1", "9"], "y": ["5", "1", "1"]})

    found = differing(pd.DataFrame({"id": ["1", "2", "3"], "y": ["1", "2", "3"]}), after)

    assert found == {"rows": [3, 3], "columns": True, "gone": 1, "new": 1, "changed": 1, "order": False}
