"""A million simulated contacts in a few hundred bytes each. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

import numpy as np
import phonenumbers

from voicebot.campaigns.numbers import NumberState, Phone, after_attempt
from voicebot.campaigns.queue import Candidate
from voicebot.campaigns.retry import Tried, counted_in
from voicebot.campaigns.simulated.behaviour import Behaviour, Segment
from voicebot.contact import Channel, Consent, ConsentKind, History, Past, PastKind, Person
from voicebot.disposition import HUMANS, RIGHT_PARTY, Disposition

GOOD, INVALID, WRONG = range(3)
"""What a telephone is in truth."""
_DISPOSITIONS: Final = tuple(Disposition)
_PLACE: Final = {disposition: place for place, disposition in enumerate(_DISPOSITIONS)}
_DAY_SECONDS: Final = 26 * 3600.0
"""The longest day, when clocks are put back, and some more."""
_STATES: Final = tuple(NumberState)
_NOT_CONNECTED: Final = frozenset(
    {
        Disposition.BUSY,
        Disposition.SIT_INVALID,
        Disposition.UNREACHABLE,
        Disposition.CARRIER_ERROR,
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Contacts that the rules cannot tell apart before the first attempt."""

    segment: Segment
    consents: tuple[Consent, ...]
    numbers: tuple[str, ...]
    members: np.ndarray
    """Their contacts, in the order in which they are called."""

    def person(self, person_id: str) -> Person:
        """One of them, as the rules look at them."""
        zones = (self.segment.time_zone,) if self.segment.time_zone else ()
        return Person(person_id, self.segment.country, self.segment.region, zones, self.consents)


class Portfolio:
    """Contacts as rows of arrays; what the rules and the dialer look at is made of them when it is needed."""

    def __init__(
        self,
        behaviour: Behaviour,
        segments: Sequence[Segment],
        contacts: int,
        start: datetime,
        attempts: int,
        rng: np.random.Generator,
    ) -> None:
        shares = np.array([segment.share for segment in segments])
        self.start = start.astimezone(UTC)
        of_segment = rng.choice(len(segments), contacts, p=shares / shares.sum())
        agreed = rng.random(contacts) < behaviour.consent
        self.kind_of = (of_segment * 2 + agreed).astype(np.uint16)
        self.kinds = [
            _kind(segment, with_consent, behaviour.phones, np.flatnonzero(self.kind_of == number), start)
            for number, (segment, with_consent) in enumerate(
                (segment, with_consent) for segment in segments for with_consent in (False, True)
            )
        ]
        self.reach = np.exp(rng.normal(-(behaviour.spread**2) / 2, behaviour.spread, contacts)).astype(
            np.float32
        )
        luck = rng.random((contacts, behaviour.phones), dtype=np.float32)
        self.truth = np.where(
            luck < behaviour.invalid,
            INVALID,
            np.where(luck < behaviour.invalid + behaviour.wrong, WRONG, GOOD),
        ).astype(np.uint8)
        self.most = attempts
        self._misses = np.zeros((contacts, behaviour.phones), np.uint8)
        self._known = np.zeros((contacts, behaviour.phones), np.uint8)
        self._at = np.zeros((contacts, attempts), np.uint32)
        self._ended = np.zeros((contacts, attempts), np.uint8)
        self.tried = np.zeros(contacts, np.uint8)
        """Attempts that are remembered."""
        self.shown = np.zeros(contacts, np.uint8)
        """Which caller id was shown, counted from 1."""
        self.next_phone = np.zeros(contacts, np.int8)
        self.asked = np.zeros(contacts, bool)

    def candidate(self, contact: int, now: datetime, shown_before: str | None) -> Candidate:
        """A contact as the dialer decides about it."""
        kind = self.kinds[self.kind_of[contact]]
        return Candidate(
            contact_id=contact,
            campaign="simulation",
            account_id="",
            person=kind.person(str(contact)),
            language=None,
            facts={},
            phones=self.phones(contact),
            next_at=now,
            phone=kind.numbers[self.next_phone[contact]] if self.tried[contact] else None,
            asked_for=bool(self.asked[contact]),
            attempts=int(self.tried[contact]),
            shown_before=shown_before,
        )

    def history(self, contact: int) -> History:
        """What was tried before."""
        return History(tuple(_past(at, ended) for at, ended in self.attempts(contact)))

    def phones(self, contact: int) -> tuple[Phone, ...]:
        """The telephones, as attempts have left them."""
        numbers = self.kinds[self.kind_of[contact]].numbers
        known, misses = self._known[contact].tolist(), self._misses[contact].tolist()
        return tuple(
            Phone(number, _STATES[state], missed)
            for number, state, missed in zip(numbers, known, misses, strict=True)
        )

    def attempts(self, contact: int) -> Iterator[tuple[datetime, Disposition]]:
        """When each was placed and how it ended, the oldest first."""
        many = int(self.tried[contact])
        for at, ended in zip(
            self._at[contact, :many].tolist(), self._ended[contact, :many].tolist(), strict=True
        ):
            yield self.start + timedelta(seconds=at), _DISPOSITIONS[ended]

    def note(self, contact: int, phone: int, placed: float, ended: Disposition) -> None:
        """Remember an attempt, in place of the oldest where there are too many."""
        many = int(self.tried[contact])
        if many == self.most:
            self._at[contact, :-1] = self._at[contact, 1:]
            self._ended[contact, :-1] = self._ended[contact, 1:]
            many -= 1
        self._at[contact, many], self._ended[contact, many] = int(placed), _PLACE[ended]
        self.tried[contact] = many + 1
        number = self.kinds[self.kind_of[contact]].numbers[phone]
        before = Phone(number, _STATES[self._known[contact, phone]], int(self._misses[contact, phone]))
        after = after_attempt(before, ended)
        self._misses[contact, phone] = min(after.misses, 255)
        self._known[contact, phone] = _STATES.index(after.state)

    def tried_so_far(self, contact: int, now: datetime, zone: tzinfo) -> Tried:
        """What ``retry`` looks at."""
        many = int(self.tried[contact])
        placed = self._at[contact, :many].tolist()
        ended = [_DISPOSITIONS[place] for place in self._ended[contact, :many].tolist()]
        lately = bisect_right(placed, (now - self.start).total_seconds() - _DAY_SECONDS)
        today = now.astimezone(zone).date()
        of_today = (
            disposition
            for at, disposition in zip(placed[lately:], ended[lately:], strict=True)
            if (self.start + timedelta(seconds=at)).astimezone(zone).date() == today
        )
        return Tried(self.phones(contact), counted_in(ended), Counter(ended), Counter(of_today))

    def number_of(self, contact: int, e164: str) -> int:
        """Which of the contact's telephones it is."""
        kind: Kind = self.kinds[self.kind_of[contact]]
        return kind.numbers.index(e164)


def _kind(segment: Segment, agreed: bool, phones: int, members: np.ndarray, start: datetime) -> Kind:
    consent = Consent(ConsentKind.AI_VOICE, start - timedelta(days=30), "simulation")
    example = phonenumbers.example_number_for_type(segment.country, phonenumbers.PhoneNumberType.MOBILE)
    base = (
        phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164) if example else "+100000000"
    )
    numbers = tuple(f"{base[:-1]}{place}" for place in range(phones))
    return Kind(segment, (consent,) if agreed else (), numbers, members)


def _past(at: datetime, ended: Disposition) -> Past:
    talked = ended in HUMANS and ended is not Disposition.ABANDONED
    return Past(
        at=at,
        channel=Channel.VOICE,
        kind=PastKind.CONTACT if talked else PastKind.ATTEMPT,
        connected=ended not in _NOT_CONNECTED,
        person_verified=ended in RIGHT_PARTY,
    )
