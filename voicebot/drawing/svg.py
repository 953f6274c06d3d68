"""A flow as an SVG picture that needs no other program, font or script. Pure."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from voicebot.drawing.cards import CARD, card_of, height_of
from voicebot.drawing.colours import COLOURS, PRIVATE, Colour
from voicebot.drawing.layers import layout
from voicebot.drawing.panel import PANEL, panel
from voicebot.drawing.picture import Picture
from voicebot.drawing.shapes import Chip, chip, text
from voicebot.drawing.text import width_of
from voicebot.drawing.ways import arrivals, labels, ways

GAP, RANK_GAP = 34.0, 64.0
"""Between cards beside and above one another."""
MARGIN, TOP, BESIDE = 28.0, 92.0, 56.0
_STYLE = """
text{font:12px Helvetica,Arial,sans-serif;fill:#1c2733}
.title{font-size:24px;font-weight:bold} .name{font-weight:bold;font-size:13px} .small{font-size:11px}
.grey{fill:#5b6b7d} .way{fill:none;stroke:#5b6b7d;stroke-width:1.6} .back{stroke-dasharray:6 4}
.label{font-size:11px;font-weight:bold;paint-order:stroke;stroke:#fff;stroke-width:5px;stroke-linejoin:round}
"""
_TIP = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
    'orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="#5b6b7d"/></marker></defs>'
)


def svg(drawn: Picture) -> str:
    """The flow: its conversation as cards from top to bottom, people and endings in a panel beside them."""
    first = {drawn.start: drawn.cards[drawn.start]}
    cards = first | {name: card for name, card in drawn.cards.items() if not card.leaves}
    placed = layout(
        {name: (CARD, height_of(drawn, card)) for name, card in cards.items()},
        [(name, way.target) for name, card in cards.items() for way in card.ways if way.target in cards],
        gap=GAP,
        rank_gap=RANK_GAP,
    )
    beside, tall = panel(drawn)
    legend, legend_ends = _legend(drawn)
    aside = MARGIN + placed.width + BESIDE
    width = max(aside + PANEL, legend_ends) + MARGIN
    height = TOP + max(placed.height, tall) + MARGIN
    drawings = [
        *ways(drawn, placed),
        *(piece for name, card in cards.items() for piece in card_of(drawn, card, placed.boxes[name])),
        *labels(drawn, placed),
        *arrivals(drawn, placed),
    ]
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label={quoteattr(f"The flow {drawn.title}")}>',
        f"<style>{_STYLE}</style>",
        _TIP,
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        text(MARGIN, 40, drawn.title.replace("_", " "), "title"),
        *legend,
        f'<g transform="translate({MARGIN:.0f} {TOP:.0f})">',
        *drawings,
        f'</g><g transform="translate({aside:.0f} {TOP:.0f})">',
        *beside,
        "</g></svg>",
    ]
    return "\n".join(pieces) + "\n"


def _legend(drawn: Picture) -> tuple[list[str], float]:
    """What the colours mean, and where that ends."""
    there = {card.kind for card in drawn.cards.values()}
    told = [(kind.value, colour) for kind, colour in COLOURS.items() if kind in there]
    if any(card.private for card in drawn.cards.values()):
        told.append(("reveals the debt", Colour("#fff", PRIVATE)))
    pieces, x = [], MARGIN
    for words, colour in told:
        one = Chip(words, width_of(words, 11) + 18, colour)
        pieces.append(chip(x, 56, one))
        x += one.width + 8
    pieces.append(text(x + 8, 69, "dashed: leads back", "small grey"))
    return pieces, x + 120
