"""Hours by any clock, where clocks are put forward and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contact.cases import ZONES, change_days
from tests.contact.stage import MOMENTS
from voicebot.contact.clock import LocalHours, day_begins, zone_of
from voicebot.contact.week import EVERY_MINUTE, Week, week_of

MINUTE = timedelta(minutes=1)
CHANGING = [(zone, day) for zone in ZONES for day in change_days(zone)]


def hours(*slots: str) -> LocalHours:
    """These, on every day."""
    return LocalHours(week_of({"mon-sun": slots}))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_hour_that_a_clock_leaps_over_is_open_from_where_it_lands() -> None:
    new_york = ZoneInfo("America/New_York")  # 2026-03-08 02:00 is 03:00
    early = hours("02:30-05:00")
    assert early.next_opening(new_york, utc("2026-03-08 06:00")) == utc("2026-03-08 07:00")
    assert hours("02:10-02:50").next_opening(new_york, utc("2026-03-08 06:00")) == utc("2026-03-09 06:10")


def test_hour_that_a_clock_shows_twice_is_open_twice() -> None:
    new_york = ZoneInfo("America/New_York")  # 2026-11-01 02:00 is 01:00 once more
    night = hours("01:30-03:00")
    assert night.stretch(new_york, utc("2026-11-01 05:30")) == (
        utc("2026-11-01 05:30"),
        utc("2026-11-01 06:00"),
    )
    assert night.stretch(new_york, utc("2026-11-01 06:29")) is None
    assert night.next_opening(new_york, utc("2026-11-01 06:00")) == utc("2026-11-01 06:30")


def test_midnight_that_comes_twice_in_chile() -> None:
    santiago = ZoneInfo("America/Santiago")  # 2026-04-05 00:00 is Saturday 23:00 once more
    late = LocalHours(week_of({"sat": ["23:30-24:00"]}))
    assert late.on(santiago, date(2026, 4, 4)) == (
        (utc("2026-04-05 02:30"), utc("2026-04-05 03:00")),
        (utc("2026-04-05 03:30"), utc("2026-04-05 04:00")),
    )


def test_midnight_that_never_comes_in_chile() -> None:
    santiago = ZoneInfo("America/Santiago")  # 2026-09-06 00:00 is 01:00
    assert day_begins(santiago, date(2026, 9, 6), utc("2026-09-05 12:00")) == utc("2026-09-06 04:00")


def test_day_that_samoa_left_out() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert hours("08:00-20:00").on(apia, date(2011, 12, 30)) == ()
    assert day_begins(apia, date(2011, 12, 30), utc("2011-12-30 00:00")) == utc("2011-12-30 10:00")


def test_day_that_begins_twice_in_newfoundland() -> None:
    st_johns = ZoneInfo("America/St_Johns")  # until 2011 at a minute past midnight, back to 23:01
    sunday, first = date(2010, 11, 7), utc("2010-11-07 02:30")
    assert day_begins(st_johns, sunday, first - MINUTE) == first
    assert day_begins(st_johns, sunday, first + MINUTE) == utc("2010-11-07 03:30")
    between = LocalHours(week_of({"sat": ["23:10-23:20"], "sun": ["00:00-24:00"]}))
    assert between.next_opening(st_johns, first - MINUTE) == first
    saturday = LocalHours(week_of({"sat": ["23:10-23:20"]}))
    assert saturday.next_opening(st_johns, first) == utc("2010-11-07 02:40")


def test_days_that_are_closed_have_no_hours() -> None:
    lima = ZoneInfo("America/Lima")
    open_hours = LocalHours(week_of({"mon-fri": ["07:00-20:00"]}), lambda day: day.day == 23)
    assert open_hours.next_opening(lima, utc("2026-11-21 12:00")) == utc("2026-11-24 12:00")
    assert LocalHours(EVERY_MINUTE, lambda _: True).next_opening(lima, utc("2026-11-21 12:00")) is None


@pytest.mark.parametrize("name", ["America", "Springfield", "../etc/passwd", ""])
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_of(name) is None


SLOTS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda slot: slot[0] < slot[1])
WEEKS = st.lists(SLOTS.map(lambda slot: (slot,)), min_size=7, max_size=7).map(tuple)


@given(WEEKS, st.sampled_from(CHANGING), st.integers(-120, 1560))
def test_open_exactly_when_the_clock_shows_it(week: Week, changing: tuple[str, date], minute: int) -> None:
    zone, day = ZoneInfo(changing[0]), changing[1]
    at = datetime.combine(day, time(), zone).astimezone(UTC) + minute * MINUTE
    assert bool(LocalHours(week).stretch(zone, at)) == shown(week, zone, at)


@given(WEEKS, st.one_of(st.sampled_from(CHANGING), st.tuples(st.sampled_from(ZONES), st.none())), MOMENTS)
def test_opens_at_the_first_minute_that_the_clock_shows(
    week: Week, changing: tuple[str, date | None], moment: datetime
) -> None:
    zone, day = ZoneInfo(changing[0]), changing[1]
    at = datetime.combine(day, moment.time(), zone).astimezone(UTC) if day else moment
    open_hours = LocalHours(week)
    if not open_hours.stretch(zone, at):
        minute = at
        while not shown(week, zone, minute):
            minute += MINUTE
        assert open_hours.next_opening(zone, at) == minute


def shown(week: Week, zone: ZoneInfo, at: datetime) -> bool:
    """The clock of a zone shows one of the hours of its day."""
    clock = at.astimezone(zone)
    now = clock.hour * 60 + clock.minute
    return any(opens <= now < closes for opens, closes in week[clock.weekday()])
