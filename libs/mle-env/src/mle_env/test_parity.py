import pandas as pd

from mle_env.grade import load_metrics
from mle_env.parity import parity, submissions_of

METRIC = """import numpy as np
import pandas as pd

try:
    from mledojo.metrics.base import CompetitionMetrics as _Base, InvalidSubmissionError
except ImportError:
    class InvalidSubmissionError(Exception):
        pass

    class _Base:
        pass


class MaeMetrics(_Base):
    def evaluate(self, y_true, y_pred):
        if y_pred["y"].isna().any():
            raise InvalidSubmissionError("empty")
        return float((y_true["y"] - y_pred["y"]).abs().mean())
"""
GRADE = METRIC + "\n\ndef grade(submission, answers):\n    return MaeMetrics().evaluate(answers, submission)\n"
TRUTH = pd.DataFrame({"id": [1, 2, 3, 4], "y": [1.0, 2.0, 4.0, 8.0]})
SUBMISSIONS = submissions_of(TRUTH, TRUTH.assign(y=0.0), TRUTH.assign(y=[1.5, 2.0, 3.0, 9.0]))


def differences(folder, **exports):
    (folder / "package" / "utils").mkdir(parents=True)
    (folder / "package" / "utils" / "metric.py").write_text(METRIC)
    (folder / "exports").mkdir()
    for name, text in exports.items():
        (folder / "exports" / f"{name}.py").write_text(text)
    return parity(load_metrics(folder / "package" / "utils" / "metric.py"), folder, TRUTH, SUBMISSIONS)


def test_forms_that_score_alike_differ_by_nothing(tmp_path):
    assert differences(tmp_path, mle_bench=GRADE) == {"mle-dojo": 0.0, "mle-bench": 0.0}


def test_a_form_that_rounds_differs_by_what_it_rounds(tmp_path):
    rounded = GRADE.replace("return MaeMetrics().evaluate(answers, submission)", "return round(MaeMetrics().evaluate(answers, submission), 0)")

    assert differences(tmp_path, mle_bench=rounded)["mle-bench"] > 0.1


def test_a_form_that_scores_what_the_metric_refuses_has_no_difference_to_tell(tmp_path):
    lenient = GRADE.replace('raise InvalidSubmissionError("empty")', "return 0.0")
    SUBMISSIONS.append(TRUTH.assign(y=float("nan")))
    try:
        assert differences(tmp_path, mle_bench=lenient)["mle-bench"] is None
    finally:
        SUBMISSIONS.pop()


def test_five_submissions_are_made_of_the_answers_the_sample_and_a_rung():
    assert len(SUBMISSIONS) == 5
    assert all(list(offered.columns) == ["id", "y"] and len(offered) == 4 for offered in SUBMISSIONS)
