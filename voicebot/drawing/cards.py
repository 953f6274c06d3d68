"""A state as a card: what it does, what it says, and its ways to people and endings. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from voicebot.drawing.colours import COLOURS, PRIVATE, colour_of
from voicebot.drawing.layers import Box
from voicebot.drawing.picture import Card, Kind, Picture
from voicebot.drawing.shapes import ROW, Chip, chip, text
from voicebot.drawing.text import fitted, width_of, wrapped

CARD = 256.0
"""Width of a card."""
HEAD, LINE, PAD = 26.0, 16.0, 10.0
LINES = 3
"""Of a state's words, at most."""


def card_of(drawn: Picture, card: Card, box: Box) -> Iterator[str]:
    """The card in its place."""
    left, y = box.x - box.width / 2, box.y
    yield "<g>" + f"<title>{escape(f'{card.name}: {card.words}')}</title>"
    yield from _frame(card, left, y, box.width, box.height)
    yield text(left + PAD, y + 18, card.name, "name")
    yield text(left + box.width - PAD, y + 18, card.kind.value, "small grey", anchor="end")
    y += HEAD + LINE
    for line, style in _lines(card):
        yield text(left + PAD, y, line, style)
        y += LINE
    y += 2 - LINE / 2
    for row in _chip_rows(drawn, card):
        x = left + PAD
        for one in row:
            yield chip(x, y, one)
            x += one.width + 6
        y += ROW
    yield "</g>"


def _frame(card: Card, left: float, top: float, width: float, height: float) -> Iterator[str]:
    colour = COLOURS[card.kind]
    edge, stroke = (PRIVATE, 2.5) if card.private else (colour.dark, 1.4)
    size = f'x="{left:.1f}" y="{top:.1f}" width="{width:.0f}" height="{height:.0f}" rx="8"'
    head = f"M{left:.1f} {top + HEAD:.1f}v{8 - HEAD:.0f}q0-8 8-8h{width - 16:.0f}q8 0 8 8v{HEAD - 8:.0f}z"
    yield f'<rect {size} fill="#fff"/>'
    yield f'<path d="{head}" fill="{colour.light}"/>'
    yield f'<rect {size} fill="none" stroke="{edge}" stroke-width="{stroke}"/>'


def height_of(drawn: Picture, card: Card) -> float:
    """How tall the card is with all that stands in it."""
    return HEAD + PAD + len(_lines(card)) * LINE + len(_chip_rows(drawn, card)) * ROW + 4


def _lines(card: Card) -> list[tuple[str, str]]:
    """Words and notices, each with its style."""
    said = [(line, "") for line in wrapped(card.words, CARD - 2 * PAD, LINES)]
    return said + [(f"legal notice: {notice.replace('_', ' ')}", "small grey") for notice in card.notices]


def _chip_rows(drawn: Picture, card: Card) -> list[list[Chip]]:
    rows: list[list[Chip]] = []
    room = 0.0
    for one in _chips(drawn, card):
        if one.width + 6 > room:
            rows.append([])
            room = CARD - 2 * PAD
        rows[-1].append(one)
        room -= one.width + 6
    return rows


def _chips(drawn: Picture, card: Card) -> Iterator[Chip]:
    for way in card.ways:
        target = drawn.cards[way.target]
        if target.leaves or target is card:
            to = f" → {'asks again' if target is card else target.name}"
            words = fitted(", ".join(way.labels), CARD - 2 * PAD - 16 - width_of(to, 11), 11) + to
            yield Chip(words, width_of(words, 11) + 12, colour_of(target))
    if card.back:
        words = fitted(
            f"{', '.join(card.back.labels)} → back to the question".strip(), CARD - 2 * PAD - 16, 11
        )
        yield Chip(words, width_of(words, 11) + 12, COLOURS[Kind.ASK])
