import pandas as pd

from mle_env.screen import pairs


def test_pairs_are_counted_once_and_columns_belong_to_users_to_items_or_to_neither(tmp_path):
    (tmp_path / "raw").mkdir()
    table = pd.DataFrame({"user": [1, 1, 1, 2, 2, 3], "item": ["a", "a", "b", "a", "c", "c"], "day": [1, 2, 3, 4, 5, 6]})
    table = table.assign(age=table["user"] * 10, kind=table["item"].map({"a": "x", "b": "y", "c": "x"}), source="s")
    table.to_csv(tmp_path / "raw" / "t.csv", index=False)
    reader = {"format": "csv", "files": ["t.csv"], "encoding": "utf-8", "delimiter": ",", "quote": '"', "header": True, "missing": []}

    found = pairs({"reader": reader, "user": "user", "item": "item"}, tmp_path, tmp_path)

    assert found == {
        "pairs": 5,
        "users": 3,
        "items": 3,
        "medianOfUser": 2,
        "ofUser": ["age"],
        "ofItem": ["kind"],
    }
