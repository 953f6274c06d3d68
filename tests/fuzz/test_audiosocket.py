from __future__ import annotations

import random
from uuid import UUID

from tests.fuzz.mutate import MANY, inputs, pieces
from voicebot.media.audiosocket_protocol import (
    CALL_NAMED,
    ERROR,
    HANG_UP_MESSAGE,
    KEY,
    SAMPLING_RATES,
    TELEPHONE_KEYS,
    AudioSocketError,
    CallNamed,
    Key,
    Message,
    MessageReader,
    PeerFailed,
    Sound,
    header,
)

CALL = UUID("40325ec2-5efd-4bd3-805f-53576e581d13")


def wire(kind: int, payload: bytes) -> bytes:
    return header(kind, len(payload)) + payload


NAME = wire(CALL_NAMED, CALL.bytes)
STREAMS = (
    NAME + wire(0x10, b"\1\2" * 20) + wire(KEY, b"#") + HANG_UP_MESSAGE,
    NAME + wire(0x12, b"\3\4" * 10) + wire(KEY, b"f") + wire(KEY, b"d") + wire(ERROR, b"\4"),
    NAME + wire(0x18, b"") + wire(ERROR, b""),
    HANG_UP_MESSAGE,
)


def test_any_stream_is_messages_up_to_the_one_error_however_it_is_cut() -> None:
    dice, wrong, many = random.Random(10), 0, 0
    for stream in inputs(10, STREAMS):
        messages, reason = read(stream)
        assert read(*pieces(dice, stream, 30)) == (messages, reason)
        assert_sound(messages, stream)
        wrong += reason != ""
        many += len(messages) > 1
    assert min(wrong, many) > MANY * 0.2


def read(*chunks: bytes) -> tuple[list[Message], str]:
    """All messages, and the reason why reading stopped, if it did."""
    reader, messages = MessageReader(), list[Message]()
    try:
        for chunk in chunks:
            messages.extend(reader.feed(chunk))
    except AudioSocketError as error:
        return messages, error.reason
    return messages, ""


def assert_sound(messages: list[Message], stream: bytes) -> None:
    """The call is named once, before anything is heard, and what is heard was in the stream."""
    named = False
    for message in messages:
        match message:
            case CallNamed(call_id=call_id):
                assert not named
                assert UUID(call_id).bytes in stream
                named = True
            case Sound(pcm=pcm, kind=kind):
                assert named
                assert len(pcm) % 2 == 0
                assert wire(kind, pcm) in stream
                assert kind in SAMPLING_RATES
            case Key(key=key):
                assert named
                assert key in TELEPHONE_KEYS
            case PeerFailed(code=code):
                assert 0 <= code < 256
