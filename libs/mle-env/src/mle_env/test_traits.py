import numpy as np
import pandas as pd

from mle_env.ladder.task_spec import TaskSpec
from mle_env.traits import traits

ARGUMENT = {"objective": "binary", "metric": "roc_auc", "target": "kept", "id": "id", "text": ["note"], "media": {}, "seed": 1}


def table(**columns):
    rows = 200
    base = {"id": range(rows), "kept": np.arange(rows) % 10 == 0, "soil": [f"plot {n % 80}" for n in range(rows)], "note": ["a long note"] * rows}
    return pd.DataFrame(base | columns)


def test_traits_count_what_the_inputs_are_and_how_rare_a_class_is():
    found = traits(TaskSpec.of(ARGUMENT), table(depth=[np.nan, *range(199)]))

    assert found["inputs"] == 3 and found["numbers"] == 1 and found["categories"] == 1 and found["texts"] == 1
    assert found["most_levels"] == 80
    assert found["classes"] == 2 and found["rarest_share"] == 0.1
    assert found["columns_with_gaps"] == 1 and 0 < found["missing_cells"] < 0.01


def test_the_tail_of_a_number_tells_few_large_values_from_many_alike():
    spec = TaskSpec.of(ARGUMENT | {"objective": "regression", "metric": "mae"})
    random = np.random.default_rng(1)

    plain = traits(spec, table(kept=random.normal(0, 1, 200)))["tail"]
    heavy = traits(spec, table(kept=np.exp(random.normal(0, 2.5, 200))))["tail"]

    assert plain < 6 < heavy
