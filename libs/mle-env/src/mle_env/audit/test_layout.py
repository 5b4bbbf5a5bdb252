import pandas as pd

from mle_env.audit.layout import values_among


def test_a_name_that_stands_in_a_cell_is_an_example_and_no_file_of_the_package():
    table = pd.DataFrame({"path": ["/img/a.png", "/shop"], "y": [1, 0]})

    assert values_among(table, {"a.png", "extra.csv"}) == {"a.png"}
