"""The figures of a campaign as SVG pictures, for those who would rather look. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Final
from xml.sax.saxutils import escape

from voicebot.campaigns.reporting.counts import Counts

_TEXT: Final = 'font-family="sans-serif" font-size="12" fill="#333"'
_COLOURS: Final = ("#3b6ea5", "#2e8540", "#c0741a", "#b3372f", "#7347ad", "#23857a", "#a98307", "#5b6b7d")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CELL, _LEFT, _TOP, _WIDE, _HIGH = 30, 130, 40, 640, 220
_KINDS: Final = len(_COLOURS)
"""Told apart in one picture: the rarest come together as ``others``."""


def charts(counts: Counts) -> dict[str, str]:
    """Every picture of a period, by the name of its file without ``.svg``."""
    return {
        "funnel": funnel(counts),
        "answers": heat_map(counts),
        "dispositions": by_day("Attempts by day and disposition", counts.by_day),
        "promises": by_day("Promises by the day they are due and what became of them", counts.calendar),
    }


def funnel(counts: Counts) -> str:
    """From the accounts that were loaded to those that kept a promise."""
    steps = {
        "loaded": counts.loaded,
        "attempted": counts.attempted,
        "person answered": counts.reached,
        "right party": counts.useful,
        "promise": counts.promising,
        "kept": counts.keeping,
    }
    most = counts.loaded or 1
    rows = [
        _words(_LEFT - 8, _TOP + 19 + number * 34, name, "end")
        + _box(_LEFT, _TOP + number * 34, _WIDE * many / most, 28, _COLOURS[0])
        + _words(_LEFT + _WIDE * many / most + 6, _TOP + 19 + number * 34, f"{many:,} ({many / most:.1%})")
        for number, (name, many) in enumerate(steps.items())
    ]
    return _picture("Accounts, from loaded to kept", _LEFT + _WIDE + 130, _TOP + len(steps) * 34 + 10, rows)


def heat_map(counts: Counts) -> str:
    """When people answer: share of attempts by weekday and hour; hours without attempts are left white."""
    pieces = [_words(_LEFT + hour * _CELL + _CELL / 2, _TOP - 4, str(hour), "middle") for hour in range(24)]
    for weekday, name in enumerate(_DAYS):
        pieces.append(_words(_LEFT - 8, _TOP + weekday * _CELL + 19, name, "end"))
        for hour in range(24):
            pieces += _cell(counts, weekday, hour)
    return _picture(
        "Share of attempts that a person answered, by the person's weekday and hour",
        _LEFT + 24 * _CELL + 20,
        _TOP + 7 * _CELL + 12,
        pieces,
    )


def by_day(title: str, counted: Mapping[tuple[date, str], int]) -> str:
    """A bar for each day, of one colour for each kind, the most frequent first."""
    kinds = _kinds(counted)
    days = sorted({day for day, _ in counted})
    stacks = [[_many(counted, day, kind, kinds) for kind in kinds] for day in days]
    most = max(map(sum, stacks), default=0) or 1
    step = min(40.0, _WIDE / max(1, len(days)))
    pieces = [_words(_LEFT - 8, _TOP + 8, f"{most:,}", "end"), _words(_LEFT - 8, _TOP + _HIGH, "0", "end")]
    for place, (day, stack) in enumerate(zip(days, stacks, strict=True)):
        x = _LEFT + place * step
        for colour, many, until in zip(_COLOURS, stack, accumulate(stack), strict=False):
            high = _HIGH * many / most
            pieces.append(_box(x, _TOP + _HIGH * (1 - until / most), max(1.0, step - 2), high, colour))
        if place % max(1, round(60 / step)) == 0:
            pieces.append(_words(x, _TOP + _HIGH + 16, f"{day:%m-%d}"))
    for place, (kind, colour) in enumerate(zip(kinds, _COLOURS, strict=False)):
        y = _TOP + place * 20
        pieces.append(_box(_LEFT + _WIDE + 20, y, 12, 12, colour))
        pieces.append(_words(_LEFT + _WIDE + 38, y + 11, kind.replace("_", " ")))
    return _picture(title, _LEFT + _WIDE + 220, _TOP + _HIGH + 30, pieces)


def page(title: str, table: Sequence[tuple[str, str]], pictures: Mapping[str, str]) -> str:
    """One page of HTML with all figures and pictures, that needs nothing else."""
    rows = "\n".join(f"<tr><td>{escape(name)}</td><td>{escape(told)}</td></tr>" for name, told in table)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>body{font:14px sans-serif;margin:2em;color:#333} td{padding:2px 16px 2px 0}"
        "svg{max-width:100%;height:auto;display:block;margin:1em 0}</style>"
        f"<h1>{escape(title)}</h1><table>{rows}</table>{''.join(pictures.values())}</html>\n"
    )


def _cell(counts: Counts, weekday: int, hour: int) -> list[str]:
    attempts = counts.cells[weekday, hour, "attempts"]
    if not attempts:
        return []
    share = counts.cells[weekday, hour, "humans"] / attempts
    x, y = _LEFT + hour * _CELL, _TOP + weekday * _CELL
    colour = f"rgb({round(235 - 176 * share)},{round(241 - 131 * share)},{round(248 - 83 * share)})"
    light = ' style="fill:#fff"' if share > 0.5 else ""
    told = f'<text x="{x + _CELL / 2}" y="{y + 19}" {_TEXT}{light} text-anchor="middle">{share:.0%}</text>'
    return [_box(x, y, _CELL - 1, _CELL - 1, colour), told.replace('font-size="12"', 'font-size="9"')]


def _kinds(counted: Mapping[tuple[date, str], int]) -> list[str]:
    sums: dict[str, int] = {}
    for (_, kind), many in counted.items():
        sums[kind] = sums.get(kind, 0) + many
    kinds = sorted(sums, key=lambda kind: (-sums[kind], kind))
    return (
        [str(kind) for kind in kinds] if len(kinds) <= _KINDS else [*map(str, kinds[: _KINDS - 1]), "others"]
    )


def _many(counted: Mapping[tuple[date, str], int], day: date, kind: str, kinds: Sequence[str]) -> int:
    if kind != "others":
        return counted.get((day, kind), 0)
    return sum(many for (on, one), many in counted.items() if on == day and one not in kinds)


def _picture(title: str, width: float, height: float, pieces: Sequence[str]) -> str:
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
            f'<text x="8" y="18" {_TEXT} font-weight="bold">{escape(title)}</text>',
            *pieces,
            "</svg>\n",
        )
    )


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _words(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {_TEXT} text-anchor="{anchor}">{escape(words)}</text>'
