"""What is known during a call, in one piece. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_precision

from voicebot.dialogue.flow import Flow, Promise
from voicebot.dialogue.values import Value, Values
from voicebot.disposition import PromiseToPay


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What an answer is understood against and a prompt is filled from."""

    flow: Flow
    facts: Mapping[str, Value]
    slots: Values
    verified: bool
    """The right party is on the line."""
    language: str
    today: date

    @property
    def currency(self) -> str:
        """ISO 4217, from the fact of that name."""
        return str(self.facts.get("currency", "USD"))

    def promise(self, parts: Promise) -> PromiseToPay:
        """What the slots promise, to the smallest coin of the currency."""
        amount, day, debt = self.slots[parts.amount], self.slots[parts.date], self.facts[parts.of]
        assert isinstance(amount, Decimal)
        assert isinstance(day, date)
        assert isinstance(debt, Decimal)
        coin = Decimal(1).scaleb(-get_currency_precision(self.currency))
        return PromiseToPay(amount.quantize(coin), self.currency, day, whole=amount >= debt)
