"""The vocabulary of a SentencePiece model (``bpe.model``) as the text that sherpa-onnx reads. Pure.

A ModelProto is a protocol buffer whose field 1 repeats the pieces, each with its text (field 1) and its score
(field 2): https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator


def vocabulary(model: bytes) -> str:
    """A line for each piece, ``piece<TAB>score``, in their order.

    Raises:
        ValueError: these bytes are no SentencePiece model.
    """
    try:
        pieces = [dict(_fields(value)) for number, value in _fields(model) if number == 1]
        lines = [f"{piece[1].decode()}\t{_score(piece)}\n" for piece in pieces]
    except (IndexError, KeyError, struct.error, UnicodeDecodeError) as error:
        raise ValueError("no SentencePiece model") from error
    if not lines:
        raise ValueError("no SentencePiece model")
    return "".join(lines)


def _score(piece: dict[int, bytes]) -> str:
    (score,) = struct.unpack("<f", piece.get(2, bytes(4)))
    return f"{score:g}"


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """The number of each field, with its content where that has a length of its own or a fixed one."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                _, at = _varint(message, at)
                continue
            case 1:
                size = 8
            case 2:
                size, at = _varint(message, at)
            case 5:
                size = 4
            case _:
                raise KeyError(key)
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
