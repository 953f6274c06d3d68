"""How wide words are at most, in the plain sans-serif fonts that viewers have. Pure."""

from __future__ import annotations

from math import fsum

# Measured by DejaVu Sans, the widest of them.
_NARROW, _WIDE = frozenset("iljtfrI.,:;'!|() ‹›"), frozenset("mwMWABCDEGHNOPQRSUVXYZ@%_→")
"""Signs narrower and wider than most."""


def width_of(words: str, size: float = 12) -> float:
    """The width of ``words`` in a font of ``size`` pixels."""
    ems = fsum(0.37 if sign in _NARROW else 0.78 if sign in _WIDE else 0.61 for sign in words)
    return ems * size


def fitted(words: str, width: float, size: float = 12) -> str:
    """``words``, cut to ``width`` with an ellipsis where they are wider."""
    if width_of(words, size) <= width:
        return words
    while words and width_of(words + "…", size) > width:
        words = words[:-1]
    return words.rstrip() + "…"


def wrapped(words: str, width: float, lines: int, size: float = 12) -> list[str]:
    """``words`` in at most ``lines`` lines of ``width``, the last one cut."""
    found: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and width_of(longer, size) > width:
            found.append(line)
            longer = word
        line = longer
    found += [line] if line else []
    if len(found) > lines:
        found = [*found[: lines - 1], fitted(" ".join(found[lines - 1 :]), width, size)]
    return [fitted(line, width, size) for line in found]
