from __future__ import annotations

from datetime import date

from voicebot.contact.calendars import holiday_anywhere, holidays_in, region_codes


def test_holidays_fixed_by_law_and_those_that_move() -> None:
    for country, day in (("CL", (9, 18)), ("MX", (9, 16)), ("CO", (7, 20)), ("PE", (7, 28)), ("BR", (9, 7))):
        assert holiday_anywhere(country, None)(date(2027, *day)), country
    assert holiday_anywhere("CO", None)(date(2027, 11, 15))  # Independence of Cartagena, moved to Monday
    assert holiday_anywhere("ES", "MD")(date(2027, 3, 26))  # Good Friday
    assert not holiday_anywhere("ES", "MD")(date(2027, 5, 30))
    assert holiday_anywhere("ES", "CN")(date(2028, 5, 30))  # the Day of the Canaries


def test_holiday_of_any_region_counts_where_the_region_is_unknown() -> None:
    assert holiday_anywhere("ES", None)(date(2028, 5, 30))
    assert date(2028, 5, 30) not in holidays_in("ES")


def test_country_without_a_calendar_has_no_holidays() -> None:
    assert not holiday_anywhere("XX", None)(date(2027, 1, 1))
    assert date(2027, 1, 1) not in holidays_in("XX", "MA")
    assert region_codes("XX") == ()
