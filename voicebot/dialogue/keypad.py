"""What typed digits mean, so that typed and spoken answers take one path. Pure.

Amounts are whole units, with ``*`` as the decimal point. Dates are month and day in English (``1204``
is the fourth of December) and day and month in Spanish (``0412``), times are hours from 0 to 23 and minutes
(``1730``), as the prompt must say. A telephone number is typed as it is dialled at home, ended by ``#``.
"""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

from voicebot.dialogue.expecting import ListeningState, choice_keys, option_keys
from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.language.notation import Kind
from voicebot.dialogue.language.states import Ask, Verify
from voicebot.dialogue.language.values import Value
from voicebot.dialogue.understanding.meaning import Meaning
from voicebot.telephony.number import e164

DATE_KEYS = TIME_KEYS = 4


def meaning_of_keys(keys: str, state: ListeningState, known: Knowledge) -> Meaning:
    """Typed digits as the answer they are: a choice, else an entry, else a key that works anywhere."""
    entry = keys.rstrip("#") or keys
    options = option_keys(state, known.flow)
    if isinstance(state, Ask) and state.collect and entry in options:
        return Meaning(chosen=((state.collect, options[entry]),))
    choices = choice_keys(state, known.flow)
    if entry in choices:
        return Meaning.of(choices[entry])
    # A lone 9 wants no more calls, as it does everywhere; who means nine ends it with #.
    if not choices and keys not in known.flow.keys and (value := _entry(entry, state, known)):
        return value
    return _anywhere(entry, known)


def meaning_of_early_keys(keys: str, known: Knowledge) -> Meaning:
    """Keys typed before a read-back was heard are no answer to it; those that work anywhere do."""
    return _anywhere(keys.rstrip("#") or keys, known)


def _anywhere(entry: str, known: Knowledge) -> Meaning:
    return Meaning.of(known.flow.keys[entry]) if entry in known.flow.keys else Meaning()


def typed(kind: Kind, keys: str, *, language: str, today: date, country: str = "") -> Value | None:
    """The answer that ``keys`` are, or ``None`` when they are none of this kind.

    Yes, no and what there is to choose have keys of their own.
    """
    entry = keys.rstrip("#")
    match kind:
        case Kind.MONEY:
            return typed_amount(entry)
        case Kind.DATE:
            return typed_date(entry, language=language, today=today)
        case Kind.DIGITS:
            return entry if entry.isdecimal() else None
        case Kind.NUMBER:
            return int(entry) if re.fullmatch(r"\d{1,4}", entry) else None
        case Kind.TIME:
            return typed_time(entry)
        case Kind.PHONE:
            return e164(entry, country) if entry.isdecimal() else None
        case Kind.TEXT | Kind.NAME | Kind.YES_NO | Kind.CHOICE:
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


def typed_time(entry: str) -> time | None:
    """Four keys, by 24 hours: ``1730`` is half past five in the afternoon."""
    found = re.fullmatch(r"([01]\d|2[0-3])([0-5]\d)", entry)
    return time(int(found[1]), int(found[2])) if found else None


def answer_length(kind: Kind, *, digits: int = 0) -> int:
    """How many keys make a whole answer; 0 when only ``#`` or a pause ends it."""
    return {Kind.DATE: DATE_KEYS, Kind.TIME: TIME_KEYS, Kind.DIGITS: digits}.get(kind, 0)


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
    kind, how = known.flow.slots[state.collect].kind, {"language": known.language, "country": known.country}
    match typed(kind, entry, today=known.today, **how):
        case Decimal() as amount:
            return Meaning(amount=amount)
        case date() as day:
            return Meaning(date=day)
        case time() as moment:
            return Meaning(time=moment)
        case str() as entered:
            return Meaning(phone=entered) if kind is Kind.PHONE else Meaning(digits=entered)
        case int() as number:
            return Meaning(number=number)
        case None:
            return None
