"""People and numbers that are never called again: numbers by a keyed hash, never by themselves. Pure."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

from voicebot.disposition import Request, RequestKind
from voicebot.telephony.number import e164

SuppressedChannel = Literal["all", "voice"]
"""What is over: every contact, or calls alone, where messages are welcome. Nobody is called either way."""

CHANNEL_OF: Final[dict[RequestKind, SuppressedChannel]] = {
    RequestKind.OPT_OUT: "all",
    RequestKind.OPT_OUT_VOICE: "voice",
}
"""Requests that suppress the number that they come from."""


@dataclass(frozen=True, slots=True)
class Telephone:
    """The number of whoever is on the line."""

    e164: str = field(repr=False)
    hash: str
    """Of ``NumberKey.hash``."""


@dataclass(frozen=True, slots=True)
class NumberKey:
    """Hashes numbers so that only who has the secret can tell whether a number is on record: there are so few
    telephone numbers that a hash without a key could be turned back by trying them all."""

    secret: bytes = field(repr=False)
    region: str
    """The country of numbers without a country code, in ISO 3166's two capital letters."""

    def telephone(self, number: str) -> Telephone | None:
        """The number, however it is written; ``None`` when it is none, as where it is withheld."""
        plain = e164(number, self.region)
        return Telephone(plain, self.of_e164(plain)) if plain else None

    def hash(self, number: str) -> str | None:
        """The number, however it is written, as ``KEY:HASH``; ``None`` when it is none."""
        telephone = self.telephone(number)
        return telephone.hash if telephone else None

    def of_e164(self, number: str) -> str:
        """A number that is in E.164 for sure, as ``KEY:HASH``."""
        return f"{self.name}:{self._digest(number)}"

    @property
    def name(self) -> str:
        """Tells keys apart without telling them: hashes by another key would never be found."""
        return self._digest("voicebot suppressions")[:8]

    def _digest(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Suppression:
    """A number, a person, or both, that are never called again, and why."""

    number_hash: str | None
    """Of ``NumberKey.hash``; ``None`` where no number is known, and then there is a person."""
    channel: SuppressedChannel
    since: datetime
    """With time zone."""
    reason: str
    """The request that was made in the call, or what an operator wrote."""
    call_id: str | None = None
    """The call in which it was asked for; ``None`` where an operator wrote it, or the call could not be put
    on record."""
    campaign: str | None = None
    """``None`` for all."""
    person_id: str | None = None
    """Whose wish it is, so that no number of theirs is called; ``None`` where nobody knows."""


def suppressed_by(
    request: Request,
    telephone: Telephone | None,
    call_id: str | None,
    since: datetime,
    person_id: str | None = None,
) -> Suppression | None:
    """What a request means for the number and the person it comes from; ``None`` where they may be called on,
    or neither is known."""
    channel = CHANNEL_OF.get(request.kind)
    if channel is None or (telephone is None and person_id is None):
        return None
    number_hash = telephone.hash if telephone else None
    return Suppression(number_hash, channel, since, request.kind.value, call_id, person_id=person_id)
