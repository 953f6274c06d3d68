from __future__ import annotations

from datetime import date

import pytest

from voicebot.campaigns.ledger.pay_days import PayDays

CASES = [
    # A Friday in the United States stays; the Saturday after it does not.
    ("US", None, date(2026, 11, 27), date(2026, 11, 27)),
    ("US", None, date(2026, 11, 28), date(2026, 11, 30)),
    # Thanksgiving.
    ("US", None, date(2026, 11, 26), date(2026, 11, 27)),
    # The day of the Immaculate Conception is kept in Chile, not in Mexico.
    ("CL", None, date(2026, 12, 8), date(2026, 12, 9)),
    ("MX", None, date(2026, 12, 8), date(2026, 12, 8)),
    # Patriots' Day is kept in Massachusetts alone.
    ("US", "MA", date(2026, 4, 20), date(2026, 4, 21)),
    ("US", "CA", date(2026, 4, 20), date(2026, 4, 20)),
    # Of a country that nobody knows, weekends are known all the same; and so is a country with an odd region.
    (None, None, date(2026, 12, 25), date(2026, 12, 25)),
    ("XX", None, date(2026, 12, 27), date(2026, 12, 28)),
    ("CL", "nowhere", date(2026, 12, 25), date(2026, 12, 28)),
]


@pytest.mark.parametrize(("country", "region", "day", "moves_on"), CASES)
def test_money_moves_on_business_days(country: str, region: str, day: date, moves_on: date) -> None:
    assert PayDays(country, region).on_or_after(day) == moves_on


def test_the_business_day_after_christmas_eve_is_behind_the_holiday_and_the_weekend() -> None:
    assert PayDays("US").after(date(2026, 12, 24), 1) == date(2026, 12, 28)


def test_no_days_later_is_the_day_itself() -> None:
    assert PayDays("US").after(date(2026, 12, 25), 0) == date(2026, 12, 25)
