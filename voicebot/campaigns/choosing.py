"""What becomes of a contact that is due: dialled, put off, or left to people. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from voicebot.campaigns.caller_ids import Called, caller_id, serves
from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.numbers import next_phone
from voicebot.campaigns.queue import Candidate, Close, Decision, Dial, Postpone
from voicebot.campaigns.retry import ContactState
from voicebot.contact import History, Reason, Verdict

NO_PHONE: Final = "no_telephone_left"
NO_CALLER_ID: Final = "no_caller_id_for_country"
CALLER_ID_FULL: Final = "caller_id_has_had_its_calls"

MayCall = Callable[[Candidate, str, History], Verdict]
"""``may_contact`` by voice at this moment with the campaign's rules; the number is E.164."""


@dataclass(frozen=True, slots=True)
class Chances:
    """What a decision depends on besides the contact."""

    settings: CampaignSettings
    now: datetime
    free_trunks: Sequence[str]
    """Those of the campaign with a free line, the one to use first in front; at least one."""
    shown_today: Mapping[str, int]
    """Calls by the caller id that was shown."""
    may_call: MayCall


def decide(candidate: Candidate, history: History, chances: Chances, attempt_id: str) -> Decision:
    """Dial, if the law and the numbers allow it."""
    allowed = _allowed(candidate, history, chances)
    if not isinstance(allowed, str):
        return allowed
    shown = _shown(candidate, chances)
    if not isinstance(shown, str):
        return shown
    return Dial(attempt_id, allowed, _trunk(candidate, chances), shown)


def _allowed(candidate: Candidate, history: History, chances: Chances) -> str | Decision:
    """The telephone to dial now, else what to do instead."""
    numbers = _to_try(candidate, chances.settings.retry.tired_after)
    if not numbers:
        return Close(ContactState.CLOSED, NO_PHONE)
    verdicts = list[Verdict]()
    for number in numbers:
        verdict = chances.may_call(candidate, number, history)
        if verdict.allowed:
            return number
        if verdict.next_allowed_at is not None:
            return Postpone(verdict.next_allowed_at, verdict.reason)  # the number that is next stays it
        verdicts.append(verdict)
    return _never(verdicts)


def _never(verdicts: Sequence[Verdict]) -> Close:
    """Where only a person can change it, a person looks at it; an opt-out is final."""
    reasons = [verdict.reason for verdict in verdicts]
    if Reason.SUPPRESSED in reasons:
        return Close(ContactState.CLOSED, Reason.SUPPRESSED)
    return Close(ContactState.HELD, reasons[0])


def _to_try(candidate: Candidate, tired_after: int) -> list[str]:
    """The telephones that live, the next one first."""
    dead = {phone.e164 for phone in candidate.phones if phone.dead}
    chosen = candidate.phone if candidate.phone not in dead else None
    first = chosen or next_phone(
        candidate.phones, candidate.phone or "", stays=False, tired_after=tired_after
    )
    others = [phone.e164 for phone in candidate.phones if not phone.dead]
    return list(dict.fromkeys([first, *others])) if first else []


def _shown(candidate: Candidate, chances: Chances) -> str | Decision:
    person, pool = candidate.person, chances.settings.caller_ids
    called = Called(person.person_id, person.country, person.region, candidate.shown_before)
    if shown := caller_id(pool, called, chances.shown_today):
        return shown.number
    if not serves(pool, person.country):
        return Close(ContactState.HELD, NO_CALLER_ID)
    return Postpone(next_day(chances.now), CALLER_ID_FULL)


def _trunk(candidate: Candidate, chances: Chances) -> str:
    """Another one than has just failed, where one is free."""
    others = [trunk for trunk in chances.free_trunks if trunk != candidate.other_than_trunk]
    return (others or list(chances.free_trunks))[0]


def start_of_day(now: datetime) -> datetime:
    """Since when calls by a caller id are counted: a day of ours is one of UTC."""
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)


def next_day(now: datetime) -> datetime:
    """When they are counted anew."""
    return start_of_day(now) + timedelta(days=1)
