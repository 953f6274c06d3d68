"""The damage must reach every place, or the readers' tests would show nothing."""

from __future__ import annotations

import json
import random
from itertools import islice

from tests.fuzz.mutate import confused, damaged, inputs, json_inputs, pieces

SAMPLE = {"type": "x", "channel": {"id": "1", "caller": {"name": "Ana"}}, "args": ["a", "b"]}


def test_a_seed_gives_the_same_damage_each_time() -> None:
    assert list(inputs(1, [b"voice"], 500)) == list(inputs(1, [b"voice"], 500))
    assert list(json_inputs(1, [SAMPLE], 500)) == list(json_inputs(1, [SAMPLE], 500))
    assert list(inputs(1, [b"voice"], 500)) != list(inputs(2, [b"voice"], 500))


def test_every_byte_is_damaged_and_pieces_of_other_messages_come_in() -> None:
    dice = random.Random(1)
    variants = [damaged(dice, [b"abcdefgh", b"12345678"]) for _ in range(2000)]
    for at in range(8):
        assert any(
            variant[at : at + 1] not in (b"abcdefgh"[at : at + 1], b"12345678"[at : at + 1])
            for variant in variants
        )
    assert any(b"ab" in variant and b"78" in variant for variant in variants)
    assert any(len(variant) < 4 for variant in variants)
    assert any(len(variant) > 16 for variant in variants)


def test_every_value_of_a_message_becomes_something_else() -> None:
    dice = random.Random(1)
    variants = [json.dumps(confused(dice, SAMPLE)) for _ in range(1000)]
    for part in ('"type": "x"', '"id": "1"', '"name": "Ana"', '["a", ', '"b"]', '"channel"', '"args"'):
        assert any(part not in variant for variant in variants)
    assert any("NaN" in variant for variant in variants)
    assert any(r'"\ud800"' in variant for variant in variants)


def test_some_json_is_deeper_than_it_can_be_read_and_some_is_not() -> None:
    texts = [text for text in islice(json_inputs(1, [SAMPLE]), 5000) if b"[[[" in text]
    assert any(b"[" * 20_000 in text for text in texts)
    assert any(_is_json(text) for text in texts)


def test_pieces_make_up_the_whole() -> None:
    cut = list(pieces(random.Random(1), bytes(range(100)), 7))
    assert b"".join(cut) == bytes(range(100))
    assert max(map(len, cut)) <= 7


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
