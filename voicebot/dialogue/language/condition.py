"""Conditions of a ``choose`` state: ``amount >= 20% of balance and pay_on is known``. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Final, assert_never

from voicebot.dialogue.language.quantity import NAME, QUANTITY, Quantity, quantity
from voicebot.dialogue.language.values import Value

_COMPARE: Final[Mapping[str, Callable[[Value, Value], bool]]] = {
    "<=": le,
    ">=": ge,
    "!=": ne,
    "<": lt,
    ">": gt,
    "=": eq,
}
_TOKEN = re.compile(
    rf"\s*(?:(?P<known>{NAME})\ is\ (?P<un>not\ )?known\b|(?P<word>and|or|not|verified)\b|(?P<paren>[()])"
    rf"|(?P<sign><=|>=|!=|<|>|=)|(?P<quantity>{QUANTITY}))",
    re.VERBOSE,
)
_HELP = "write such as: amount >= 20% of balance and pay_on is known"


@dataclass(frozen=True, slots=True)
class Verified:
    """The right party is on the line."""


@dataclass(frozen=True, slots=True)
class Known:
    """A slot was filled."""

    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """How two quantities stand to each other."""

    left: Quantity
    sign: str
    right: Quantity


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class Both:
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Either:
    left: Condition
    right: Condition


Atom = Verified | Known | Compared
Condition = Atom | Not | Both | Either


@lru_cache(maxsize=4096)
def condition(text: str) -> Condition:
    """The condition that ``text`` says.

    Raises:
        ValueError: it is none; says where it stops being one.
    """
    return _Reader(text).whole()


def atoms(of: Condition) -> Iterator[Atom]:
    """What it is made of."""
    match of:
        case Not(part):
            yield from atoms(part)
        case Both(left, right) | Either(left, right):
            yield from atoms(left)
            yield from atoms(right)
        case Verified() | Known() | Compared():
            yield of
        case _:
            assert_never(of)


def compared_names(of: Condition) -> frozenset[str]:
    """The facts and slots whose values decide."""
    compared = (atom for atom in atoms(of) if isinstance(atom, Compared))
    return frozenset().union(*(atom.left.names | atom.right.names for atom in compared))


def truth(of: Condition, judge: Callable[[Atom], bool | None]) -> bool | None:
    """Whether it is true, ``None`` where that hangs on atoms that ``judge`` does not know."""
    match of:
        case Not(part):
            inner = truth(part, judge)
            return None if inner is None else not inner
        case Both(left, right):
            return _all(truth(left, judge), truth(right, judge))
        case Either(left, right):
            neither = _all(_opposite(truth(left, judge)), _opposite(truth(right, judge)))
            return _opposite(neither)
        case Verified() | Known() | Compared():
            return judge(of)
        case _:
            assert_never(of)


def holds(of: Condition, known: Mapping[str, Value], *, verified: bool, today: date) -> bool:
    """Whether it is true of a call; what is not known compares with nothing."""

    def judge(atom: Atom) -> bool:
        match atom:
            case Verified():
                return verified
            case Known(name):
                return name in known
            case Compared(left, sign, right):
                if not left.names | right.names <= known.keys():
                    return False
                return _COMPARE[sign](left.value(known, today), right.value(known, today))

    return bool(truth(of, judge))


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


class _Reader:
    """Reads from the loosest binding to the tightest: or, and, not."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._token = self._next()

    def whole(self) -> Condition:
        found = self._either()
        if self._token is not None:
            raise self._lost("something follows that does not belong to it")
        return found

    def _either(self) -> Condition:
        found = self._both()
        while self._take("word", "or"):
            found = Either(found, self._both())
        return found

    def _both(self) -> Condition:
        found = self._one()
        while self._take("word", "and"):
            found = Both(found, self._one())
        return found

    def _one(self) -> Condition:
        if self._take("word", "not"):
            return Not(self._one())
        if self._take("paren", "("):
            inner = self._either()
            if not self._take("paren", ")"):
                raise self._lost("a ')' is missing")
            return inner
        if self._take("word", "verified"):
            return Verified()
        if token := self._take("known"):
            is_known = Known(token["known"])
            return Not(is_known) if token["un"] else is_known
        return self._compared()

    def _compared(self) -> Compared:
        left = self._quantity()
        sign = self._take("sign")
        if sign is None:
            raise self._lost("a comparison is missing: one of <= >= < > = !=")
        return Compared(left, sign["sign"], self._quantity())

    def _quantity(self) -> Quantity:
        if token := self._take("quantity"):
            return quantity(token["quantity"])
        raise self._lost("an amount, a day or a name is missing")

    def _take(self, kind: str, word: str = "") -> re.Match[str] | None:
        token = self._token
        if token is None or not token[kind] or (word and token[kind] != word):
            return None
        self._token = self._next()
        return token

    def _next(self) -> re.Match[str] | None:
        if not self._text[self._at :].strip():
            return None
        token = _TOKEN.match(self._text, self._at)
        if token is None:
            raise self._lost("this is not understood")
        self._at = token.end()
        return token

    def _lost(self, why: str) -> ValueError:
        near = self._text[self._at :].strip() or "its end"
        return ValueError(f"{self._text!r}: {why}, near {near!r}; {_HELP}")
