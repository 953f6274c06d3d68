"""What is known during a call, in one piece. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.quantity import coin
from voicebot.dialogue.language.states import Promise
from voicebot.dialogue.language.values import Value, Values
from voicebot.dialogue.slots import out_of_bounds
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
    def values(self) -> Values:
        """Facts and slots by their names."""
        return {**self.facts, **self.slots}

    @property
    def country(self) -> str:
        """ISO 3166-1, of the account, or else the first that the flow is for; empty where neither tells."""
        return str(self.facts.get("country", next(iter(self.flow.countries), "")))

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
        payments = int(str(self.slots[parts.instalments])) if parts.instalments else 1
        amount = amount.quantize(coin(self.currency))
        return PromiseToPay(amount, self.currency, day, amount * payments >= debt, payments)

    def may_record(self, parts: Promise) -> bool:
        """Whether what slots hold, told or worked out, keeps their bounds, and each instalment is needed."""
        slots = {name: self.slots[name] for name in parts.slots}
        welcome = (
            out_of_bounds(self.flow.slots[name], value, self.facts, today=self.today) is None
            for name, value in slots.items()
        )
        promise, debt = self.promise(parts), self.facts[parts.of]
        assert isinstance(debt, Decimal)
        needed = promise.instalments == 1 or promise.amount * (promise.instalments - 1) < debt
        return all(welcome) and needed and promise.instalments > 0
