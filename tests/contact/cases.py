"""Questions of all kinds, crowded where mistakes would be: at the edges of hours, days, weeks and limits, on
days on which clocks are changed, on holidays and on the leap day."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from tests.contact.oracle import CALL, LETTER, MAIL, SMS, WHERE, lawful
from tests.contact.stage import WRITTEN, shipped
from voicebot.contact import (
    Channel,
    Consent,
    ConsentKind,
    History,
    Past,
    PastKind,
    Person,
    Verdict,
    may_contact,
)

FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
NUMBER = "+15551234567"
"""Tells no zone."""


class Question(NamedTuple):
    """Everything that ``may_contact`` is asked."""

    person: Person
    channel: Channel
    now: datetime
    past: tuple[Past, ...]

    def at(self, now: datetime) -> Question:
        """The same, at another time."""
        return self._replace(now=now)

    def decided(self) -> Verdict:
        """What voicebot says."""
        history = History(self.past, (), "loan")
        return may_contact(self.person, NUMBER, self.channel, self.now, history, shipped())

    def lawful(self) -> bool:
        """What the law says."""
        return lawful(self.person, NUMBER, self.channel, self.now, self.past, "loan")


def question(chance: random.Random) -> Question:
    """Any question."""
    country, region = chance.choice(list(WHERE))
    zones = (chance.choice(ZONES),) if chance.random() < 0.5 else ()
    if chance.random() < 0.1:
        zones = (*zones, chance.choice(ZONES))
    zone = ZoneInfo((zones or tuple(WHERE[country, region]))[0])
    now = _moment(chance, zone)
    person = Person(
        "ana", country, region, zones, _consents(chance, now), _unwelcome(chance), _channels(chance, country)
    )
    channel = chance.choice((CALL, CALL, CALL, SMS, MAIL, LETTER))
    return Question(person, channel, now, tuple(_past(chance, now) for _ in range(chance.choice(_MANY))))


_MANY = (0, 0, 1, 1, 2, 3, 4, 8, 12)
_EDGES = (0, 0, 7, 8, 9, 10, 14, 15, 19, 20, 21, 22)
_BESIDE = (-1, 0, 0, 1, 30)


def _moment(chance: random.Random, zone: ZoneInfo) -> datetime:
    """By the clock of a zone, mostly near a full hour that matters, often on a day on which it is changed."""
    changes = change_days(zone.key)
    day = FIRST + DAY * chance.randrange((LAST - FIRST).days)
    if changes and chance.random() < 0.3:
        day = chance.choice(changes) + DAY * chance.choice((-1, 0, 0, 0, 1, 7))
    if chance.random() < 0.05:
        day = date(2028, 2, 29) + DAY * chance.choice((-7, -1, 0, 0, 1, 7))
    minutes = chance.choice(_EDGES) * 60 + chance.choice(_BESIDE)
    if chance.random() < 0.2:
        minutes = chance.randrange(24 * 60)
    local = datetime.combine(day, time.min) + minutes * MINUTE
    return local.replace(tzinfo=zone, fold=chance.randrange(2)).astimezone(UTC)


@cache
def change_days(zone: str) -> tuple[date, ...]:
    """The days of three years on which a clock is put forward or back."""
    clock, found = ZoneInfo(zone), []
    for number in range((LAST - FIRST).days):
        day = FIRST + number * DAY
        morning, next_morning = (datetime.combine(one, time(0), clock) for one in (day, day + DAY))
        if morning.utcoffset() != next_morning.utcoffset():
            found.append(day)
    return tuple(found)


def _past(chance: random.Random, now: datetime) -> Past:
    """Often to the minute a number of days before now."""
    at = now - DAY * chance.randrange(10) - MINUTE * chance.choice((-1, 0, 1, 60, chance.randrange(1440)))
    return Past(
        min(at, now - MINUTE),
        chance.choice((CALL, CALL, CALL, SMS, MAIL)),
        chance.choice(("loan", "loan", "loan", "car")),
        chance.choice((PastKind.ATTEMPT, PastKind.ATTEMPT, PastKind.ATTEMPT, PastKind.CONTACT)),
        connected=chance.random() < 0.8,
        person_id=chance.choice((None, None, None, "co-debtor")),
    )


def _consents(chance: random.Random, now: datetime) -> tuple[Consent, ...]:
    if chance.random() < 0.8:
        return (WRITTEN,)
    revoked = now + DAY * chance.choice((-1, 0, 1))
    wish = Consent(ConsentKind.CALL, now - DAY * chance.randrange(9) - MINUTE * chance.randrange(1440))
    return chance.choice(
        ((), (Consent(ConsentKind.AI_VOICE, now - 9 * DAY, revoked_at=revoked),), (WRITTEN, wish))
    )


def _unwelcome(chance: random.Random) -> tuple[str, ...]:
    return ("mon-fri 09:00-17:00",) if chance.random() < 0.1 else ()


def _channels(chance: random.Random, country: str) -> tuple[Channel, ...] | None:
    if country == "CO" and chance.random() < 0.9:
        return tuple(Channel)
    return (SMS,) if chance.random() < 0.02 else None


def checked(asked: Question, chance: random.Random, looks: int = 3) -> int:
    """How many decisions were compared with the law: this one, the one at the next allowed moment, the second
    before it, and some of the minutes between."""
    verdict = asked.decided()
    assert verdict.allowed == asked.lawful(), (asked, verdict)
    then = verdict.next_allowed_at
    if verdict.allowed or then is None:
        return 1 + _never(asked, chance, verdict)
    assert asked.at(then).decided().allowed, (asked, verdict)
    assert asked.at(then).lawful(), (asked, verdict)
    between = [asked.now + chance.random() * (then - asked.now) for _ in range(looks)]
    for one in (then - timedelta(seconds=1), *between):
        if asked.now <= one < then:
            assert not asked.at(one).lawful(), (asked, verdict, one)
            assert not asked.at(one).decided().allowed, (asked, verdict, one)
    return 3 + looks


def _never(asked: Question, chance: random.Random, verdict: Verdict) -> int:
    """Where no moment is told, none of the next month may be allowed."""
    if verdict.allowed:
        return 0
    later = asked.now + chance.random() * 30 * DAY
    assert not asked.at(later).lawful(), (asked, verdict, later)
    return 1
