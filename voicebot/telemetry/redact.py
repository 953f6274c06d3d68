"""Text without what tells who somebody is or how to reach or charge them. Pure.

It errs on the side of removing: a run of six or more figures goes unless it is a date, an address of the
network or a hash. Amounts of that size belong into fields of their own, as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

PLAIN_KEYS = frozenset({"timestamp", "level", "logger", "call_id"})
"""Log keys left as they are: an Asterisk channel's identity looks like a telephone number."""

MIN_SPOKEN_FIGURES = 4
"""Digits said one by one that are taken for such a number."""
MIN_PAIRED_FIGURES = 6
"""The same when some were said in pairs: "twelve fifty" and "twenty twenty six" are prices and years."""

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_MEXICAN_ID = re.compile(
    r"(?<![^\W_])[A-ZÑ&]{3,4}\d{6}(?:[HMX][A-Z]{5}[A-Z\d]\d|[A-Z\d]{3})(?![^\W_])", re.IGNORECASE
)
"""CURP, or RFC of persons and companies."""

_FIGURES = re.compile(
    r"""
    (?P<plain>
        (?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?![ -]?\d)  # ISO 8601
      | (?<!\d)(?<!\d[ .-])(?:\d{1,6}\.\d{1,2}|\d{1,2}\.\d+)(?![ .-]?\d)            # amount, seconds
      | (?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])  # IPv4
      | (?<![^\W_])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![^\W_])              # UUID
      | (?<![^\W_])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,}(?![^\W_])                   # hash
      | (?<!\d)1[6-9]\d{8}\.\d{1,6}(?!\d)                                          # Asterisk's uniqueid
      | (?<=[^\W\d_]-)0000[0-9a-f]{4}(?![^\W_])                                     # end of a channel's name
    )
  | (?P<keys>(?<=\[keys[ ])\d{4,}(?=\]))                                            # typed on the keypad
  | (?P<run>\+?\(?(?<!\d)\d(?:[ .()/\-–]{0,3}\d){5,}(?!\d)(?:-?[kK](?![^\W_]))?)
    """,
    re.VERBOSE,
)

_DIGITS, _TEENS, _TENS = (
    words.split()
    for words in (
        "zero oh one two three four five six seven eight nine "
        "cero uno un una dos tres cuatro cinco seis siete ocho nueve",
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
        "diez once doce trece catorce quince dieciséis dieciseis diecisiete dieciocho diecinueve "
        "veintiuno veintiún veintidós veintidos veintitrés veintitres veinticuatro veinticinco veintiséis "
        "veintiseis veintisiete veintiocho veintinueve",
        "twenty thirty forty fifty sixty seventy eighty ninety "
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    )
)
_REPEATS = {"double": 1, "doble": 1, "triple": 2}
_FIGURES_OF = {
    **dict.fromkeys(_DIGITS, 1),
    **dict.fromkeys("0123456789", 1),
    **dict.fromkeys(_TEENS, 2),
    **dict.fromkeys(_TENS, 2),
    **_REPEATS,
}
_WORD = rf"(?:{'|'.join(sorted(_FIGURES_OF, key=len, reverse=True))})"
_SPOKEN = re.compile(rf"(?<![^\W_]){_WORD}(?:[\s,.;…\-–]+(?:(?:y|and)\s+)?{_WORD})+(?![^\W_])", re.IGNORECASE)
_SPOKEN_WORD = re.compile(rf"(?<![^\W_]){_WORD}(?![^\W_])", re.IGNORECASE)


def redact(text: str) -> str:
    """Replace what identifies, reaches or charges somebody by its kind in brackets, such as ``[phone]``."""
    text = _EMAIL.sub("[email]", text)
    text = _MEXICAN_ID.sub("[national id]", text)
    text = _FIGURES.sub(_redact_figures, text)
    return _SPOKEN.sub(_redact_spoken, text)


def redact_value(value: Any) -> Any:
    """``redact`` through lists and mappings; numbers, amounts and times stay, other objects become text."""
    match value:
        case str():
            return redact(value)
        case None | bool() | int() | float() | Decimal() | date() | time() | timedelta():
            return value
        case Mapping():
            return {redact(str(key)): redact_value(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [redact_value(item) for item in value]
        case _:
            return redact(repr(value))


def redact_log(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog processor: put it behind the formatting of exceptions and in front of the renderer."""
    for key, value in event.items():
        if key not in PLAIN_KEYS:
            event[key] = redact_value(value)
    return event


def _redact_figures(found: re.Match[str]) -> str:
    if found["plain"]:
        return found[0]
    return "[digits]" if found["keys"] else f"[{_kind(found[0])}]"


def _kind(run: str) -> str:
    """What a run of figures most likely is."""
    figures = "".join(character for character in run if character.isalnum() and character not in "kK")
    if 13 <= len(figures) <= 19 and _passes_luhn(figures):
        return "card"
    if re.fullmatch(r"\d{3}-\d{2}-\d{4}", run) or _is_rut(run):
        return "national id"
    return "phone" if 7 <= len(figures) <= 15 else "digits"


def _passes_luhn(figures: str) -> bool:
    """ISO/IEC 7812: every second figure from the right is doubled."""
    doubled = [int(figure) * (1 + place % 2) for place, figure in enumerate(reversed(figures))]
    return sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0


def _is_rut(run: str) -> bool:
    """A Chilean RUT, whose last sign checks the rest modulo 11."""
    signs = re.sub(r"[.\- ]", "", run).upper()
    if not re.fullmatch(r"\d{7,8}[\dK]", signs):
        return False
    total = sum(int(figure) * (2 + place % 6) for place, figure in enumerate(reversed(signs[:-1])))
    return signs[-1] == {10: "K", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def _redact_spoken(found: re.Match[str]) -> str:
    words = [word.lower() for word in _SPOKEN_WORD.findall(found[0])]
    figures = sum(_FIGURES_OF[word] for word in words)
    # A ten and the unit behind it, as in "fifty five", are two figures and not three.
    figures -= sum(tens in _TENS and unit in _DIGITS for tens, unit in pairwise(words))
    paired = any(word in _TEENS or word in _TENS for word in words)
    return "[digits]" if figures >= (MIN_PAIRED_FIGURES if paired else MIN_SPOKEN_FIGURES) else found[0]
