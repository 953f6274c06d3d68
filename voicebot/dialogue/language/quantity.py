"""What flows compare and put into slots: ``20% of balance``, ``balance / 6``, ``today + 7 days``. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision

from voicebot.dialogue.language.values import Value

NAME = r"[a-z][a-z0-9_]*"
TODAY = "today"
PERCENT = r"\d+(?:\.\d+)?%\ of\ "
BY = rf"\ */\ *(?:{NAME}|\d+)"
CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"
QUANTITY = (
    rf"{PERCENT}{NAME}(?:{BY})?|{CLOCK}|\d+(?:\.\d+)?|{NAME}(?:{BY}|\ *[+-]\ *\d+\ days?)?"
    r"|'[^']*'|\"[^\"]*\""
)
"""How one is written (a verbose pattern)."""
_PARTS = re.compile(
    rf"""(?:(?P<percent>\d+(?:\.\d+)?)%\ of\ (?P<whole>{NAME})(?:\ */\ *(?P<whole_by>{NAME}|\d+))?
         |(?P<clock>{CLOCK})
         |(?P<number>\d+(?:\.\d+)?)
         |(?P<name>{NAME})(?:\ */\ *(?P<by>{NAME}|\d+)|\ *(?P<sign>[+-])\ *(?P<days>\d+)\ days?)?
         |(?P<quote>['"])(?P<word>[^'"]*)(?P=quote))\Z""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A literal, or a fact, a slot or ``today`` with what is made of it."""

    literal: Value | None = None
    name: str = ""
    """Of a fact or slot, or ``today``; empty for a literal."""
    percent: Decimal | None = None
    by: str = ""
    """What it is divided by: a name, or a whole number; empty when it is not."""
    days: int = 0

    @property
    def names(self) -> frozenset[str]:
        """The facts and slots that must be known."""
        return frozenset({self.name} - {"", TODAY}) | self.divisors

    @property
    def divisors(self) -> frozenset[str]:
        """The fact or slot that it is divided by."""
        return frozenset({self.by} if self.by and not self.by.isdecimal() else ())

    @property
    def is_part(self) -> bool:
        """Whether it is a part of an amount: a share, or a division."""
        return self.percent is not None or bool(self.by)

    def value(self, known: Mapping[str, Value], today: date) -> Value:
        """What it comes to.

        A part of an amount is rounded up to the coin of the fact ``currency``, so that a least one is kept
        and all parts cover the whole; what is divided by nothing stays whole.
        """
        if self.literal is not None:
            return self.literal
        base = today if self.name == TODAY else known[self.name]
        if self.is_part:
            assert isinstance(base, Decimal)
            share = base * self.percent / 100 if self.percent is not None else base
            return share_in_coins(share, self._parts(known), str(known.get("currency", "USD")))
        return base + timedelta(days=self.days) if isinstance(base, date) else base

    def _parts(self, known: Mapping[str, Value]) -> int:
        parts = int(str(known[self.by])) if self.divisors else int(self.by or 1)
        return max(parts, 1)


def coin(currency: str) -> Decimal:
    """The smallest coin of a currency, such as 0.01 of USD and 1 of CLP."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def share_in_coins(amount: Decimal, parts: int, currency: str) -> Decimal:
    """One of ``parts`` of ``amount``, rounded up to the coin: together they are no less than the whole."""
    return (amount / parts).quantize(coin(currency), ROUND_CEILING)


@lru_cache(maxsize=4096)
def quantity(text: str) -> Quantity:
    """The quantity that ``text`` names.

    Raises:
        ValueError: it is none.
    """
    found = _PARTS.match(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no amount, no day and no name")
    if found["clock"]:
        hour, minute = found["clock"].split(":")
        return Quantity(time(int(hour), int(minute)))
    if found["number"]:
        return Quantity(Decimal(found["number"]))
    if found["percent"]:
        return Quantity(name=found["whole"], percent=Decimal(found["percent"]), by=found["whole_by"] or "")
    if found["name"]:
        days = int(f"{found['sign'] or '+'}{found['days'] or 0}")
        return Quantity(name=found["name"], by=found["by"] or "", days=days)
    return Quantity(found["word"])
