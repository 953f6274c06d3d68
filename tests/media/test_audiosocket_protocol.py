from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.errors import MediaError
from voicebot.media.audiosocket_protocol import (
    HANG_UP_MESSAGE,
    AudioSocketError,
    CallNamed,
    Key,
    Message,
    MessageReader,
    PeerFailed,
    PeerHungUp,
    Sound,
    header,
)

CALL = UUID("40325ec2-5efd-4bd3-805f-53576e581d13")
NAME = header(0x01, 16) + CALL.bytes


def message(kind: int, payload: bytes = b"") -> bytes:
    return header(kind, len(payload)) + payload


def read(*chunks: bytes) -> tuple[list[Message], str]:
    """All messages, and the reason why reading stopped, if it did."""
    reader, messages = MessageReader(), list[Message]()
    try:
        for chunk in chunks:
            messages.extend(reader.feed(chunk))
    except AudioSocketError as error:
        return messages, error.reason
    return messages, ""


def test_a_call_from_name_to_hang_up() -> None:
    stream = NAME + message(0x10, b"\1\2" * 160) + message(0x03, b"#") + HANG_UP_MESSAGE
    assert read(stream) == ([CallNamed(str(CALL)), Sound(b"\1\2" * 160, 0x10), Key("#"), PeerHungUp()], "")


@pytest.mark.parametrize("kind", range(0x10, 0x19))
def test_every_rate_of_sound_is_read(kind: int) -> None:
    assert read(NAME, message(kind, b"\1\2")) == ([CallNamed(str(CALL)), Sound(b"\1\2", kind)], "")


def test_sound_may_have_any_length_even_none() -> None:
    _, *sounds = read(NAME, message(0x10), message(0x10, bytes(65534)))[0]
    assert sounds == [Sound(b"", 0x10), Sound(bytes(65534), 0x10)]


def test_a_peer_may_say_why_it_failed() -> None:
    assert read(message(0xFF, b"\4"), message(0xFF)) == ([PeerFailed(4), PeerFailed(0)], "")


def test_a_fax_tone_is_no_key() -> None:
    assert read(NAME, message(0x03, b"f"), message(0x03, b"a"))[0][1:] == [Key("A")]


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (b"GET / HTTP/1.1\r\n", "unknown kind 0x47"),
        (message(0x10, bytes(320)), "sound before the call's identity"),
        (message(0x03, b"1"), "a key before the call's identity"),
        (message(0x01, bytes(15)), "kind 0x01 with 15 bytes"),
        (message(0x00, b"x"), "kind 0x00 with 1 bytes"),
        (NAME + message(0x10, b"odd"), "sound of 3 bytes"),
        (NAME + message(0x03, b"12"), "kind 0x03 with 2 bytes"),
        (NAME + NAME, "a second call identity"),
    ],
)
def test_a_peer_that_goes_wrong_is_told_apart(stream: bytes, reason: str) -> None:
    assert read(stream)[1] == reason


def test_the_error_tells_the_operator_what_to_check() -> None:
    with pytest.raises(MediaError, match="AudioSocket\\(\\) in the dialplan needs a UUID"):
        list(MessageReader().feed(message(0x10, bytes(320))))


def test_a_long_message_that_never_ends_is_only_kept() -> None:
    assert read(NAME, header(0x10, 65534), *[bytes(1000)] * 60) == ([CallNamed(str(CALL))], "")


plausible = st.one_of(
    st.just(NAME),
    st.just(HANG_UP_MESSAGE),
    st.builds(message, st.integers(0x10, 0x18), st.binary(max_size=12)),
    st.builds(message, st.sampled_from([0x00, 0x01, 0x03, 0xFF]), st.binary(max_size=17)),
    st.binary(max_size=8),
)


@settings(max_examples=3000)
@given(st.lists(plausible, max_size=8).map(b"".join), st.lists(st.integers(1, 40), min_size=1, max_size=10))
def test_how_the_network_cuts_a_stream_changes_nothing(stream: bytes, sizes: list[int]) -> None:
    chunks, at, turn = list[bytes](), 0, 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        chunks.append(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert read(*chunks) == read(stream)
