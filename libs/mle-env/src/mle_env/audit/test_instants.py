import pandas as pd

from mle_env.audit.even_steps import even_series
from mle_env.audit.split import in_time

WEEKS = pd.Series(pd.date_range("2020-01-04", periods=60, freq="7D"))


class Timed:
    time, series = "day", None


def test_days_that_stand_before_their_month_are_in_order_over_both_sides() -> None:
    # Alone, the last ten days could as well be months.
    told = WEEKS.dt.strftime("%d/%m/%Y")
    train, test = pd.DataFrame({"day": told[:45]}), pd.DataFrame({"day": told[45:]})

    assert in_time(Timed, train, test)["ordered"]


def test_even_steps_are_found_however_dates_are_written() -> None:
    for written in ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y"):
        table = pd.DataFrame({"day": WEEKS.dt.strftime(written), "level": range(60)})

        found = even_series(table[:40], table[40:], ["day", "level"])

        assert found is not None and found["instants"] == 60, written
