"""The ways between cards, with what is heard on them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from voicebot.drawing.cards import PAD
from voicebot.drawing.layers import Edge, Layout
from voicebot.drawing.picture import Kind, Picture
from voicebot.drawing.shapes import text
from voicebot.drawing.text import fitted, width_of


def ways(drawn: Picture, placed: Layout) -> Iterator[str]:
    """Lines from card to card; those that lead back are dashed."""
    for edge, route in placed.routes.items():
        down = route[-1].y > route[0].y
        points = _points(drawn, edge, placed, down=down)
        style = "way" if down else "way back"
        yield f'<path class="{style}" d="{_curve(points)}" marker-end="url(#tip)"/>'


def _points(drawn: Picture, edge: Edge, placed: Layout, *, down: bool) -> list[tuple[float, float]]:
    """Where the way of an edge goes straight down, or up: ends of cards, and both ends of way points."""
    route = placed.routes[edge]
    first, last = route[0], route[-1]
    leave = first.y + first.height if down else first.y
    arrive = last.y - 2 if down else last.y + last.height + 2
    points = [(_port(drawn, edge, placed, edge[0], down=down), leave)]
    for box in route[1:-1]:
        ends = [(box.x, box.y), (box.x, box.y + box.height)]
        points += ends if down else ends[::-1]
    return [*points, (_port(drawn, edge, placed, edge[1], down=not down), arrive)]


def _port(drawn: Picture, edge: Edge, placed: Layout, at: str, *, down: bool) -> float:
    """Where an edge touches its card: all on one side share it from left to right, by their labels."""
    touching = []
    for other, route in placed.routes.items():
        if at in other:
            beside = route[1] if other[0] == at else route[-2]
            if (beside.y > placed.boxes[at].y) == down:
                room = width_of(_label(drawn, other), 11) + 20 if other[0] == at else 40
                touching.append((beside.x, other, room))
    touching.sort()
    box = placed.boxes[at]
    taken = width_of(_arrival(drawn, at), 11) if not down else 0.0
    wanted = fsum(room for *_, room in touching)
    scale = min(1.0, (box.width - taken) / wanted)
    spare = (box.width - taken - scale * wanted) / (len(touching) + 1)
    x = box.x - box.width / 2 + taken
    for _, other, room in touching:
        x += spare + scale * room / 2
        if other == edge:
            break
        x += scale * room / 2
    return x


def _label(drawn: Picture, edge: Edge) -> str:
    way = next(way for way in drawn.cards[edge[0]].ways if way.target == edge[1])
    return fitted(", ".join(way.labels), 150, 11)


def _curve(points: Sequence[tuple[float, float]]) -> str:
    (x, y), *rest = points
    path = f"M{x:.1f} {y:.1f}"
    for x_next, y_next in rest:
        half = (y + y_next) / 2
        path += f"C{x:.1f} {half:.1f} {x_next:.1f} {half:.1f} {x_next:.1f} {y_next:.1f}"
        x, y = x_next, y_next
    return path


def labels(drawn: Picture, placed: Layout) -> Iterator[str]:
    """What is heard or happens, where a line begins."""
    for edge, route in placed.routes.items():
        if label := _label(drawn, edge):
            down, box = route[-1].y > route[0].y, placed.boxes[edge[0]]
            y = box.y + box.height + 16 if down else box.y - 8
            x = _port(drawn, edge, placed, edge[0], down=down)
            yield text(x, y, label, "label", anchor="middle")


def arrivals(drawn: Picture, placed: Layout) -> Iterator[str]:
    """What leads to a card from anywhere in the conversation, or from people."""
    for name, box in placed.boxes.items():
        if words := _arrival(drawn, name):
            yield text(box.x - box.width / 2 + PAD, box.y - 6, words, "small grey")


def _arrival(drawn: Picture, name: str) -> str:
    jumps = (*drawn.anywhere.items(), *drawn.once_verified.items())
    people = (card for card in drawn.cards.values() if card.kind is Kind.TRANSFER)
    come = [heard for heard, target in jumps if target == name]
    come += [f"nobody takes {card.name}" for card in people if name in (way.target for way in card.ways)]
    return fitted("↳ " + ", ".join(dict.fromkeys(come)), 190, 11) if come else ""
