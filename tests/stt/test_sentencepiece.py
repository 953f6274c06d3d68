from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given, strategies

from voicebot.stt.sentencepiece import vocabulary


def field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def piece(text: str, score: float, kind: int = 1) -> bytes:
    return field(1, field(1, text.encode()) + bytes([0x15]) + struct.pack("<f", score) + bytes([0x18, kind]))


def test_pieces_come_with_their_scores_in_order_and_the_rest_is_skipped() -> None:
    trainer = field(2, b"settings of its training") + bytes([0x18, 0x96, 0x01])
    model = piece("<unk>", 0, kind=2) + piece("▁YES", -1.5) + trainer + piece("Ñ", -2)
    assert vocabulary(model) == "<unk>\t0\n▁YES\t-1.5\nÑ\t-2\n"


@pytest.mark.parametrize("content", [b"", b"no model", piece("x", 1)[:-1] + b"\xff", field(1, b"\x0a")])
def test_what_is_no_model_is_said_so(content: bytes) -> None:
    with pytest.raises(ValueError, match="no SentencePiece model"):
        vocabulary(content)


@given(strategies.binary(max_size=80))
def test_no_bytes_break_it_otherwise(content: bytes) -> None:
    with suppress(ValueError):
        vocabulary(content)
