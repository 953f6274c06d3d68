"""What typed digits mean, so that typed and spoken answers take one path. Pure.

Amounts are whole units, with ``*`` as the decimal point. Dates are month and day in English (``1204``
is the fourth of December) and day and month in Spanish (``0412``), as the prompt must say.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from voicebot.dialogue.expecting import ListeningState, choice_keys
from voicebot.dialogue.flow import Ask, Verify
from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.notation import Kind
from voicebot.dialogue.understanding.meaning import Meaning
from voicebot.dialogue.values import Value

DATE_KEYS = 4


def meaning_of_keys(keys: str, state: ListeningState, known: Knowledge) -> Meaning:
    """Typed digits as the answer they are: a choice, else an entry, else a key that works anywhere."""
    entry = keys.rstrip("#") or keys
    choices = choice_keys(state, known.flow)
    if entry in choices:
        return Meaning.of(choices[entry])
    if not choices and (value := _entry(entry, state, known)):
        return value
    return _anywhere(entry, known)


def meaning_of_early_keys(keys: str, known: Knowledge) -> Meaning:
    """Keys typed before a read-back was heard are no answer to it; those that work anywhere do."""
    return _anywhere(keys.rstrip("#") or keys, known)


def _anywhere(entry: str, known: Knowledge) -> Meaning:
    return Meaning.of(known.flow.keys[entry]) if entry in known.flow.keys else Meaning()


def typed(kind: Kind, keys: str, *, language: str, today: date) -> Value | None:
    """The answer that ``keys`` are, or ``None`` when they are none of this kind."""
    entry = keys.rstrip("#")
    match kind:
        case Kind.MONEY:
            return typed_amount(entry)
        case Kind.DATE:
            return typed_date(entry, language=language, today=today)
        case Kind.DIGITS:
            return entry if entry.isdecimal() else None
        case Kind.TEXT:
            return None


def typed_amount(entry: str) -> Decimal | None:
    """``300`` is three hundred, ``300*50`` three hundred and a half."""
    if not re.fullmatch(r"\d{1,9}(\*\d{1,2})?", entry):
        return None
    amount = Decimal(entry.replace("*", "."))
    return amount if amount > 0 else None


def typed_date(entry: str, *, language: str, today: date) -> date | None:
    """The next such day from ``today`` on."""
    if not re.fullmatch(r"\d{4}", entry):
        return None
    first, second = int(entry[:2]), int(entry[2:])
    month, day = (first, second) if language == "en" else (second, first)
    # Up to eight years ahead: the 29th of February may be that far.
    days = (_date(today.year + years, month, day) for years in range(9))
    return next((found for found in days if found is not None and found >= today), None)


def answer_length(kind: Kind, *, digits: int = 0) -> int:
    """How many keys make a whole answer; 0 when only ``#`` or a pause ends it."""
    return {Kind.DATE: DATE_KEYS, Kind.DIGITS: digits}.get(kind, 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _entry(entry: str, state: ListeningState, known: Knowledge) -> Meaning | None:
    if isinstance(state, Verify):
        digits = len(str(known.facts[state.verify]))
        return Meaning(digits=entry) if entry.isdecimal() and len(entry) == digits else None
    if not isinstance(state, Ask) or state.collect is None:
        return None
    value = typed(known.flow.slots[state.collect].kind, entry, language=known.language, today=known.today)
    match value:
        case Decimal():
            return Meaning(amount=value)
        case date():
            return Meaning(date=value)
        case str():
            return Meaning(digits=value)
        case None:
            return None
