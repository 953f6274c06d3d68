"""Files of a flow laid over one another: entries of the upper take the place of entries below. Pure.

An entry is one name of a section, such as one state or one message, or a whole key that holds no names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from voicebot.dialogue.language.problems import Path
from voicebot.dialogue.reading.located_yaml import Document
from voicebot.dialogue.reading.yaml_traps import Position


def lay_over(below: Sequence[Document], own: Document) -> Document:
    """What ``own`` says, and below it what the others say, each entry with the place where it is written.

    The order of entries is that of the files: those that lie below come first. Two of them that say an entry
    differently are a mistake, unless ``own`` settles it.
    """
    laid = Document(data={}, file=own.file, keys={}, values={})
    owners: dict[Path, Document] = {}
    settled = set(_entries(own))
    for layer in (*below, own):
        laid.mistakes += layer.mistakes
        for entry in _entries(layer):
            before = owners.setdefault(entry, layer)
            if before is not layer and entry not in settled and _at(before, entry) != _at(layer, entry):
                laid.mistakes.append(_said_differently(before, layer, entry))
            owners[entry] = layer
            _put(laid.data, entry, _at(layer, entry))
        _take_places(laid, layer, owners)
    return laid


def place(position: Position) -> str:
    """``flows/parts/people.yaml:12:3``."""
    return f"{position.file}:{position.line}:{position.column}"


def _entries(document: Document) -> Iterator[Path]:
    for key, value in document.data.items():
        yield from ((key, name) for name in value) if isinstance(value, dict) and value else ((key,),)


def _at(document: Document, path: Path) -> Any:
    found = document.data
    for step in path:
        found = found[step]
    return found


def _put(data: dict[str, Any], entry: Path, value: Any) -> None:
    section, *name = entry
    if not name:
        # An empty section says nothing, and takes nothing away.
        data[str(section)] = data.get(str(section), value) if value == {} else value
    elif isinstance(data.get(str(section)), dict):
        data[str(section)][name[0]] = value
    else:
        data[str(section)] = {name[0]: value}


def _said_differently(before: Document, layer: Document, entry: Path) -> tuple[Position, str]:
    said, elsewhere = ".".join(map(str, entry)), place(before.where(entry, key=True))
    message = f"{said!r} is written differently in {elsewhere}: keep one, or write it where both are included"
    return layer.where(entry, key=True), message


def _take_places(laid: Document, layer: Document, owners: dict[Path, Document]) -> None:
    """Remember where what ``layer`` owns is written."""
    for of_layer, of_laid in ((layer.keys, laid.keys), (layer.values, laid.values)):
        for path, position in of_layer.items():
            if owners.get(path[:2], owners.get(path[:1], layer)) is layer:
                of_laid[path] = position
