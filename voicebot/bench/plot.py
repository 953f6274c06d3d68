"""Bars side by side, as an SVG picture. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

ROW, BAR, NAMES, VALUES = 26, 16, 190, 420
_TEXT = 'font-family="sans-serif" font-size="12" fill="#333"'


def bars(title: str, values: Mapping[str, float], unit: str) -> str:
    """One bar for each value, the longest as wide as the picture allows; nothing may be below zero."""
    most = max(values.values(), default=0.0) or 1.0
    rows = [
        _bar(28 + number * ROW, name, value, most, unit)
        for number, (name, value) in enumerate(values.items())
    ]
    width, height = NAMES + VALUES + 90, 36 + len(values) * ROW
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text x="8" y="18" {_TEXT} font-weight="bold">{escape(title)}</text>',
            *rows,
            "</svg>\n",
        )
    )


def _bar(y: int, name: str, value: float, most: float, unit: str) -> str:
    long = value / most * VALUES
    return (
        f'<text x="{NAMES - 8}" y="{y + 13}" {_TEXT} text-anchor="end">{escape(name)}</text>'
        f'<rect x="{NAMES}" y="{y}" width="{long:.1f}" height="{BAR}" rx="2" fill="#3b6ea5"/>'
        f'<text x="{NAMES + long + 6:.1f}" y="{y + 13}" {_TEXT}>{value:g}{escape(unit)}</text>'
    )
