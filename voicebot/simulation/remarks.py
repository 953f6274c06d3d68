"""What callers convey, what they are asked, and what kinds of callers there are. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from voicebot.dialogue.events import DialogueEvent
from voicebot.dialogue.understanding.meaning import Heard


class Line(StrEnum):
    """What a caller conveys besides what is heard in words."""

    OFFER = "offer"
    ALL_OF_IT = "all_of_it"
    DAY = "day"
    OFFER_AND_DAY = "offer_and_day"
    TOO_MUCH = "too_much"
    TOO_LATE = "too_late"
    YESTERDAY = "yesterday"
    DIGITS = "digits"
    WRONG_DIGITS = "wrong_digits"
    COUNT = "count"
    TOO_MANY = "too_many"
    CLOCK = "clock"
    MIDNIGHT = "midnight"
    OPTION = "option"
    PHONE = "phone"
    NAME = "name"
    JUDGE = "judge"
    """Yes to a read-back of what was meant, else a correction or a no."""
    CORRECTION = "correction"
    GREETING = "greeting"
    """Of an answering machine."""
    MUMBLE = "mumble"
    SILENCE = "silence"


Remark = Line | Heard
PARTICULARS = frozenset(
    {Line.COUNT, Line.TOO_MANY, Line.CLOCK, Line.MIDNIGHT, Line.OPTION, Line.PHONE, Line.NAME}
)
"""What is told besides money and days."""


class Asked(StrEnum):
    """The kind of question that is open, as a listener can tell."""

    WHO = "who"
    """A yes or a no before the digits were given."""
    DIGITS = "digits"
    MONEY = "money"
    DAY = "day"
    COUNT = "count"
    CLOCK = "clock"
    OPTION = "option"
    PHONE = "phone"
    NAME = "name"
    READ_BACK = "read_back"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Happening:
    """What the conversation is told, and what the caller meant by it."""

    event: DialogueEvent
    means: Remark | None = None
    clear: bool = True
    """False when the recogniser heard something else than was said."""


PLAIN_ANSWERS: Mapping[Asked, Mapping[Remark, int]] = {
    Asked.COUNT: {Line.COUNT: 6, Line.TOO_MANY: 1, Line.MUMBLE: 1},
    Asked.CLOCK: {Line.CLOCK: 6, Line.MIDNIGHT: 1, Line.MUMBLE: 1},
    Asked.OPTION: {Line.OPTION: 6, Line.MUMBLE: 1},
    Asked.PHONE: {Line.PHONE: 6, Line.MUMBLE: 1},
    Asked.NAME: {Line.NAME: 6, Line.MUMBLE: 1},
}
"""What callers answer who have no answer of their own."""


@dataclass(frozen=True, slots=True)
class Persona:
    """How a kind of caller answers each question (remarks with their weights), and how the line treats it.

    Rates are chances at each answer.
    """

    answers: Mapping[Asked, Mapping[Remark, int]]
    """Of questions that are not here: plain answers, else as ``YES_NO``."""
    digressions: Sequence[Remark] = ()
    """Said instead of an answer."""
    digresses: float = 0.0
    misheard: float = 0.06
    silent: float = 0.03
    types: float = 0.1
    unrecognised: float = 0.01
    leaves: float = 0.01


@dataclass(frozen=True, slots=True)
class Knows:
    """What a caller knows before the telephone rings."""

    language: str
    today: date
    currency: str
    digits: str
    """Those that verify the right party."""
    debt: Decimal
