"""Counts in words: "three payments", "en seis cuotas", "4". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voicebot.dialogue.understanding.lexicon import Lexicon

_MONEY = frozenset({"with_word", "with_cents", "percent"})
FEW_WORDS = 3
"""In an answer so short "one" is a number, and no pronoun."""


@dataclass(frozen=True, slots=True)
class SpokenCount:
    """A number of things, and where in the text it was said."""

    number: int
    span: tuple[int, int]


def counted_payments(text: str, words: Lexicon) -> SpokenCount | None:
    """The last number of payments in normal ``text``: it says itself what it counts."""
    return _last(_numbers(words.payment_count, text, words))


def spoken_count(text: str, words: Lexicon) -> SpokenCount | None:
    """The last whole number in normal ``text`` that is no money."""
    for kind, pattern in words.ways_to_say_amounts.possible(text):
        if kind in _MONEY:
            text = pattern.sub(lambda match: " |".ljust(len(match[0]), "|"), text)
    few = len(text.split()) <= FEW_WORDS
    found = _numbers(re.compile(f"(?P<number>{words.number_words.run})"), text, words)
    return _last(one for one in found if few or text[slice(*one.span)].strip() not in words.pronouns)


def _numbers(pattern: re.Pattern[str], text: str, words: Lexicon) -> Iterator[SpokenCount]:
    for match in pattern.finditer(text):
        numbers = words.number_words.read(match["number"].split())
        if len(numbers) == 1 and numbers[0] == int(numbers[0]):
            yield SpokenCount(int(numbers[0]), match.span())


def _last(found: Iterator[SpokenCount]) -> SpokenCount | None:
    """Whoever corrects says the right number last."""
    return max(found, key=lambda one: one.span, default=None)
