"""Money in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from voicebot.dialogue.understanding.lexicon import Lexicon

_CENT = Decimal("0.01")
_SPOKEN_IN_THOUSANDS = 10_000
"""From this balance on "one hundred twenty" may be short for 120,000."""


@dataclass(frozen=True, slots=True)
class SpokenAmount:
    """Money named, or a share of the balance."""

    amount: Decimal | None = None
    full: bool = False
    with_word: bool = False
    """It was said with its currency word, or as a share: nothing more is to come."""


def spoken_amount(text: str, words: Lexicon, balance: Decimal | None, *, bare: bool) -> SpokenAmount:
    """The money in normal ``text``: the longest phrase with a currency word, else a share, else a bare
    number.

    Args:
        text: as ``Lexicon.normal`` gives it, without the dates.
        words: the vocabulary.
        balance: what the debtor owes, for "all of it", "half" and to tell 1,250 from 12.50.
        bare: whether a number without a currency word may be money.
    """
    found = [
        (match.end() - match.start(), kind, match)
        for kind, pattern in words.amount_patterns
        for match in pattern.finditer(text)
    ]
    for _, kind, match in sorted(found, key=lambda one: -one[0]):
        if kind in ("full", "half"):
            continue
        if (amount := _counted(kind, match, words, balance)) is not None:
            return SpokenAmount(amount, with_word=True)
    shares = {kind for _, kind, _ in found}
    if "half" in shares:
        return SpokenAmount(_half(balance), with_word=True)
    if "full" in shares:
        return SpokenAmount(balance, full=True, with_word=True)
    return SpokenAmount(_bare_amount(text, words, balance) if bare else None)


def _counted(kind: str, match: re.Match[str], words: Lexicon, balance: Decimal | None) -> Decimal | None:
    number = _money(words.number_words.read(match["number"].split()), balance, bare=False)
    if number is None or kind == "with_word":
        return number
    if kind == "cents_only":
        return number * _CENT if number < 100 else None
    cents = _money(words.number_words.read(match["number2"].split()), None, bare=False)
    return number + cents * _CENT if cents is not None and cents < 100 else None


def _bare_amount(text: str, words: Lexicon, balance: Decimal | None) -> Decimal | None:
    """The one bare number that counts nothing else, or nothing when there are several."""
    counts = words.counting
    runs = [run for run in re.finditer(words.number_words.run, text) if not counts.match(text, run.end())]
    if len(runs) != 1:
        return None
    return _money(words.number_words.read(runs[0][0].split()), balance, bare=True)


def _money(numbers: Sequence[Decimal], balance: Decimal | None, *, bare: bool) -> Decimal | None:
    """The money that a run of numbers names: 200; "twelve fifty"; "two five zero"."""
    match numbers:
        case [number]:
            return _in_full(number, balance) if bare else number
        case [hundreds, rest] if 0 < hundreds < 100 and 10 <= rest < 100:
            in_hundreds = hundreds * 100 + rest
            too_much = bare and balance is not None and in_hundreds > balance
            return hundreds + rest * _CENT if too_much else in_hundreds
        case [_, _, *_] if all(number < 10 for number in numbers):
            return Decimal("".join(str(number) for number in numbers))
        case _:
            return None


def _in_full(number: Decimal, balance: Decimal | None) -> Decimal:
    """``number``, in thousands where it is too small to be said of this balance otherwise."""
    if balance is None or balance < _SPOKEN_IN_THOUSANDS or number >= 1000:
        return number
    return number * 1000 if number * 1000 <= balance else number


def _half(balance: Decimal | None) -> Decimal | None:
    return None if balance is None else (balance / 2).quantize(_CENT)
