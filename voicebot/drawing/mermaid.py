"""A flow as Mermaid text, which forges and wikis draw by themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from voicebot.drawing.colours import COLOURS, PRIVATE
from voicebot.drawing.picture import Card, Kind, Picture

_SHAPES = {
    Kind.TELL: ("[", "]"),
    Kind.ASK: ("([", "])"),
    Kind.VERIFY: ("{{", "}}"),
    Kind.READ_BACK: ("[[", "]]"),
    Kind.ASSIGN: ("[/", "/]"),
    Kind.CALL: ("[/", "\\]"),
    Kind.CHOOSE: ("{", "}"),
    Kind.RECORD: ("[(", ")]"),
    Kind.TRANSFER: (">", "]"),
    Kind.END: ("(", ")"),
}
LONGEST = 60
"""Characters of a state's words."""


def mermaid(drawn: Picture) -> str:
    """The flow as a Mermaid flowchart."""
    return "\n".join(["flowchart TD", *(f"  {line}" for line in _lines(drawn))]) + "\n"


def _lines(drawn: Picture) -> Iterator[str]:
    groups = {"To people": Kind.TRANSFER, "Endings": Kind.END}
    yield from (_node(card) for card in drawn.cards.values() if not card.leaves)
    for place, (title, kind) in enumerate(groups.items()):
        yield f'subgraph group{place}["{title}"]'
        yield from (f"  {_node(card)}" for card in drawn.cards.values() if card.kind is kind)
        yield "end"
    yield f"begin((start)) --> {_id(drawn.start)}"
    for card in drawn.cards.values():
        for way in card.ways:
            label = f"|{_text(', '.join(way.labels))}|" if way.labels else ""
            yield f"{_id(card.name)} -->{label} {_id(way.target)}"
    for place, (title, jumps) in enumerate(
        (("heard anywhere", drawn.anywhere), ("once verified", drawn.once_verified))
    ):
        if jumps:
            yield f'jumps{place}{{{{"{title}"}}}}'
        for heard, target in jumps.items():
            yield f"jumps{place} -.->|{_text(heard)}| {_id(target)}"
    for kind, colour in COLOURS.items():
        yield f"classDef kind_{kind.name.lower()} fill:{colour.light},stroke:{colour.dark},color:#1c2733"
    yield f"classDef private stroke:{PRIVATE},stroke-width:3px"
    for card in drawn.cards.values():
        yield f"class {_id(card.name)} kind_{card.kind.name.lower()}"
        if card.private:
            yield f"class {_id(card.name)} private"


def _node(card: Card) -> str:
    begin, end = _SHAPES[card.kind]
    words = card.words if len(card.words) <= LONGEST else card.words[: LONGEST - 1].rstrip() + "…"
    notes = [f"notice: {', '.join(card.notices)}"] if card.notices else []
    notes += [card.disposition.value] if card.disposition else []
    notes += ["→ back to the question"] if card.back else []
    lines = "<br/>".join([card.name, words.replace("<", "#lt;"), *notes])
    return f"{_id(card.name)}{begin}{_text(lines)}{end}"


def _id(name: str) -> str:
    return f"s_{name.replace('.', '__')}"  # Mermaid keeps dots, and names such as "end", for itself


def _text(words: str) -> str:
    return '"' + words.replace('"', "#quot;") + '"'
