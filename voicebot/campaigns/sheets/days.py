"""Days and moments as people write them into files: read exactly, or not at all. Pure.

Nothing is guessed. ``03/04/2026`` may be in March or in April: it is refused with a sentence that says what
to declare.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

_DAY_SIGNS: Final = {"DD": r"(?P<day>\d{1,2})", "MM": r"(?P<month>\d{1,2})", "YYYY": r"(?P<year>\d{4})"}
_ISO_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_YEARS: Final = range(1990, 2101)


def read_day(text: str, date_format: str = "") -> date:
    """A day, written as ``2026-12-01`` or as declared.

    Args:
        text: as somebody wrote it.
        date_format: as ``DD/MM/YYYY``; empty for ISO alone.

    Raises:
        ValueError: it is no day, or of a format that nobody has declared; with a sentence.
    """
    written = text.strip()
    iso = _ISO_DAY.fullmatch(written)
    declared = day_pattern(date_format).fullmatch(written) if date_format else None
    try:
        if iso:
            day = date.fromisoformat(iso[1])
        elif declared:
            day = date(*(int(declared[part]) for part in ("year", "month", "day")))
        else:
            raise ValueError(_no_day(written, date_format))
    except ValueError as fault:
        raise ValueError(str(fault) if not (iso or declared) else "is no day of the calendar") from None
    if day.year not in _YEARS:
        raise ValueError(f"is in the year {day.year}: write a year from {_YEARS[0]} to {_YEARS[-1]}")
    return day


def read_moment(text: str, date_format: str = "") -> datetime:
    """A moment with its time zone; a day alone begins at midnight, and what names no zone is in UTC.

    Raises:
        ValueError: it is none; with a sentence.
    """
    written = text.strip()
    if "T" in written or ":" in written:
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            raise ValueError("is no moment: write it as 2026-12-01T10:30:00-03:00") from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    day = read_day(written, date_format)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@lru_cache(maxsize=64)
def day_pattern(date_format: str) -> re.Pattern[str]:
    """What a declared format of days matches.

    Raises:
        ValueError: it is no format.
    """
    pattern = re.escape(date_format)
    for sign, figures in _DAY_SIGNS.items():
        if date_format.count(sign) != 1:
            raise ValueError(f"{date_format!r} is no format of days: write it as DD/MM/YYYY or MM-DD-YYYY")
        pattern = pattern.replace(sign, figures)
    return re.compile(pattern, re.ASCII)


def _no_day(written: str, date_format: str) -> str:
    if re.fullmatch(r"\d{5}(\.\d+)?", written, re.ASCII):
        return "is a day as spreadsheets count them: format the column as 2026-12-01, then save"
    if date_format:
        return f"is written neither as 2026-12-01 nor as {date_format}, as was declared"
    if re.fullmatch(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", written, re.ASCII):
        return (
            "is not written as 2026-12-01: declare csv.date_format in the campaign's file, or --date-format, "
            "such as DD/MM/YYYY"
        )
    return "is no day, such as 2026-12-01"
