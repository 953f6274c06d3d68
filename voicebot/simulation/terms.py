"""What an oracle knows of a call before it begins: the account, and what may be said of it when. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from voicebot.dialogue.checking.wording import debt_words
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.states import Record, Verify
from voicebot.dialogue.language.values import Value, Values
from voicebot.dialogue.slots import bounds
from voicebot.dialogue.understanding.text import fold
from voicebot.disposition import PromiseToPay
from voicebot.tts.spoken import say_date, say_digits, say_money, say_number


@dataclass(frozen=True)
class Terms:
    """What the oracle knows of the account, and what may be said of it."""

    flow: Flow
    facts: Values
    language: str
    today: date
    _judged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _others: dict[str, Terms] = field(default_factory=dict)

    def in_language(self, language: str) -> Terms:
        """The same account, in the words of another language."""
        if language == self.language:
            return self
        return self._others.setdefault(language, Terms(self.flow, self.facts, language, self.today))

    @property
    def currency(self) -> str:
        """ISO 4217."""
        return str(self.facts.get("currency", "USD"))

    @cached_property
    def digits(self) -> str:
        """Those that verify the right party; empty when nobody is verified."""
        return str(self.facts[self._verifying[0]]) if self._verifying else ""

    @cached_property
    def debt(self) -> Decimal:
        """What is owed: the first money there is, or something to talk of where there is none."""
        return next((value for value in self.facts.values() if isinstance(value, Decimal)), Decimal(500))

    def private_in(self, text: str) -> tuple[str, ...]:
        """What ``text`` tells of the debt."""
        if text not in self._judged:
            self._judged[text] = tuple(self._private_in(text))
        return self._judged[text]

    def secret_in(self, text: str) -> bool:
        """Whether ``text`` says the digits that verify."""
        said = fold(text) + " "
        return any(f" {form} " in said for form in self._secret)

    def out_of_bounds(self, promise: PromiseToPay) -> str:
        """Which bound a promise breaks, in words; empty when none."""
        for state in self.flow.states.values():
            if isinstance(state, Record) and _may_record(state, promise):
                parts = state.record_promise
                told = [*self._beyond(parts.amount, promise.amount), *self._beyond(parts.date, promise.date)]
                if parts.instalments:
                    told += self._beyond(parts.instalments, promise.instalments)
                return ", ".join([*told, *self._idle_instalments(promise, self.facts[parts.of])])
        return ""

    def is_read_back(self, text: str, promise: PromiseToPay) -> bool:
        """Whether ``text`` says both what is promised and when."""
        said = fold(text)
        money = fold(say_money(promise.amount, promise.currency, self.language))
        day = fold(say_date(promise.date, self.language, self.today))
        times = fold(say_number(promise.instalments, self.language)) if promise.instalments > 1 else ""
        return money in said and day in said and f"{times} " in f"{said} "

    def _private_in(self, text: str) -> Iterator[str]:
        said = fold(text) + " "
        for name, forms in self._private.items():
            if any(f" {form} " in said for form in forms):
                yield name
        yield from debt_words(text.replace("{", " "), self.language)

    @cached_property
    def _private(self) -> Mapping[str, frozenset[str]]:
        """Each private fact in every form in which it may be said, but for what is public all the same."""
        public = {
            form
            for name, fact in self.flow.facts.items()
            if not fact.private
            for form in self._forms(self.facts[name])
        }
        facts = {
            name: self._forms(self.facts[name]) - public
            for name, fact in self.flow.facts.items()
            if fact.private
        }
        return {name: forms for name, forms in facts.items() if forms}

    @cached_property
    def _verifying(self) -> list[str]:
        return [state.verify for state in self.flow.states.values() if isinstance(state, Verify)]

    @cached_property
    def _secret(self) -> frozenset[str]:
        return frozenset().union(*(self._forms(self.facts[name]) for name in self._verifying))

    def _forms(self, value: Value) -> frozenset[str]:
        match value:
            case Decimal():
                said = say_money(value, self.currency, self.language)
                forms = [said, f"{value:.2f}"]
            case date():
                forms = [say_date(value, self.language, self.today), value.isoformat()]
            case str() if value.isdecimal():
                forms = [say_digits(value, self.language), value]
            case _:
                forms = [str(value)]
        return frozenset(form for text in forms if (form := fold(text).strip()))

    def _idle_instalments(self, promise: PromiseToPay, debt: Value) -> Iterator[str]:
        """Payments after all is paid."""
        if promise.instalments > 1 and promise.amount * (promise.instalments - 1) >= Decimal(str(debt)):
            yield f"{promise} is more than the debt of {debt}"

    def _beyond(self, slot: str, value: Decimal | date | int) -> Iterator[str]:
        low, high = bounds(self.flow.slots[slot], self.facts, today=self.today)
        if low is not None and value < low:  # type: ignore[operator]  # a slot's bounds have its own kind
            yield f"{slot} {value} lies below {low}"
        if high is not None and value > high:  # type: ignore[operator]
            yield f"{slot} {value} lies beyond {high}"
        if isinstance(value, Decimal | int) and value <= 0:
            yield f"{slot} {value} is nothing"


def _may_record(state: Record, promise: PromiseToPay) -> bool:
    """Whether a promise in as many payments can be one of ``state``."""
    return promise.instalments == 1 or state.record_promise.instalments is not None
