from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from voicebot.dialogue.reading.located_yaml import read_yaml
from voicebot.dialogue.reading.yaml_traps import Position, UnreadableYaml


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("on: {yes: pay, no: stop, off: x}", {"on": {"yes": "pay", "no": "stop", "off": "x"}}),
        ("a: true\nb: false", {"a": True, "b": False}),
        ("a: 12\nb: -3\nc: 0", {"a": 12, "b": -3, "c": 0}),
        ("digits: 0012", {"digits": "0012"}),  # YAML 1.1 makes it ten
        ("time: 12:30", {"time": "12:30"}),  # YAML 1.1 makes it 750
        ("amount: 250.10", {"amount": Decimal("250.10")}),
        ("day: 2026-12-01", {"day": "2026-12-01"}),
        ("none: ~\nempty:", {"none": None, "empty": None}),
        ("1: yes", {"1": "yes"}),
        ("", None),
        ("- a\n- [b]", ["a", ["b"]]),
        ("n: " + "9" * 5000, {"n": "9" * 5000}),
    ],
)
def test_words_stay_words_and_decimals_exact(text: str, data: Any) -> None:
    assert read_yaml(text).data == data


def test_everything_has_its_place() -> None:
    document = read_yaml("states:\n  greet:\n    say: hello\n")
    assert document.where(("states", "greet", "say")) == Position(3, 10)
    assert document.where(("states", "greet", "say"), key=True) == Position(3, 5)


def test_what_is_missing_is_looked_for_around_its_place() -> None:
    document = read_yaml("states:\n  greet:\n    say: hello\n")
    assert document.where(("states", "greet", "then"), key=True) == Position(2, 3)


def test_every_duplicate_is_named() -> None:
    document = read_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert document.mistakes == [
        (Position(2, 11), "'c' is written twice: keep one"),
        (Position(3, 1), "'a' is written twice: keep one"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a:\n\tb: 1", 2, "a tab cannot indent YAML: use spaces"),
        ("say: Hello: you", 1, "a second colon on this line: put the text in quotes"),
        ("a: 1\nb: {c: 1, d: [1\ne: 2", 3, "the [ of line 2 is not closed: ] is missing"),
        ("a:\tb", 1, "a tab cannot indent YAML: use spaces"),
        ("say: {{ name }}", 1, "put a text with {{ ... }} in quotes"),
        ("say: {en: Dear {{ name }}}", 1, "put a text with {{ ... }} in quotes"),
        ("say: {en: 'When's that?'}", 1, "a quote in the middle of a text ends it"),
        ('say: "When', 1, "a quote is opened here and never closed"),
        ("*: human", 1, 'a word that begins with * or & needs quotes, such as "*"'),
        ("say: @home", 1, "a text that begins with @ needs quotes"),
        ("id: a\nstart greet\nb: 1", 2, "a key needs a colon and a space behind it"),
        ("id: a\n  start: greet", 2, "indented deeper than the line before"),
        ("a:\n   b: 1\n  c: 2", 3, "indented otherwise than the lines it belongs to"),
        ("a: 1\n---\nb: 2", 2, "expected a single document"),
        ("? [a]\n: b", 1, "a key must be a word"),
        ("a: 1\nb: \x07", 2, "a character that YAML does not allow"),
        ("a: 1\nb: &x [c]", 2, "anchors and aliases are not read: write it out here"),
        ("b: *x", 1, "anchors and aliases are not read: write it out here"),
        ("a: !!int x", 1, "tags are not read: write the plain value"),
        ("a: " + "[" * 5000, 1, "more than 40 levels deep: no flow needs that"),
        ("".join(f"{' ' * level}a:\n" for level in range(500)), 41, "more than 40 levels deep"),
        ("a: 1\n" * 60_000, 1, "longer than 250,000 characters: split it into several files"),
    ],
)
def test_what_is_no_yaml_is_explained(text: str, line: int, message: str) -> None:
    with pytest.raises(UnreadableYaml) as fault:
        read_yaml(text)
    assert fault.value.position.line == line
    assert message in fault.value.message


def test_bomb_of_aliases_is_refused_at_its_fuse() -> None:
    floors = [f"a{floor}: &a{floor} [{', '.join([f'*a{floor - 1}'] * 9)}]" for floor in range(1, 10)]
    with pytest.raises(UnreadableYaml) as fault:
        read_yaml("\n".join(["a0: &a0 [x]", *floors]))
    assert fault.value.position == Position(1, 5)
