"""What the record of a call tells a campaign. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from voicebot.calls.events import CallerHeard, CallerTyped, PromptStarted
from voicebot.calls.record import CallRecord
from voicebot.campaigns.numbers import may_be_named
from voicebot.campaigns.pacing import SOUND_SECONDS
from voicebot.campaigns.queue import Attempted, Candidate, Ended
from voicebot.campaigns.retry import (
    CallBack,
    Next,
    Outcome,
    Tried,
    after,
    counted_in,
)
from voicebot.campaigns.retry_settings import RetrySettings
from voicebot.disposition import RIGHT_PARTY, Disposition, PromiseToPay, Request, RequestKind
from voicebot.telephony.number import e164

_NO_PERSON: Final = frozenset({Disposition.MACHINE, Disposition.FAX, Disposition.SCREENED})
_NOBODY_CAN_TELL: Final = frozenset({Disposition.SILENCE, Disposition.TECHNICAL_FAILURE})
USUAL_CALL_BACK: Final = time(10)
"""Of a call back for which a day was named and no time."""


def ended(record: CallRecord) -> Ended:
    """How an attempt ended."""
    human = answered_by_person(record)
    return Ended(
        attempt_id=record.call_id,
        at=ended_at(record),
        disposition=record.disposition,
        cause=record.cause,
        sip_status=record.sip_status,
        human=human,
        connected_seconds=record.seconds,
        abandoned=human is not False and is_abandoned(record),
    )


def answered_by_person(record: CallRecord) -> bool | None:
    """Whether a person picked up; ``None`` where nobody can tell: whoever is silent may be one."""
    if not record.answered:
        return None if record.disposition is Disposition.TECHNICAL_FAILURE else False
    if record.disposition in _NO_PERSON:
        return False
    if record.disposition in _NOBODY_CAN_TELL:
        return True if _first(record, CallerHeard.__name__, CallerTyped.__name__) is not None else None
    return True


def is_abandoned(record: CallRecord) -> bool:
    """Whether somebody answered and heard nothing of us for too long."""
    heard_at = _first(record, PromptStarted.__name__)
    if heard_at is None:
        return record.answered and record.seconds > SOUND_SECONDS
    return heard_at > SOUND_SECONDS


def ended_at(record: CallRecord) -> datetime:
    """When nobody was on the line any more, as far as that is known."""
    return (record.started_at + timedelta(seconds=record.seconds)).astimezone(UTC)


def outcome(record: CallRecord, attempted: Attempted, zone: tzinfo, *, interrupted: bool) -> Outcome:
    """The attempt as ``retry`` looks at it; ``zone`` is the person's."""
    at = ended_at(record)
    return Outcome(
        disposition=record.disposition,
        e164=attempted.e164,
        trunk=attempted.trunk,
        at=at,
        call_back=call_back(
            record.requests, at, zone, attempted.candidate, verified=record.disposition in RIGHT_PARTY
        ),
        promised=_end_of(record.promise, zone) if record.promise else None,
        interrupted=interrupted,
    )


def call_back(
    requests: Iterable[Request], now: datetime, zone: tzinfo, candidate: Candidate, *, verified: bool
) -> CallBack | None:
    """What was asked for last, by the person's clock; ``None`` when nobody asked to be called back.

    Only the right party, once ``verified``, has us dial another telephone than those of the account: by the
    word of anybody who picks up we would dial whatever they please. What others name is left to the people
    who work off the request.
    """
    asked = [request.details for request in requests if request.kind is RequestKind.CALL_BACK]
    if not asked:
        return None
    details = asked[-1]
    moment = _moment(details.get("date"), details.get("time"), now, zone)
    country = candidate.person.country
    named = e164(details.get("phone", ""), country or "")
    if named in {phone.e164 for phone in candidate.phones}:
        return CallBack(moment, named)
    if not (verified and details.get("phone")):
        return CallBack(moment)
    if named and may_be_named(named, country):
        return CallBack(moment, named)
    return CallBack(moment, to_check=True)


def follow(
    record: CallRecord,
    attempted: Attempted,
    settings: RetrySettings,
    zone: tzinfo,
    *,
    interrupted: bool = False,
) -> Next:
    """What follows a call; ``zone`` is the person's, and ``interrupted`` tells that its process died."""
    ended_so = outcome(record, attempted, zone, interrupted=interrupted)
    return after(ended_so, _tried(attempted, ended_so.at, zone), settings, zone)


def _tried(attempted: Attempted, at: datetime, zone: tzinfo) -> Tried:
    today = at.astimezone(zone).date()
    return Tried(
        phones=attempted.candidate.phones,
        counted=counted_in([disposition for _, disposition in attempted.past]),
        dispositions=Counter(disposition for _, disposition in attempted.past),
        today=Counter(
            disposition
            for placed_at, disposition in attempted.past
            if placed_at.astimezone(zone).date() == today
        ),
    )


def _first(record: CallRecord, *names: str) -> float | None:
    """Seconds from the answer to the first event of these names."""
    return next((float(event["at"]) for event in record.events if event["event"] in names), None)


def _end_of(promise: PromiseToPay, zone: tzinfo) -> datetime:
    """Where the day of the last payment ends."""
    return datetime.combine(promise.dates[-1] + timedelta(days=1), time(), zone).astimezone(UTC)


def _moment(day: str | None, clock: str | None, now: datetime, zone: tzinfo) -> datetime | None:
    """A time without a day is the next one; a day without a time is its morning."""
    local = now.astimezone(zone)
    at = time.fromisoformat(clock) if clock else USUAL_CALL_BACK
    if day:
        return datetime.combine(date.fromisoformat(day), at, zone).astimezone(UTC)
    if not clock:
        return None
    tomorrow = timedelta(days=at <= local.time())
    return datetime.combine(local.date() + tomorrow, at, zone).astimezone(UTC)
