from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.campaigns.scene import contact
from voicebot.calls.record import CallRecord
from voicebot.campaigns.outcomes import call_back, ended
from voicebot.campaigns.retry import CallBack
from voicebot.contact import Person
from voicebot.disposition import Disposition, Request, RequestKind

SANTIAGO = ZoneInfo("America/Santiago")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SANTIAGO)


def event(name: str, at: float) -> dict[str, Any]:
    return {"event": name, "at": at}


def record(disposition: Disposition, *events: dict[str, Any], seconds: float = 30.0) -> CallRecord:
    return CallRecord("c", "f", "1", "en", NOON, seconds, disposition, None, (), events, "outbound")


ANSWERED, SOUND, WORDS = event("CallAnswered", 0.0), event("PromptStarted", 0.4), event("CallerHeard", 3.0)


@pytest.mark.parametrize(
    ("call", "human", "abandoned"),
    [
        (record(Disposition.NO_ANSWER, seconds=0.0), False, False),
        (record(Disposition.TECHNICAL_FAILURE, seconds=0.0), None, False),
        (record(Disposition.RPC_PROMISE, ANSWERED, SOUND, WORDS), True, False),
        (record(Disposition.MACHINE, ANSWERED, SOUND), False, False),
        (record(Disposition.SILENCE, ANSWERED, SOUND), None, False),
        (record(Disposition.SILENCE, ANSWERED, SOUND, WORDS), True, False),
        # Our first sound came too late, or never.
        (record(Disposition.RPC_PROMISE, ANSWERED, event("PromptStarted", 2.5), WORDS), True, True),
        (record(Disposition.SILENCE, ANSWERED, seconds=4.0), None, True),
        # They were gone before it could.
        (record(Disposition.SILENCE, ANSWERED, seconds=1.0), None, False),
        # A machine is no person, however late we are.
        (record(Disposition.MACHINE, ANSWERED, event("PromptStarted", 2.5)), False, False),
    ],
)
def test_who_answered_and_whether_they_were_abandoned(
    call: CallRecord, human: bool | None, abandoned: bool
) -> None:
    how = ended(call)
    assert (how.human, how.abandoned) == (human, abandoned)


def test_an_attempt_ended_when_nobody_was_on_the_line_any_more() -> None:
    assert ended(record(Disposition.MACHINE, ANSWERED, seconds=90.0)).at == datetime(
        2026, 11, 23, 15, 1, 30, tzinfo=UTC
    )


ANA = contact(1, NOON, phones=["+56221000001", "+56221000002"])


def wish(details: dict[str, str], *, verified: bool = True) -> CallBack:
    asked = [Request(RequestKind.CALL_BACK, details)]
    told = call_back(asked, NOON.astimezone(UTC), SANTIAGO, ANA, verified=verified)
    assert told
    return told


@pytest.mark.parametrize(
    ("details", "at"),
    [
        ({"date": "2026-11-25", "time": "18:00"}, "2026-11-25 18:00"),
        ({"date": "2026-11-25"}, "2026-11-25 10:00"),
        ({"time": "15:30"}, "2026-11-23 15:30"),
        ({"time": "09:00"}, "2026-11-24 09:00"),  # it is noon: tomorrow is meant
        ({}, None),
    ],
)
def test_the_moment_that_was_asked_for_is_by_the_persons_clock(
    details: dict[str, str], at: str | None
) -> None:
    asked = wish(details)
    assert (asked.at and f"{asked.at.astimezone(SANTIAGO):%Y-%m-%d %H:%M}") == at


def test_the_last_wish_counts_and_no_other_kind_of_request() -> None:
    first, last = ({"time": "15:00"}, {"time": "16:00", "phone": "+56999999999"})
    requests = [Request(RequestKind.CALL_BACK, details) for details in (first, last)]
    asked = call_back([*requests, Request(RequestKind.COMPLAINT)], NOON, SANTIAGO, ANA, verified=True)
    assert asked
    assert asked.phone == "+56999999999"
    assert call_back([Request(RequestKind.COMPLAINT)], NOON, SANTIAGO, ANA, verified=True) is None


@pytest.mark.parametrize(
    ("phone", "verified", "dialled", "to_check"),
    [
        ("+56961234567", True, "+56961234567", False),
        ("9 6123 4567", True, "+56961234567", False),  # as people say it
        ("+56961234567", False, None, False),  # anybody may have picked up: the request is for people
        ("+56221000002", False, "+56221000002", False),  # one of the account's own
        ("+566001234567", True, None, True),  # shared cost
        ("+881612345678", True, None, True),  # a satellite
        ("+5491123456789", True, None, True),  # another country
        ("+19005551234", True, None, True),
        ("4729", True, None, True),
    ],
)
def test_only_the_right_party_has_us_dial_another_telephone_and_no_odd_one(
    phone: str, verified: bool, dialled: str | None, to_check: bool
) -> None:
    asked = wish({"time": "15:30", "phone": phone}, verified=verified)
    assert (asked.phone, asked.to_check) == (dialled, to_check)
    assert asked.at


def test_numbers_of_nowhere_are_left_to_people_where_the_country_is_unknown() -> None:
    nobody = contact(1, NOON, person=Person("P-1", None))
    asked = call_back(
        [Request(RequestKind.CALL_BACK, {"phone": "+56961234567"})], NOON, SANTIAGO, nobody, verified=True
    )
    assert asked
    assert (asked.phone, asked.to_check) == (None, True)
