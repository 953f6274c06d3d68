"""Who would be contacted, what they have agreed to, and what was tried before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """A way to reach somebody."""

    VOICE = "voice"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"


class ConsentKind(StrEnum):
    """What was agreed to."""

    AI_VOICE = "ai_voice"
    """To be called by an artificial voice."""
    CALL = "call"
    """To be called about this, said to the collector itself: "call me tomorrow". Some limits leave such
    calls out."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agreed to, with the proof of it that is kept."""

    kind: ConsentKind
    given_at: datetime
    """With time zone."""
    source: str = ""
    """Where it was given, such as ``web form``."""
    wording: str = ""
    """What they agreed to, as they read or heard it."""
    revoked_at: datetime | None = None
    """From then on it is worth nothing."""
    number: str | None = None
    """The number that it is about, as E.164; ``None`` for whatever reaches the person."""

    def holds(self, number: str | None, at: datetime) -> bool:
        """It was given by then, not revoked by then, and is about ``number``."""
        return self.is_about(number) and self.given_at <= at and (not self.revoked_at or at < self.revoked_at)

    def is_about(self, number: str | None) -> bool:
        """It covers contacts by ``number``."""
        return self.number is None or self.number == number


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be contacted, or may not."""

    person_id: str
    country: str | None = None
    """Where they live: ISO 3166-1, such as CL. Unknown: no contact."""
    region: str | None = None
    """ISO 3166-2, with or without the country: ``MA``, ``US-MA``, or the region's name. Unknown: whatever is
    kept to in any region of the country."""
    zones: tuple[str, ...] = ()
    """The IANA time zones that they are said to be in. None: those of the region and the number."""
    consents: tuple[Consent, ...] = ()
    inconvenient: tuple[str, ...] = ()
    """When they do not want to be contacted, by their clock: ``mon-fri 09:00-17:00``, ``sat-sun``,
    ``00:00-10:00``."""
    channels: tuple[Channel, ...] | None = None
    """What they have authorised; ``None`` when nobody has asked."""


class PastKind(StrEnum):
    """What became of an earlier attempt."""

    ATTEMPT = "attempt"
    """A dial, whatever its end, without a conversation."""
    CONTACT = "contact"
    """A conversation, a visit, or a message that was sent."""


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier attempt. A dial that became a conversation is one contact, not an attempt beside it."""

    at: datetime
    """When it was placed, with time zone."""
    channel: Channel = Channel.VOICE
    debt: str | None = None
    """The account that it was about; unknown counts for every debt."""
    kind: PastKind = PastKind.ATTEMPT
    connected: bool = True
    """It reached the number that was dialled: not so what the network refused."""
    person_verified: bool = False
    """Whoever spoke was the person, as far as could be verified."""
    person_id: str | None = None
    """Who it was for; ``None`` for the person whose history it is in."""


class Suppressing(Protocol):
    """A wish for no more contact, such as ``calls.suppression.Suppression``."""

    @property
    def channel(self) -> str:
        """``all``, or the one channel that is over."""

    @property
    def reason(self) -> str:
        """What was asked for, or what an operator wrote."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a person, seen from the debt that the next contact would be about."""

    past: Sequence[Past] = ()
    """All of the person's, and those of the debt with other people, of the last 40 days at least."""
    suppressed: Sequence[Suppressing] = ()
    """Those of the person and the number which apply: everywhere, or to the campaign in question."""
    debt: str | None = None
    """The account; ``None`` counts the past of every debt."""
