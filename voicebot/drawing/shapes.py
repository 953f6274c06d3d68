"""The small things that a picture is made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from voicebot.drawing.colours import Colour

ROW = 22.0
"""Height of a row of pills."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words, in a pill where they have a colour."""

    text: str
    width: float
    colour: Colour | None = None


def chip(x: float, y: float, drawn: Chip) -> str:
    """A chip with its upper left corner at ``x``, ``y``."""
    if drawn.colour is None:
        return text(x, y + 13, drawn.text, "small")
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{drawn.width:.1f}" height="18" rx="9" '
        f'fill="{drawn.colour.light}" stroke="{drawn.colour.dark}"/>'
        + text(x + drawn.width / 2, y + 13, drawn.text, "small", anchor="middle")
    )


def text(x: float, y: float, words: str, style: str = "", anchor: str = "") -> str:
    """Words on the line ``y``, in a style of the picture's."""
    kind = f' class="{style}"' if style else ""
    where = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{kind}{where}>{escape(words)}</text>'
