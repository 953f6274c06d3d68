"""Decisions agree with the law as an oracle reads it; ``scripts/contact-decisions`` compares a million."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contact.cases import DAY, MINUTE, ZONES, Question, change_days, checked, question
from tests.contact.oracle import CALL, WHERE
from tests.contact.stage import MOMENTS, WRITTEN
from voicebot.contact import Past, PastKind, Person

CHANGING = [(zone, day) for zone in ZONES for day in change_days(zone)]


@pytest.mark.parametrize("seed", range(12))
def test_thousands_of_questions_are_answered_as_the_law_reads(seed: int) -> None:
    chance = random.Random(seed)
    assert sum(checked(question(chance), chance) for _ in range(1_000)) > 2_000


@given(st.sampled_from(sorted(WHERE, key=str)), st.sampled_from(ZONES), MOMENTS, st.randoms())
def test_in_every_zone_at_any_minute(
    place: tuple[str, str | None], zone: str, now: datetime, chance: random.Random
) -> None:
    person = Person("ana", *place, (zone,), (WRITTEN,), channels=(CALL,))
    checked(Question(person, CALL, now, ()), chance)


@given(
    st.sampled_from(CHANGING), st.sampled_from(sorted(WHERE, key=str)), st.integers(-60, 1500), st.randoms()
)
def test_on_every_day_on_which_a_clock_is_changed(
    changing: tuple[str, date], place: tuple[str, str | None], minute: int, chance: random.Random
) -> None:
    zone, day = changing
    now = datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC) + minute * MINUTE
    person = Person("ana", *place, (zone,), (WRITTEN,), channels=(CALL,))
    checked(Question(person, CALL, now, ()), chance)


@given(st.sampled_from(ZONES), MOMENTS, st.lists(st.integers(0, 6), min_size=7, max_size=9), st.randoms())
def test_seven_calls_in_seven_days_to_the_minute(
    zone: str, now: datetime, days: list[int], chance: random.Random
) -> None:
    person = Person("ana", "US", "CA", (zone,), (WRITTEN,))
    past = tuple(Past(now - 7 * DAY + one * DAY, debt="loan") for one in days)
    for moment in (now - MINUTE, now, now + MINUTE):
        checked(Question(person, CALL, moment, past), chance)


@given(st.sampled_from(ZONES), MOMENTS, st.integers(0, 9 * 1440), st.randoms())
def test_a_conversation_and_what_may_follow_it(
    zone: str, now: datetime, minutes: int, chance: random.Random
) -> None:
    talked = Past(now - minutes * MINUTE, debt="loan", kind=PastKind.CONTACT)
    for country, region in (("US", "CA"), ("CL", "RM"), ("CO", None)):
        person = Person("ana", country, region, (zone,), (WRITTEN,), channels=(CALL,))
        checked(Question(person, CALL, now, (talked,)), chance)


def test_every_minute_until_it_is_allowed_is_forbidden() -> None:
    chance = random.Random(11)
    for asked in (question(chance) for _ in range(100)):
        until = asked.decided().next_allowed_at or asked.now
        moment = asked.now
        while moment < min(until, asked.now + DAY):
            assert not asked.at(moment).lawful(), (asked, moment)
            moment += MINUTE
