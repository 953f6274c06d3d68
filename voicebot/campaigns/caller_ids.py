"""Which number of ours a person is shown. Pure.

The same person sees the same number: calls from ever new numbers are what harassment looks like, and what
carriers block. Nobody is called by a hidden number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from voicebot.dialogue.language.notation import Part, one_or_many
from voicebot.telephony.number import REGIONS, e164


def _ours(number: str) -> str:
    if not number.startswith("+") or e164(number, "US") != number:
        raise ValueError(f"{number!r} is no number to show: write all of it, such as +56221234567, in quotes")
    return number


def _countries(countries: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := sorted(set(countries) - REGIONS):
        raise ValueError(f"{', '.join(unknown)}: write ISO 3166's two capital letters, such as US or CL")
    return countries


class CallerId(Part):
    """A number that we own, are called back at, and answer."""

    number: Annotated[str, AfterValidator(_ours)]
    """E.164, in quotes."""
    name: str = Field(default="", max_length=40, pattern=r'^[^"<>\\\x00-\x1f]*$')
    """Shown beside it where the network carries names."""
    countries: Annotated[tuple[str, ...], BeforeValidator(one_or_many), AfterValidator(_countries)] = ()
    """Whose people see it; empty for all."""
    regions: Annotated[tuple[str, ...], BeforeValidator(one_or_many)] = ()
    """States or provinces, as contacts have them, whose people see it before others; empty for all."""
    per_day: int = Field(default=0, ge=0, le=1_000_000)
    """Calls a day at most; 0 for no limit."""

    def __str__(self) -> str:
        return f'"{self.name}" <{self.number}>' if self.name else f"<{self.number}>"


@dataclass(frozen=True, slots=True)
class Called:
    """Who is about to be called."""

    person_id: str
    country: str | None = None
    region: str | None = None
    shown_before: str | None = None
    """The number that they saw last."""


def caller_id(pool: Sequence[CallerId], called: Called, used_today: Mapping[str, int]) -> CallerId | None:
    """The number to show; ``None`` when there is none today: the one this person knows has had its calls, or
    none is for their country.

    Args:
        pool: the numbers of the campaign.
        called: the person.
        used_today: calls that each number has made today.
    """
    fitting = _fitting(pool, called)
    if known := next((shown for shown in fitting if shown.number == called.shown_before), None):
        return known if _has_calls_left(known, used_today) else None  # another one would be a rotation
    free = [shown for shown in fitting if _has_calls_left(shown, used_today)]
    return max(free, key=lambda shown: _weight(called.person_id, shown.number), default=None)


def serves(pool: Iterable[CallerId], country: str | None) -> bool:
    """Whether the people of a country can be called at all."""
    return any(_for_country(shown.countries, country) for shown in pool)


def _fitting(pool: Iterable[CallerId], called: Called) -> list[CallerId]:
    """Those of the person's region, else those of their country."""
    of_country = [shown for shown in pool if _for_country(shown.countries, called.country)]
    return [shown for shown in of_country if called.region in shown.regions] or [
        shown for shown in of_country if not shown.regions
    ]


def _for_country(countries: Collection[str], country: str | None) -> bool:
    return not countries or country in countries


def _has_calls_left(shown: CallerId, used_today: Mapping[str, int]) -> bool:
    return not shown.per_day or used_today.get(shown.number, 0) < shown.per_day


def _weight(person_id: str, number: str) -> bytes:
    """Rendezvous hashing: a number that joins or leaves the pool changes nobody else's."""
    return blake2b(f"{person_id}\0{number}".encode(), digest_size=8).digest()
