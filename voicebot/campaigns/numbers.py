"""Telephones of an account: which are dead, which are tired, and which one is next. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from voicebot.disposition import Disposition


class NumberState(StrEnum):
    """What is known of a number, in every campaign."""

    GOOD = "good"
    INVALID = "invalid"
    """There is no such number."""
    WRONG = "wrong"
    """It is somebody else's."""
    FAX = "fax"


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone of an account."""

    e164: str
    state: NumberState = NumberState.GOOD
    misses: int = 0
    """Attempts in a row that reached nobody."""

    @property
    def dead(self) -> bool:
        """It is never dialled again."""
        return self.state is not NumberState.GOOD


_DEADLY: Final[Mapping[Disposition, NumberState]] = {
    Disposition.SIT_INVALID: NumberState.INVALID,
    Disposition.WRONG_PARTY: NumberState.WRONG,
    Disposition.FAX: NumberState.FAX,
}
_ORDINARY: Final = frozenset(
    {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
)
_MISSES: Final = frozenset(
    {
        Disposition.NO_ANSWER,
        Disposition.UNREACHABLE,
        Disposition.REJECTED,
        Disposition.MACHINE,
        Disposition.SCREENED,
        Disposition.SILENCE,
    }
)
_SAYS_NOTHING: Final = frozenset(
    {
        Disposition.BUSY,
        Disposition.SIT_NO_CIRCUIT,
        Disposition.SIT_REORDER,
        Disposition.CARRIER_ERROR,
        Disposition.TECHNICAL_FAILURE,
        Disposition.BLOCKED_RULE,
    }
)


def after_attempt(phone: Phone, disposition: Disposition) -> Phone:
    """What an attempt tells of the number that was dialled."""
    if disposition in _DEADLY:
        return replace(phone, state=_DEADLY[disposition])
    if disposition in _SAYS_NOTHING:
        return phone
    return replace(phone, misses=phone.misses + 1 if disposition in _MISSES else 0)


def may_be_named(e164: str, country: str | None) -> bool:
    """Whether a telephone that somebody names in a call may be dialled without a person looking at it: one of
    a household or a pocket of that country, at nobody's special price."""
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return False
    at_home = phonenumbers.region_code_for_number(number) == country
    return at_home and phonenumbers.number_type(number) in _ORDINARY


def next_phone(phones: Sequence[Phone], last: str, *, stays: bool, tired_after: int) -> str | None:
    """The telephone to try next; ``None`` when none is left.

    Args:
        phones: those of the account, the one to try first in front.
        last: the one that was just dialled; empty before the first attempt.
        stays: it is tried again if it lives.
        tired_after: misses in a row after which a telephone comes after all others.
    """
    places = [phone.e164 for phone in phones]
    turn = places.index(last) if last in places else -1
    alive = [
        (phone.misses >= tired_after, (place - turn - (not stays)) % len(phones), phone.e164)
        for place, phone in enumerate(phones)
        if not phone.dead
    ]
    if stays and any(number == last for _, _, number in alive):
        return last
    return min(alive)[2] if alive else None
