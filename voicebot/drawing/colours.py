"""The colours of a flow's picture. Pure."""

from __future__ import annotations

from typing import NamedTuple

from voicebot.disposition import Disposition
from voicebot.drawing.picture import Card, Kind


class Colour(NamedTuple):
    """A light one to write on, and a dark one for edges."""

    light: str
    dark: str


COLOURS = {
    Kind.TELL: Colour("#e8edf3", "#5b6b7d"),
    Kind.ASK: Colour("#dcebfb", "#2f6fb3"),
    Kind.VERIFY: Colour("#e9e0f7", "#7347ad"),
    Kind.READ_BACK: Colour("#fdebd2", "#c0741a"),
    Kind.ASSIGN: Colour("#eef0ee", "#7c867c"),
    Kind.CALL: Colour("#f3eefa", "#9a86b8"),
    Kind.CHOOSE: Colour("#d9f2ef", "#23857a"),
    Kind.RECORD: Colour("#d8f0da", "#2e8540"),
    Kind.TRANSFER: Colour("#fff3c4", "#a98307"),
    Kind.END: Colour("#f0f0f0", "#6b6b6b"),
}
PRIVATE = "#a3263f"
"""What reveals the debt."""
_GOOD, _BAD = Colour("#d8f0da", "#2e8540"), Colour("#fbdfe0", "#b3372f")
_KEPT = {Disposition.RPC_PROMISE, Disposition.RPC_PARTIAL_PROMISE}
_STOPPED = {Disposition.DNC, Disposition.OPT_OUT_VOICE, Disposition.WRONG_PARTY, Disposition.DECEASED}


def colour_of(card: Card) -> Colour:
    """The colour of a state: by its kind, and of an ending by how good it is."""
    if card.kind is Kind.END and card.disposition in _KEPT:
        return _GOOD
    if card.kind is Kind.END and card.disposition in _STOPPED:
        return _BAD
    return COLOURS[card.kind]
