"""What belongs to no one place in a conversation: jumps, keys, people, endings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voicebot.drawing.colours import colour_of
from voicebot.drawing.picture import Card, Kind, Picture
from voicebot.drawing.shapes import ROW, Chip, chip, text
from voicebot.drawing.text import width_of

PANEL, COLUMN = 380.0, 140.0
"""Widths of all of it, and of what stands on the left."""


def panel(drawn: Picture) -> tuple[list[str], float]:
    """What belongs to no place in the conversation, and how tall that is."""
    pieces: list[str] = []
    y = 0.0
    for title, rows in (
        ("Heard in every state that listens", list(_jumps(drawn, drawn.anywhere))),
        ("Heard once the right party is verified", list(_jumps(drawn, drawn.once_verified))),
        (
            "Keys that work anywhere",
            [[_plain(f"{key}  is  {means.replace('_', ' ')}")] for key, means in drawn.keys.items()],
        ),
        ("To people", list(_people(drawn))),
        ("Endings", list(_endings(drawn))),
    ):
        if rows:
            made, y = _section(title, rows, y)
            pieces += made
    return pieces, y


def _section(title: str, rows: Iterable[list[Chip]], y: float) -> tuple[list[str], float]:
    pieces = [text(0, y + 14, title, "name"), f'<path d="M0 {y + 21:.0f}h{PANEL:.0f}" stroke="#c8d0d9"/>']
    y += 30
    for row in rows:
        x = 0.0
        for one in row:
            pieces.append(chip(x, y, one))
            x += one.width + 6
        y += ROW
    return pieces, y + 18


def _jumps(drawn: Picture, jumps: dict[str, str]) -> Iterator[list[Chip]]:
    for heard, target in jumps.items():
        yield [_plain(heard, width=COLUMN), _to(drawn.cards[target])]


def _people(drawn: Picture) -> Iterator[list[Chip]]:
    for card in drawn.cards.values():
        if card.kind is Kind.TRANSFER:
            failed = next(iter(card.ways))
            skills = f" ({', '.join(card.skills)})" if card.skills else ""
            taken = card.disposition.value if card.disposition else ""
            yield [_to(card, COLUMN), _plain(f"queue {card.queue}{skills}: {taken}")]
            yield [_plain("nobody there →", width=COLUMN), _to(drawn.cards[failed.target])]


def _endings(drawn: Picture) -> Iterator[list[Chip]]:
    for card in drawn.cards.values():
        if card.kind is Kind.END and card.disposition:
            yield [_to(card, COLUMN), _plain(card.disposition.value)]


def _to(card: Card, width: float = 0.0) -> Chip:
    return Chip(card.name, max(width, width_of(card.name, 11) + 12), colour_of(card))


def _plain(words: str, width: float = 0.0) -> Chip:
    return Chip(words, max(width, width_of(words, 11) + 8))
