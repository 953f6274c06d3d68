"""Limits and pauses, held against what was tried before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from voicebot.contact.clock import day_begins, local_date
from voicebot.contact.people import Channel, Consent, ConsentKind, History, Past, PastKind, Person
from voicebot.contact.rules import Counted, Counts, Limit, Pause, Per, Uncounted

AGREED_FOR = timedelta(days=7)
"""12 CFR 1006.14(b)(3)(i): a consent holds for seven days, the first being that on which it was given."""

Zones = Sequence[ZoneInfo]


def counted(rule: Counted, person: Person, channel: Channel, history: History, zones: Zones) -> list[Past]:
    """What a rule looks at, of all that was tried."""
    others = rule.counts is Counts.CONTACTS_BY_OTHER_CHANNELS
    return [
        past
        for past in history.past
        if past.channel in rule.channels
        and (rule.counts is Counts.ATTEMPTS or past.kind is PastKind.CONTACT)
        and not (others and past.channel is channel)
        and _together(rule.per, past, person, history)
        and not _left_out(rule, past, person, zones)
    ]


def agreed(person: Person, number: str | None, at: datetime, zones: Zones) -> bool:
    """The person said that a call at this time is wished for, at most seven days before."""
    return any(
        consent.kind is ConsentKind.CALL
        and consent.holds(number, at)
        and all(local_date(zone, at) < local_date(zone, consent.given_at) + AGREED_FOR for zone in zones)
        for consent in person.consents
    )


def over_limit(
    limit: Limit, pasts: Sequence[Past], at: datetime, zones: Zones
) -> tuple[datetime | None] | None:
    """Until when a limit forbids one more; ``None`` when it does not, ``(None,)`` for ever."""
    room = limit.at_most - (limit.counts is not Counts.CONTACTS_BY_OTHER_CHANNELS)
    if room < 0:
        return (None,)
    if len(pasts) <= room:
        return None
    if limit.within in ("day", "week"):
        return _over_in_calendar(limit.within == "week", room, pasts, at, zones)
    return _over_in_hours(timedelta(days=int(limit.within.split()[0])), room, pasts, at)


def in_pause(
    pause: Pause, pasts: Sequence[Past], at: datetime, zones: Zones
) -> tuple[datetime | None] | None:
    """Until when a pause forbids a contact; ``None`` when it does not."""
    days = timedelta(days=pause.days)
    for past in pasts:
        if at - past.at > days + timedelta(days=2):
            continue
        for zone in zones:
            over = local_date(zone, past.at) + days
            if local_date(zone, at) < over:
                return (day_begins(zone, over, at),)
    return None


def _over_in_hours(
    period: timedelta, room: int, pasts: Sequence[Past], at: datetime
) -> tuple[datetime | None] | None:
    ends = sorted(past.at + period for past in pasts if at < past.at + period)
    return (ends[len(ends) - room - 1],) if len(ends) > room else None


def _over_in_calendar(
    weekly: bool, room: int, pasts: Sequence[Past], at: datetime, zones: Zones
) -> tuple[datetime | None] | None:
    near = [past.at for past in pasts if abs(at - past.at) < timedelta(days=9)]
    if len(near) <= room:
        return None
    for zone in zones:
        begins = _begins(local_date(zone, at), weekly)
        if sum(_begins(local_date(zone, one), weekly) == begins for one in near) > room:
            return (day_begins(zone, begins + timedelta(days=7 if weekly else 1), at),)
    return None


def _begins(day: date, weekly: bool) -> date:
    """The first day of the week, or the day itself."""
    return day - timedelta(days=day.weekday()) if weekly else day


def _together(per: Per, past: Past, person: Person, history: History) -> bool:
    of_person = past.person_id is None or past.person_id == person.person_id
    of_debt = history.debt is None or past.debt is None or past.debt == history.debt
    match per:
        case Per.PERSON_AND_DEBT:
            return of_person and of_debt
        case Per.PERSON:
            return of_person
        case Per.DEBT:
            return of_debt


def _left_out(rule: Counted, past: Past, person: Person, zones: Zones) -> bool:
    for kind in rule.not_counted:
        match kind:
            case Uncounted.NOT_CONNECTED if not past.connected:
                return True
            case Uncounted.NOT_VERIFIED if past.kind is PastKind.CONTACT and not past.person_verified:
                return True
            case Uncounted.AGREED if isinstance(rule, Limit) and agreed(person, None, past.at, zones):
                return True
    return False


def next_given(
    consents: Sequence[Consent], kind: ConsentKind, number: str | None, at: datetime
) -> datetime | None:
    """The next moment from which a consent is on record that is not yet given."""
    coming = [
        consent.given_at
        for consent in consents
        if consent.kind is kind and consent.given_at > at and consent.holds(number, consent.given_at)
    ]
    return min(coming, default=None)
