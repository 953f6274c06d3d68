"""Calendar dates in words. Pure.

Conventions: a weekday is the next one strictly after today, "next Friday" that of next week, "the fifteenth"
the next fifteenth, a month and day the next such date. What names no single date gives none.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from voicebot.dialogue.understanding.lexicon import Lexicon

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SpokenDate:
    """A date and where in the text it was said."""

    date: date | None
    """None for words that name no single date, such as "in the morning"."""
    span: tuple[int, int]
    kind: str


@dataclass(frozen=True, slots=True)
class _Said:
    """The parts of one phrase, against today."""

    words: Lexicon
    match: re.Match[str]
    today: date

    def part(self, slot: str) -> str | None:
        found = self.match.groupdict().get(slot)
        return found.strip() if found else None

    @property
    def weekday(self) -> int | None:
        name = self.part("weekday")
        return None if name is None else self.words.weekday_of[name]

    @property
    def month(self) -> int:
        return self.words.month_of[self.part("month") or ""]

    @property
    def day(self) -> int:
        name = self.part("day")
        return self.count if name is None else self.words.day_of[name]

    @property
    def ordinal(self) -> int:
        return self.words.ordinal_of[self.part("ordinal") or ""]

    @property
    def count(self) -> int:
        said = self.part("count") or self.part("number") or ""
        numbers = self.words.number_words.read(said.split())
        return int(numbers[0]) if len(numbers) == 1 else 0

    @property
    def year(self) -> int | None:
        said = self.part("year")
        if said is None:
            return None
        numbers = [int(number) for number in self.words.number_words.read(said.split())]
        # "twenty twenty six" is 20 and 26.
        return numbers[0] * 100 + numbers[1] if len(numbers) == 2 else numbers[0]


def spoken_dates(text: str, words: Lexicon, today: date, *, bare_days: bool) -> Iterator[SpokenDate]:
    """Every date in normal ``text``, in order; of readings that overlap the longest.

    Args:
        text: as ``Lexicon.normal`` gives it.
        words: the vocabulary.
        today: what the dates are reckoned from.
        bare_days: whether a lone number or ordinal is a day of the month.
    """
    found = [
        SpokenDate(_RECKONING[kind](_Said(words, match, today)), match.span(), kind)
        for kind, pattern in words.ways_to_say_dates.possible(text)
        if bare_days or kind != "bare_day"
        for match in pattern.finditer(text)
    ]
    # Of equally long readings the one written last in the table counts: "en ocho días" is a week.
    found.reverse()
    found.sort(key=lambda said: said.span[0] - said.span[1])
    kept: list[SpokenDate] = []
    for said in found:
        if all(said.span[1] <= other.span[0] or other.span[1] <= said.span[0] for other in kept):
            kept.append(said)
    kept.sort(key=lambda said: said.span)
    yield from _related(kept)


def _related(said: Sequence[SpokenDate]) -> Sequence[SpokenDate]:
    """ "The day after" means the day after the one named before, and not that one."""
    for number, one in enumerate(said):
        last = next((other.date for other in reversed(said[:number]) if other.date), None)
        if one.kind == "day_after_that" and last is not None:
            return [SpokenDate(last + _DAY, one.span, one.kind), *_related(said[number + 1 :])]
    return said


def next_weekday(weekday: int, today: date) -> date:
    """The first such weekday strictly after today."""
    return today + _DAY * ((weekday - today.weekday() - 1) % 7 + 1)


def end_of_month(today: date) -> date:
    """The last day of today's month."""
    return today.replace(day=calendar.monthrange(today.year, today.month)[1])


def _next_month(today: date) -> date:
    """The first day of the month after today's."""
    return _months_on(today.replace(day=1), 1)


def _months_on(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _on(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_this_weekday(said: _Said, when: date | None) -> date | None:
    """Nothing when weekday and date contradict each other: one of them was misheard or misspoken."""
    return when if when is None or said.weekday in (None, when.weekday()) else None


def _month_day(said: _Said) -> date | None:
    if said.year is not None:
        return _of_this_weekday(said, _on(said.year, said.month, said.day))
    this_year = _on(said.today.year, said.month, said.day)
    next_one = (
        this_year if this_year and this_year >= said.today else _on(said.today.year + 1, said.month, said.day)
    )
    return _of_this_weekday(said, next_one)


def _day_of_month(said: _Said) -> date | None:
    months = (_months_on(said.today.replace(day=1), ahead) for ahead in range(3))
    days = (_on(month.year, month.month, said.day) for month in months)
    return _of_this_weekday(said, next((day for day in days if day and day >= said.today), None))


def _day_of_next_month(said: _Said) -> date | None:
    month = _next_month(said.today)
    return _on(month.year, month.month, said.day)


def _figures(said: _Said) -> date | None:
    parts = [int(part) for part in re.split("[/-]", said.part("figures") or "")]
    if parts[0] > 31:
        return _on(*parts)
    first, second = parts[:2]
    month, day = (first, second) if said.words.figure_order[0] == "month" else (second, first)
    if len(parts) == 3:
        return _on(parts[2] if parts[2] > 99 else 2000 + parts[2], month, day)
    this_year = _on(said.today.year, month, day)
    return this_year if this_year and this_year >= said.today else _on(said.today.year + 1, month, day)


def _weekday(said: _Said) -> date:
    return next_weekday(said.weekday or 0, said.today)


def _weekday_of_next_week(said: _Said) -> date:
    return said.today + _DAY * (7 - said.today.weekday() + (said.weekday or 0))


def _yearly(month: int, day: int) -> Callable[[_Said], date]:
    """What is on the same day every year."""

    def next_one(said: _Said) -> date:
        this_year = date(said.today.year, month, day)
        return this_year if this_year >= said.today else date(said.today.year + 1, month, day)

    return next_one


def _nth_weekday(first: date, weekday: int, which: int) -> date | None:
    """The ``which``-th such weekday of the month that begins on ``first``, or its last where ``which`` is
    -1."""
    days = [first + _DAY * day for day in range(calendar.monthrange(first.year, first.month)[1])]
    fitting = [day for day in days if day.weekday() == weekday]
    return fitting[-1] if which < 0 else dict(enumerate(fitting, 1)).get(which)


def _nth_weekday_of_month(said: _Said) -> date | None:
    """Of this month, or of the next one where it is past."""
    this_month = said.today.replace(day=1)
    days = (
        _nth_weekday(first, said.weekday or 0, said.ordinal)
        for first in (this_month, _next_month(this_month))
    )
    return next((day for day in days if day and day >= said.today), None)


def _moving(month: int, weekday: int, which: int) -> Callable[[_Said], date | None]:
    """What is on the ``which``-th such weekday of a month every year."""

    def next_one(said: _Said) -> date | None:
        this_year = _nth_weekday(date(said.today.year, month, 1), weekday, which)
        past = this_year is not None and this_year < said.today
        return _nth_weekday(date(said.today.year + 1, month, 1), weekday, which) if past else this_year

    return next_one


def _nth_weekday_of_named_month(said: _Said) -> date | None:
    return _moving(said.month, said.weekday or 0, said.ordinal)(said)


_thanksgiving = _moving(11, 3, 4)


def _coming(weekday: int) -> Callable[[_Said], date]:
    """That weekday of this week, today included."""
    return lambda said: said.today + _DAY * ((weekday - said.today.weekday()) % 7)


def _in_named_month(day: int) -> Callable[[_Said], date]:
    """The coming such day of the month named."""
    return lambda said: _yearly(said.month, day)(said)


def _middle_of_month(said: _Said) -> date:
    """The fifteenth, of the next month where this one's is past."""
    fifteenth = said.today.replace(day=15)
    return fifteenth if fifteenth >= said.today else _months_on(fifteenth, 1)


def _last_working_day(said: _Said) -> date:
    """The last day of the month that is no Saturday or Sunday."""
    last = end_of_month(said.today)
    return last - _DAY * max(0, last.weekday() - 4)


def _end_of_named_month(said: _Said) -> date:
    year = said.today.year + (said.month < said.today.month)
    return end_of_month(date(year, said.month, 1))


def _payday(said: _Said) -> date:
    """Wages come on the fifteenth and on the last day of the month."""
    fifteenth = said.today.replace(day=15)
    return fifteenth if fifteenth >= said.today else end_of_month(said.today)


def _payday_after_next(said: _Said) -> date:
    return _payday(replace(said, today=_payday(said) + _DAY))


def _day_after_thanksgiving(said: _Said) -> date | None:
    thanksgiving = _thanksgiving(said)
    return thanksgiving and thanksgiving + _DAY


_RECKONING: dict[str, Callable[[_Said], date | None]] = {
    "today": lambda said: said.today,
    "tomorrow": lambda said: said.today + _DAY,
    "day_after_tomorrow": lambda said: said.today + 2 * _DAY,
    "not_a_date": lambda said: None,
    "share": lambda said: None,
    "day_after_that": lambda said: None,
    "weekday": _weekday,
    "weekday_of_next_week": _weekday_of_next_week,
    "week_after_weekday": lambda said: _weekday(said) + 7 * _DAY,
    "month_day": _month_day,
    "month_figures": _month_day,
    "day_of_month": _day_of_month,
    "bare_day": _day_of_month,
    "day_of_this_month": lambda said: _on(said.today.year, said.today.month, said.day),
    "day_of_next_month": _day_of_next_month,
    "first_of_next_month": lambda said: _next_month(said.today),
    "figures": _figures,
    "in_days": lambda said: said.today + said.count * _DAY if said.count else None,
    "eight_days": lambda said: said.today + 7 * _DAY,
    "in_weeks": lambda said: said.today + 7 * _DAY * (said.count or 1),
    "fortnight": lambda said: said.today + 14 * _DAY,
    "in_months": lambda said: _months_on(said.today, said.count or 1),
    "couple_of_days": lambda said: said.today + 2 * _DAY,
    "end_of_month": lambda said: end_of_month(said.today),
    "end_of_next_month": lambda said: end_of_month(_next_month(said.today)),
    "end_of_named_month": _end_of_named_month,
    "end_of_week": _coming(4),
    "weekend": _coming(5),
    "thanksgiving": _thanksgiving,
    "day_after_thanksgiving": _day_after_thanksgiving,
    "christmas": _yearly(12, 25),
    "christmas_eve": _yearly(12, 24),
    "new_year": _yearly(1, 1),
    "new_years_eve": _yearly(12, 31),
    "epiphany": _yearly(1, 6),
    "weeks_after_tomorrow": lambda said: said.today + _DAY * (1 + 7 * (said.count or 1)),
    "week_after_tomorrow": lambda said: said.today + 8 * _DAY,
    "payday": _payday,
    "payday_after_next": _payday_after_next,
    "payday_of_named_month": _in_named_month(15),
    "nth_weekday_of_month": _nth_weekday_of_month,
    "nth_weekday_of_named_month": _nth_weekday_of_named_month,
    "nth_weekday_of_next_month": lambda said: _nth_weekday(
        _next_month(said.today), said.weekday or 0, said.ordinal
    ),
    "weeks_after_weekday": lambda said: _weekday(said) + 7 * _DAY * (said.count or 2),
    "start_of_named_month": _in_named_month(1),
    "middle_of_named_month": _in_named_month(15),
    "middle_of_month": _middle_of_month,
    "middle_of_next_month": lambda said: _next_month(said.today).replace(day=15),
    "end_of_next_week": lambda said: said.today + _DAY * (11 - said.today.weekday()),
    "after_weekend": lambda said: next_weekday(0, said.today),
    "next_weekend": lambda said: said.today + _DAY * (12 - said.today.weekday()),
    "last_working_day": _last_working_day,
    "in_hours": lambda said: said.today + _DAY * (said.count // 24),
    "valentines_day": _yearly(2, 14),
    "martin_luther_king_day": _moving(1, 0, 3),
    "presidents_day": _moving(2, 0, 3),
    "memorial_day": _moving(5, 0, -1),
    "labor_day": _moving(9, 0, 1),
}
