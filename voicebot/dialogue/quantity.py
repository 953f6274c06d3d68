"""Amounts, days and words as flows name them: ``20% of balance``, ``today + 7 days``, ``'MX'``. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache

from voicebot.dialogue.values import Value

NAME = r"[a-z][a-z0-9_]*"
TODAY = "today"
QUANTITY = rf"\d+(?:\.\d+)?%\ of\ {NAME}|\d+(?:\.\d+)?|{NAME}(?:\ *[+-]\ *\d+\ days?)?|'[^']*'|\"[^\"]*\""
"""How one is written (a verbose pattern)."""
_PARTS = re.compile(
    rf"""(?:(?P<percent>\d+(?:\.\d+)?)%\ of\ (?P<whole>{NAME})
         |(?P<number>\d+(?:\.\d+)?)
         |(?P<name>{NAME})(?:\ *(?P<sign>[+-])\ *(?P<days>\d+)\ days?)?
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
    days: int = 0

    @property
    def names(self) -> frozenset[str]:
        """The fact or slot that must be known."""
        return frozenset({self.name} - {"", TODAY})

    def value(self, known: Mapping[str, Value], today: date) -> Value:
        """What it comes to; a share of an amount is rounded up to the cent, so that a least one is kept."""
        if self.literal is not None:
            return self.literal
        base = today if self.name == TODAY else known[self.name]
        if self.percent is not None:
            assert isinstance(base, Decimal)
            return (base * self.percent / 100).quantize(Decimal("0.01"), ROUND_CEILING)
        return base + timedelta(days=self.days) if isinstance(base, date) else base


@lru_cache(maxsize=4096)
def quantity(text: str) -> Quantity:
    """The quantity that ``text`` names.

    Raises:
        ValueError: it is none.
    """
    found = _PARTS.match(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no amount, no day and no name")
    if found["number"]:
        return Quantity(Decimal(found["number"]))
    if found["percent"]:
        return Quantity(name=found["whole"], percent=Decimal(found["percent"]))
    if found["name"]:
        return Quantity(name=found["name"], days=int(f"{found['sign'] or '+'}{found['days'] or 0}"))
    return Quantity(found["word"])
