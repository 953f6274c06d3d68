"""What a bad line, a broken peer or a stranger makes of a message. Pure.

Everything is drawn from a seed: what failed once fails again.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

MANY: Final = 100_000
"""Inputs for each reader."""
MOST_GARBAGE_BYTES: Final = 64
MOST_EDITS: Final = 4
MOST_DEPTH: Final = 30_000
"""Of nested lists: deeper than any Python's JSON reader goes; most are about as deep as it does."""

_TELLING: Final = b"\x00\x01\x7f\x80\xff\r\n\t {}[]\"\\:,;=<>%/@'-.09aAe"
"""Bytes that mean something to one reader or another."""
_DEEP: Final = "(a deep nest)"
_STRANGE: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1.5, 1e308, 2**31, 2**63, 2**64, 10**400),
    *(float("nan"), float("inf"), float("-inf")),
    *("", " ", "0", "-1", "1e9", "9" * 400, "x" * 1000, "\0", "\n", "ñ", "\ud800", "a\udfffb", "😀"),
    *([], [[]], [None], ["", 0, {}], {}, {"": None}, {"id": None}, {"\ud800": 1}, _DEEP),
)


def inputs(seed: int, samples: Sequence[bytes], count: int = MANY) -> Iterator[bytes]:
    """``samples`` in every state of damage, and noise between them."""
    dice = random.Random(seed)
    for _ in range(count):
        yield damaged(dice, samples) if dice.random() < 0.8 else noise(dice)


def json_inputs(seed: int, samples: Sequence[Any], count: int = MANY) -> Iterator[bytes]:
    """Sound JSON in which things have other types than they should, damaged JSON, and noise."""
    dice = random.Random(seed)
    texts = [json.dumps(sample).encode() for sample in samples]
    for _ in range(count):
        chance = dice.random()
        if chance < 0.6:
            yield _confused_text(dice, dice.choice(samples)).encode()
        else:
            yield damaged(dice, texts) if chance < 0.95 else noise(dice)


def noise(dice: random.Random) -> bytes:
    """Random bytes."""
    return dice.randbytes(_up_to(dice, MOST_GARBAGE_BYTES))


def damaged(dice: random.Random, samples: Sequence[bytes]) -> bytes:
    """One of ``samples`` after a few edits."""
    data = bytearray(dice.choice(samples))
    for _ in range(1 + _up_to(dice, MOST_EDITS - 1)):
        dice.choice(_EDITS)(dice, data, samples)
    return bytes(data)


def pieces(dice: random.Random, data: bytes, most: int) -> Iterator[bytes]:
    """``data`` as the network cuts it: in order, up to ``most`` bytes at a time."""
    at = 0
    while at < len(data):
        size = 1 + _up_to(dice, most - 1)
        yield data[at : at + size]
        at += size


def confused(dice: random.Random, value: Any) -> Any:
    """The same JSON value, in which one thing has another type, is missing, or was not expected."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.1:
        return dice.choice(_STRANGE)
    if isinstance(value, list):
        at = _up_to(dice, len(value) - 1)
        return [*value[:at], confused(dice, value[at]), *value[at + 1 :]]
    name = dice.choice(list(value))
    chance = dice.random()
    if chance < 0.1:
        return {other: value[other] for other in value if other != name}
    if chance < 0.2:
        return {**value, str(dice.choice(_STRANGE)): value[name]}
    return {**value, name: confused(dice, value[name])}


def _confused_text(dice: random.Random, value: Any) -> str:
    for _ in range(1 + _up_to(dice, 2)):
        value = confused(dice, value)
    text = json.dumps(value)
    if _DEEP not in text:
        return text
    depth = int(
        dice.random() ** 4 * MOST_DEPTH
    )  # as text: json.dumps does not go as deep as its reader is to be led
    return text.replace(f'"{_DEEP}"', "[" * depth + "]" * depth)


# Edits


def _flip(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[_up_to(dice, len(data) - 1)] ^= 1 << _up_to(dice, 7)


def _overwrite(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[_up_to(dice, len(data) - 1)] = dice.choice(_TELLING)


def _insert(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = _up_to(dice, len(data))
    data[at:at] = dice.randbytes(1 + _up_to(dice, 3))


def _remove(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = _up_to(dice, len(data))
    del data[at : at + 1 + _up_to(dice, 7)]


def _cut(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    del data[_up_to(dice, len(data)) :]


def _repeat(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    begin, at = _up_to(dice, len(data)), _up_to(dice, len(data))
    data[at:at] = data[begin : begin + _up_to(dice, MOST_GARBAGE_BYTES)] * (1 + _up_to(dice, 2))


def _splice(dice: random.Random, data: bytearray, samples: Sequence[bytes]) -> None:
    other = dice.choice(samples)
    data[_up_to(dice, len(data)) :] = other[_up_to(dice, len(other)) :]


def _repeat_line(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    """A header that comes twice; of what has no lines, all of it."""
    lines = data.splitlines(keepends=True)
    if lines:
        at = _up_to(dice, len(lines) - 1)
        data[:] = b"".join((*lines[: at + 1], *lines[at:]))


_EDITS: Final[tuple[Callable[[random.Random, bytearray, Sequence[bytes]], None], ...]] = (
    _flip,
    _overwrite,
    _insert,
    _remove,
    _cut,
    _repeat,
    _splice,
    _repeat_line,
)


def _up_to(dice: random.Random, most: int) -> int:
    """From 0 to ``most``; several times as fast as ``randrange``, and even enough for damage."""
    return int(dice.random() * (most + 1))
