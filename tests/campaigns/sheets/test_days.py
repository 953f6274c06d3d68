from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from voicebot.campaigns.sheets.days import read_day, read_moment
from voicebot.campaigns.sheets.settings import CsvSettings


@pytest.mark.parametrize(
    ("text", "date_format", "day"),
    [
        ("2026-12-01", "", date(2026, 12, 1)),
        ("2026-12-01 00:00:00", "", date(2026, 12, 1)),  # as databases export days
        ("01/12/2026", "DD/MM/YYYY", date(2026, 12, 1)),
        ("1/12/2026", "DD/MM/YYYY", date(2026, 12, 1)),
        ("12-01-2026", "MM-DD-YYYY", date(2026, 12, 1)),
        ("2028-02-29", "DD/MM/YYYY", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_as_iso_writes_it_or_as_declared(text: str, date_format: str, day: date) -> None:
    assert read_day(text, date_format) == day


@pytest.mark.parametrize(
    ("text", "date_format", "told"),
    [
        ("03/04/2026", "", "declare csv.date_format"),
        ("25/12/2026", "", "declare csv.date_format"),  # plain to people, and still not guessed
        ("12/25/2026", "DD/MM/YYYY", "is no day of the calendar"),
        ("2026-02-29", "", "is no day of the calendar"),
        ("46357", "", "is a day as spreadsheets count them"),
        ("1926-12-01", "", "is in the year 1926"),
        ("20261201", "", "is no day, such as"),
        ("soon", "DD/MM/YYYY", "is written neither as 2026-12-01 nor as DD/MM/YYYY"),
    ],
)
def test_a_day_that_may_be_another_is_refused_with_what_to_do(text: str, date_format: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_day(text, date_format)


def test_a_moment_is_told_in_utc() -> None:
    assert read_moment("2026-12-01T10:30:00-03:00") == datetime(2026, 12, 1, 13, 30, tzinfo=UTC)
    assert read_moment("2026-12-01 10:30") == datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
    assert read_moment("01/12/2026", "DD/MM/YYYY") == datetime(2026, 12, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="is no moment"):
        read_moment("10:30")


def test_a_format_of_days_without_a_year_is_refused_where_it_is_declared() -> None:
    with pytest.raises(ValueError, match="is no format of days"):
        CsvSettings(date_format="DD/MM")
