"""Money in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from voicebot.dialogue.understanding.choice import Mention, meant
from voicebot.dialogue.understanding.lexicon import Lexicon

_CENT = Decimal("0.01")
_SPOKEN_IN_THOUSANDS = 10_000
"""From this balance on "one hundred twenty" may be short for 120,000."""
_HOURS = 24
_SHARES = {
    "half": Decimal("0.5"),
    "third": Decimal(1) / 3,
    "quarter": Decimal("0.25"),
    "two_thirds": Decimal(2) / 3,
    "three_quarters": Decimal("0.75"),
}


@dataclass(frozen=True, slots=True)
class SpokenAmount:
    """Money named, or a share of the balance."""

    amount: Decimal | None = None
    full: bool = False


def spoken_amount(text: str, words: Lexicon, balance: Decimal | None, *, bare: bool) -> SpokenAmount:
    """The money offered in normal ``text``, of all the money it names.

    Args:
        text: as ``Lexicon.normal`` gives it, without the dates.
        words: the vocabulary.
        balance: what the debtor owes, for "all of it", "half" and to tell 1,250 from 12.50.
        bare: whether a number without a currency word may be money.
    """
    found = [*_phrases(text, words, balance), *(_bare(text, words, balance) if bare else ())]
    found.sort(key=lambda mention: mention.span[0] - mention.span[1])
    kept: list[Mention[SpokenAmount]] = []
    for mention in found:
        if all(mention.span[1] <= other.span[0] or other.span[1] <= mention.span[0] for other in kept):
            kept.append(mention)
    kept.sort(key=lambda mention: mention.span)
    return meant(text, kept, words.denied_amounts) or SpokenAmount()


def _phrases(text: str, words: Lexicon, balance: Decimal | None) -> Iterator[Mention[SpokenAmount]]:
    """Numbers with their currency's word, and shares."""
    for kind, pattern in words.ways_to_say_amounts.possible(text):
        for match in pattern.finditer(text):
            if (amount := _named(kind, match, words, balance)) is not None:
                yield Mention(amount, match.span())


def _named(kind: str, match: re.Match[str], words: Lexicon, balance: Decimal | None) -> SpokenAmount | None:
    if kind == "full":
        return SpokenAmount(balance, full=True)
    if kind in _SHARES:
        return SpokenAmount(_share(_SHARES[kind], balance))
    if kind == "percent":
        hundredths = words.number_words.read(match["number"].split())
        return SpokenAmount(_share(hundredths[0] * _CENT, balance)) if len(hundredths) == 1 else None
    amount = _counted(kind, match, words, balance)
    return None if amount is None else SpokenAmount(amount)


def _counted(kind: str, match: re.Match[str], words: Lexicon, balance: Decimal | None) -> Decimal | None:
    number = _money(words.number_words.read(match["number"].split()), balance, bare=False)
    if number is None or kind == "with_word":
        return number
    if kind == "cents_only":
        return number * _CENT if number < 100 else None
    cents = _money(words.number_words.read(match["number2"].split()), None, bare=False)
    return number + cents * _CENT if cents is not None and cents < 100 else None


def _bare(text: str, words: Lexicon, balance: Decimal | None) -> Iterator[Mention[SpokenAmount]]:
    """Numbers that count nothing else and number nothing."""
    for run in re.finditer(words.number_words.run, text):
        if run[0].strip() in words.pronouns or words.counting.match(text, run.end()):
            continue
        numbers, before = words.number_words.read(run[0].split()), text[: run.start()]
        if words.numbering.search(before) or (words.clocking.search(before) and _may_be_an_hour(numbers)):
            continue
        if amount := _money(numbers, balance, bare=True):  # nobody offers zero
            yield Mention(SpokenAmount(amount), run.span())


def _may_be_an_hour(numbers: Sequence[Decimal]) -> bool:
    """ "At six thirty", and not "set it at one hundred"."""
    return len(numbers) > 1 or numbers[0] <= _HOURS


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


def _share(share: Decimal, balance: Decimal | None) -> Decimal | None:
    return None if balance is None else (balance * share).quantize(_CENT)
