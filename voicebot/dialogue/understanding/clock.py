"""Times of day in words. Pure.

Conventions: without a half of the day 1 to 7 is after noon and 8 to 11 before it; the morning is ten o'clock,
the afternoon three, the evening seven.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from voicebot.dialogue.understanding.lexicon import Lexicon

NOON = 12
LAST_AFTERNOON_HOUR = 7
"""Up to here a lone hour is after noon: nobody is called back at five in the morning."""


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """A time of day, and where in the text it was said."""

    time: time
    span: tuple[int, int]
    exact: bool
    """By the clock; not "in the afternoon", which is said of a day too."""


def spoken_time(text: str, words: Lexicon, *, bare: bool) -> SpokenTime | None:
    """The time of day in normal ``text``: the longest reading, and the clock before "in the afternoon".

    Args:
        text: as ``Lexicon.normal`` gives it.
        words: the vocabulary.
        bare: whether a lone number is an hour.
    """
    found = [
        SpokenTime(at, match.span(), kind not in _PARTS)
        for kind, pattern in words.ways_to_say_times.possible(text)
        if bare or kind != "bare"
        for match in pattern.finditer(text)
        if (at := _reckoned(kind, match, words)) is not None
    ]
    found.sort(key=lambda said: (not said.exact, said.span[0] - said.span[1], said.span))
    return found[0] if found else None


def _reckoned(kind: str, match: re.Match[str], words: Lexicon) -> time | None:
    if kind in _PARTS:
        return _PARTS[kind]
    said = match.groupdict()
    minutes = _MINUTES[kind](_number(said.get("minute"), words))
    hour = _hour(_number(said.get("hour"), words), said)
    if hour > 24 or not -60 < minutes < 60:
        return None
    hour, minute = divmod((hour * 60 + minutes) % (24 * 60), 60)
    return time(hour, minute)


def _hour(hour: int, said: dict[str, str | None]) -> int:
    if hour > NOON:
        return hour
    if said.get("am"):
        return hour % NOON
    if said.get("pm"):
        return hour % NOON + NOON
    return hour + NOON if 0 < hour <= LAST_AFTERNOON_HOUR else hour


def _number(said: str | None, words: Lexicon) -> int:
    numbers = words.number_words.read(
        [word for word in (said or "").split() if word not in words.digit_words]
    )
    return int(numbers[0]) if numbers else 0


_PARTS = {
    "noon": time(12),
    "midnight": time(0),
    "morning": time(10),
    "afternoon": time(15),
    "evening": time(19),
}
_MINUTES: dict[str, Callable[[int], int]] = {
    "clock": lambda minute: minute,
    "bare": lambda minute: minute,
    "past": lambda minute: minute,
    "to": lambda minute: -minute,
    "half_past": lambda minute: 30,
    "quarter_past": lambda minute: 15,
    "quarter_to": lambda minute: -15,
}
