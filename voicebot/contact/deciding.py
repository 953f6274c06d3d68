"""May somebody be contacted now, and if not, when? Asked before every attempt on every channel. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from voicebot.contact.clock import LocalHours
from voicebot.contact.counting import agreed, counted, in_pause, next_given, over_limit
from voicebot.contact.people import Channel, ConsentKind, History, Past, Person
from voicebot.contact.rulebook import Law, Place, Rulebook
from voicebot.contact.rules import Counted, Counts, Limit, Pause, Uncounted
from voicebot.contact.verdict import Reason, Verdict
from voicebot.contact.week import stated

HORIZON: Final = timedelta(days=100)
"""What is not allowed within that needs a person to look at it: no pause and no limit is as long."""

_REASONS = {
    Counts.ATTEMPTS: Reason.TOO_MANY_ATTEMPTS,
    Counts.CONTACTS: Reason.TOO_MANY_CONTACTS,
    Counts.CONTACTS_BY_OTHER_CHANNELS: Reason.OTHER_CHANNEL,
}
_WISH = Law("inconvenient", "the person's own wish")


def may_contact(
    person: Person, number: str | None, channel: Channel, now: datetime, history: History, rules: Rulebook
) -> Verdict:
    """Whether somebody may be contacted now by a channel.

    What is unknown is taken for all that it may be, and where nothing is known the answer is no.

    Args:
        person: who.
        number: what would be dialled or written to, as E.164; ``None`` for letters, visits and mail.
        channel: by what.
        now: with time zone.
        history: what was tried before, and what is suppressed.
        rules: of all countries.
    """
    assert now.tzinfo, "a moment has a time zone"
    now = now.astimezone(UTC)
    place = rules.place(person.country, person.region)
    if place is None:
        return Verdict(False, Reason.NO_RULES, None, f"{person.country or 'country'} unknown")
    case = _Case(person, number, channel, history, place, place.zones(person, number))
    blocked = case.blocked(now)
    if blocked is None:
        return Verdict(True, Reason.ALLOWED, now)
    return Verdict(False, blocked.reason, case.allowed_from(blocked.until, now + HORIZON), *blocked.law)


class _Block(NamedTuple):
    reason: Reason
    law: Law
    until: datetime | None
    """The contact is not allowed before; ``None`` when time alone does not change it."""


@dataclass(slots=True, eq=False)
class _Case:
    """One question: each of its checks says until when it surely forbids the contact."""

    person: Person
    number: str | None
    channel: Channel
    history: History
    place: Place
    zones: tuple[ZoneInfo, ...]

    def allowed_from(self, at: datetime | None, horizon: datetime) -> datetime | None:
        """The first instant from ``at`` on that nothing forbids."""
        while at is not None and at < horizon:
            blocked = self.blocked(at)
            if blocked is None:
                return at
            at = blocked.until
        return None

    def blocked(self, at: datetime) -> _Block | None:
        """The first thing that forbids the contact, what only people can change before what time changes."""
        for check in _CHECKS:
            if blocked := check(self, at):
                return blocked
        return None

    def by_channel(self, _: datetime) -> _Block | None:
        ways, law = self.place.rules.channels, self.place.channels_law
        authorised = self.person.channels
        if self.channel not in ways.allowed:
            return _Block(Reason.CHANNEL_NOT_ALLOWED, law, None)
        if self.channel not in authorised if authorised is not None else ways.authorised_only:
            return _Block(Reason.CHANNEL_NOT_AUTHORISED, law, None)
        return None

    def by_suppression(self, _: datetime) -> _Block | None:
        for one in self.history.suppressed:
            if one.channel in ("all", self.channel):
                return _Block(Reason.SUPPRESSED, Law("suppressions", one.reason), None)
        return None

    def by_consent(self, at: datetime) -> _Block | None:
        for law, needed in self.place.consents:
            if self.channel in needed.channels and not self._consented(at):
                coming = next_given(self.person.consents, ConsentKind.AI_VOICE, self.number, at)
                return _Block(Reason.NO_CONSENT, law, coming)
        return None

    def _consented(self, at: datetime) -> bool:
        kind = ConsentKind.AI_VOICE
        return any(one.kind is kind and one.holds(self.number, at) for one in self.person.consents)

    def by_zone(self, _: datetime) -> _Block | None:
        if self.zones:
            return None
        return _Block(Reason.UNKNOWN_ZONE, Law(f"{self.place.country}.zones", "unknown means no"), None)

    def by_pause(self, at: datetime) -> _Block | None:
        if self.history.past:
            for law, pause in self.place.pauses_of(self.channel):
                forbidden = in_pause(pause, self._counted(pause), at, self.zones)
                if forbidden and not self._agreed(pause, at):
                    return _Block(Reason.PAUSE, law, self._until(pause, forbidden[0], at))
        return None

    def by_limit(self, at: datetime) -> _Block | None:
        for law, limit in self.place.limits_of(self.channel):
            forbidden = over_limit(limit, self._counted(limit), at, self.zones)
            if forbidden and not self._agreed(limit, at):
                return _Block(_REASONS[limit.counts], law, self._until(limit, forbidden[0], at))
        return None

    def _counted(self, rule: Limit | Pause) -> list[Past]:
        return counted(rule, self.person, self.channel, self.history, self.zones)

    def _agreed(self, rule: Counted, at: datetime) -> bool:
        return Uncounted.AGREED in rule.not_counted and agreed(self.person, self.number, at, self.zones)

    def _until(self, rule: Counted, until: datetime | None, at: datetime) -> datetime | None:
        """No later than a consent which lets the limit be exceeded."""
        if Uncounted.AGREED not in rule.not_counted:
            return until
        coming = next_given(self.person.consents, ConsentKind.CALL, self.number, at)
        return min((one for one in (until, coming) if one), default=None)

    def by_hours(self, at: datetime) -> _Block | None:
        for zone in self.zones:
            if self.place.hours.stretch(zone, at) is None:
                until = self.place.hours.next_opening(zone, at)
                if self.place.any_day.stretch(zone, at):
                    return _Block(Reason.HOLIDAY, self.place.holidays_law, until)
                return _Block(Reason.OUTSIDE_HOURS, self.place.hours_law, until)
        return None

    def by_wish(self, at: datetime) -> _Block | None:
        if self.person.inconvenient:
            hours = _inconvenient(self.person.inconvenient)
            if hours is None:
                return _Block(
                    Reason.INCONVENIENT, Law(_WISH.rule, "cannot be read, so it may be any time"), None
                )
            for zone in self.zones:
                if stretch := hours.stretch(zone, at):
                    return _Block(Reason.INCONVENIENT, _WISH, stretch[1])
        return None


@lru_cache(maxsize=1024)
def _inconvenient(texts: tuple[str, ...]) -> LocalHours | None:
    try:
        return LocalHours(stated(texts))
    except ValueError:
        return None


_CHECKS: Final[tuple[Callable[[_Case, datetime], _Block | None], ...]] = (
    _Case.by_channel,
    _Case.by_suppression,
    _Case.by_consent,
    _Case.by_zone,
    _Case.by_pause,
    _Case.by_limit,
    _Case.by_hours,
    _Case.by_wish,
)
