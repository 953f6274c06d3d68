"""YAML 1.2 with the line and column of everything in it. Pure.

Plain PyYAML reads ``on: {yes: pay}`` as ``{True: {True: 'pay'}}``, ``0012`` as ten and swallows
duplicate keys. Here words stay words, numbers with a leading zero stay text, decimals are exact, keys
are always text, and a duplicate key is a problem. A stranger's file is read as safely as one's own: anchors,
tags, depth and size are refused before they cost anything.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml

from voicebot.dialogue.language.problems import Path
from voicebot.dialogue.reading.yaml_traps import Position, UnreadableYaml, explained

LARGEST = 250_000
"""Characters of a document: many times the longest flow, and still read in seconds."""
DEEPEST = 40
"""Mappings and lists inside one another."""


@dataclass(slots=True)
class Document:
    """Plain data, and where each piece of it was written."""

    data: Any = None
    file: str = ""
    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)
    mistakes: list[tuple[Position, str]] = field(default_factory=list)
    """What is wrong with how it is written, whatever it means."""

    def mistake(self, path: Path, message: str, *, key: bool = False) -> None:
        """Note that ``message`` is wrong at ``path``."""
        self.mistakes.append((self.where(path, key=key), message))

    def where(self, path: Path, *, key: bool = False) -> Position:
        """The place of ``path``, or of the nearest thing around it that was written."""
        places = self.keys if key else self.values
        for length in range(len(path), -1, -1):
            if path[:length] in places:
                return places[path[:length]]
        return Position(1, 1, self.file)


class _Yaml12(yaml.SafeLoader):
    """The core schema of YAML 1.2, without aliases or tags, and only so deep."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  # PyYAML's own
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The next node, if it may stand here."""
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) is not None:
            raise UnreadableYaml(_position(event), "anchors and aliases are not read: write it out here")
        if getattr(event, "tag", None) is not None:
            raise UnreadableYaml(_position(event), "tags are not read: write the plain value")
        if self.depth > DEEPEST:
            raise UnreadableYaml(_position(event), f"more than {DEEPEST} levels deep: no flow needs that")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"~|null|", ["~", "n", ""]),
    ("int", r"[-+]?(0|[1-9][0-9]{0,17})", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", "-+0123456789"),
):
    _Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


_READ_OTHERWISE = "\t\ufeff"
"""Libyaml takes these where PyYAML does not, or counts columns without them."""


class _ByLibyaml(_Yaml12):
    """The same from the events of libyaml, in a tenth of the time."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        parser = yaml.CLoader(text)
        for method in ("check_event", "get_event", "peek_event"):
            setattr(self, method, getattr(parser, method))


def read_yaml(text: str, file: str = "") -> Document:
    """The document that ``text`` of ``file`` holds.

    Raises:
        UnreadableYaml: it is not YAML, or more of it than any flow needs.
    """
    if len(text) > LARGEST:
        raise UnreadableYaml(
            Position(1, 1), f"longer than {LARGEST:,} characters: split it into several files"
        )
    document = Document(file=file)
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as fault:
        raise explained(fault, text) from None
    except yaml.reader.ReaderError as fault:
        line = text.count("\n", 0, fault.position) + 1
        raise UnreadableYaml(Position(line, 1), "a character that YAML does not allow") from None
    if node is not None:
        document.data = _build(node, (), document)
    return document


@lru_cache(maxsize=256)  # a part is read for every flow that it is in, and composing takes most of a check
def _composed(text: str) -> yaml.Node | None:
    if yaml.__with_libyaml__ and not any(sign in text for sign in _READ_OTHERWISE):
        with suppress(yaml.YAMLError, UnicodeError):  # what is no YAML is explained by the words of PyYAML
            return yaml.compose(text, Loader=_ByLibyaml)
    return yaml.compose(text, Loader=_Yaml12)


def _build(node: yaml.Node, path: Path, document: Document) -> Any:
    document.values[path] = _position(node, document.file)
    match node:
        case yaml.MappingNode():
            return _mapping(node, path, document)
        case yaml.SequenceNode():
            return [_build(item, (*path, index), document) for index, item in enumerate(node.value)]
        case _:
            return _scalar(node.tag.rpartition(":")[2], node.value)


def _mapping(node: yaml.MappingNode, path: Path, document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise UnreadableYaml(
                _position(key_node), "a key must be a word; put a text with {{ ... }} in quotes"
            )
        key, at = key_node.value, _position(key_node, document.file)
        if key in found:
            document.mistakes.append((at, f"{key!r} is written twice: keep one"))
        document.keys[(*path, key)] = at
        found[key] = _build(value_node, (*path, key), document)
    return found


def _scalar(tag: str, value: str) -> Any:
    match tag:
        case "bool":
            return value == "true"
        case "null":
            return None
        case "int":
            return int(value)
        case "float":
            return Decimal(value)
        case _:
            return value


def _position(piece: yaml.Node | yaml.Event, file: str = "") -> Position:
    mark = piece.start_mark
    return Position(mark.line + 1, mark.column + 1, file) if mark else Position(1, 1, file)
