"""Numbers in words and figures. Pure.

A run of number words may hold several numbers: "twelve fifty" is 12 and 50, "four seven two" is 4, 7 and 2.
What that means (1,250? 12.50? the digits 1250?) is for amounts and digits to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The number words of one language, folded."""

    values: Mapping[str, int]
    """Words that add: "seven", "twenty", "doscientos"."""
    multipliers: Mapping[str, int]
    """Words that multiply what stands before them: "hundred", "mil"."""
    joints: frozenset[str]
    """Words inside a number that mean nothing: "and", "y"."""

    @property
    def run(self) -> str:
        """The regular expression of any run of number words and figures."""
        word = "(?: (?:" + "|".join([*self.values, *self.multipliers]) + r"|\d+(?:[.,]\d+)*k?)(?= |$))"
        joint = "(?: (?:" + "|".join(self.joints) + f")(?={word}))?"
        return f"{word}(?:{joint}{word})*"

    @property
    def small(self) -> str:
        """The regular expression of a number below a hundred: "nine hundred two weeks" counts two weeks."""
        values = "|".join(self.values)
        joint = "(?: (?:" + "|".join(self.joints) + "))?"
        return rf"(?:(?: (?:{values})(?= |$))(?:{joint} (?:{values})(?= |$))?| \d+(?= |$))"

    def read(self, words: Iterable[str]) -> list[Decimal]:
        """The numbers in a run of ``words``, in the order spoken."""
        numbers: list[Decimal] = []
        open_ended = False
        for word in words:
            if word in self.joints:
                continue
            if word in self.multipliers:
                by = self.multipliers[word]
                if open_ended and (product := _multiplied(numbers[-1], by)) is not None:
                    numbers[-1] = product
                else:
                    numbers.append(Decimal(by))
                open_ended = True
            elif word in self.values:
                value = Decimal(self.values[word])
                if open_ended and _fits(numbers[-1], value):
                    numbers[-1] += value
                else:
                    numbers.append(value)
                open_ended = True
            else:
                numbers.append(figures(word))
                open_ended = True
        return numbers


def _fits(number: Decimal, value: Decimal) -> bool:
    """Whether ``value`` continues ``number``: "twenty" + "one" does, "one" + "twenty" and "ten" + "one" do
    not."""
    if number == 0 or value == 0:
        return False
    if value < 10:
        return number % 10 == 0 and number % 100 != 10
    return number % (100 if value < 100 else 1000) == 0


def _multiplied(number: Decimal, by: int) -> Decimal | None:
    """``number`` with its last group multiplied; nothing when the word must begin a number of its own."""
    if by == 100:
        head, group = divmod(number, 1000)
        return head * 1000 + group * 100 if 0 < group < 100 else None
    head, group = divmod(number, by * 1000)
    return head * by * 1000 + group * by if 0 < group < 1000 else None


def figures(text: str) -> Decimal:
    """``1,250.00``, ``1.250,00``, ``1.250`` and ``2k`` as a number: a separator before one or two last digits
    is the decimal one, every other separator parts thousands."""
    thousand = 1000 if text.endswith("k") else 1
    whole, separator, rest = text.rstrip("k").rpartition("," if text.rfind(",") > text.rfind(".") else ".")
    if not separator or len(rest) > 2:
        return Decimal(re.sub(r"\D", "", text)) * thousand
    return Decimal(re.sub(r"\D", "", whole) + "." + rest) * thousand
