from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.errors import MediaError
from voicebot.media.g711 import pcm_to_ulaw, ulaw_to_pcm
from voicebot.media.rtp import (
    FRAME_TICKS,
    KEY_TYPE,
    Codec,
    Key,
    RtpError,
    RtpPacket,
    RtpReceiver,
    RtpSender,
    packed,
    read_packet,
)

VOICE = ulaw_to_pcm(pcm_to_ulaw(b"\x10\x20" * 160))


def sound(number: int, *, timestamp: int | None = None, ssrc: int = 7) -> bytes:
    at = number * FRAME_TICKS if timestamp is None else timestamp
    return packed(RtpPacket(Codec.ULAW, number, at, ssrc, pcm_to_ulaw(VOICE)))


def key(number: int, at: int, digit: int, *, last: bool = False) -> bytes:
    return packed(RtpPacket(KEY_TYPE, number, at, 7, bytes([digit, 0x80 * last | 10, 0, 160])))


def received(*packets: bytes) -> list[bytes | Key]:
    receiver = RtpReceiver(Codec.ULAW)
    return [item for packet in packets for item in receiver.receive(packet)]


@given(
    st.builds(
        RtpPacket,
        st.integers(0, 127),
        st.integers(0, 0xFFFF),
        st.integers(0, 0xFFFFFFFF),
        st.integers(0, 0xFFFFFFFF),
        st.binary(max_size=200),
        st.booleans(),
    )
)
def test_what_was_packed_is_read_back(packet: RtpPacket) -> None:
    assert read_packet(packed(packet)) == packet


def test_extension_sources_and_padding_are_taken_off() -> None:
    whole = bytes([0xB2, 0x00]) + bytes(10) + bytes(8) + bytes([0, 0, 0, 1]) + bytes(4) + b"voice" + b"\0\0\3"
    assert read_packet(whole).payload == b"voice"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "0 bytes"),
        (b"GET / HTTP/1.1\r\n", "version 1"),
        (bytes([0x8F]) + bytes(11), "shorter than its header says"),
        (bytes([0x90]) + bytes(12), "shorter than its header says"),
        (bytes([0xA0]) + bytes(10) + b"\xff", "shorter than its header says"),
    ],
)
def test_what_is_no_packet_is_one_error(data: bytes, reason: str) -> None:
    with pytest.raises(MediaError) as caught:
        read_packet(data)
    assert isinstance(caught.value, RtpError)
    assert caught.value.reason == reason


def test_sound_and_its_order_are_restored() -> None:
    assert received(sound(1), sound(3), sound(2)) == [VOICE] * 3


def test_a_lost_packet_is_silence_of_its_length() -> None:
    assert received(sound(1), sound(3), sound(4), sound(5)) == [VOICE, bytes(320), VOICE, VOICE, VOICE]


def test_a_pause_of_the_sender_is_silence_unless_it_is_long() -> None:
    assert received(sound(1), sound(2, timestamp=10 * FRAME_TICKS)) == [VOICE, bytes(8 * 320), VOICE]
    assert received(sound(1), sound(2, timestamp=10_000_000)) == [VOICE, VOICE]


def test_a_key_counts_once_however_often_it_is_repeated() -> None:
    press = [key(n, 1000, 5) for n in range(2, 6)] + [key(n, 1000, 5, last=True) for n in range(6, 9)]
    assert received(sound(1), *press, key(9, 3000, 11)) == [VOICE, Key("5"), Key("#")]


def test_a_key_whose_beginning_was_lost_is_heard_all_the_same() -> None:
    assert received(key(4, 1000, 10, last=True)) == [Key("*")]


def test_flash_hooks_and_strange_payloads_are_passed_over() -> None:
    strange = packed(RtpPacket(13, 2, 0, 7, b"comfort"))
    assert received(key(1, 1000, 16), strange, packed(RtpPacket(KEY_TYPE, 3, 0, 7, b""))) == []


def test_another_sender_begins_anew() -> None:
    assert received(sound(5), sound(900, ssrc=8), sound(901, ssrc=8)) == [VOICE] * 3


@pytest.mark.parametrize("codec", Codec)
def test_what_we_send_is_numbered_and_dated_past_the_end_of_the_circle(codec: Codec) -> None:
    sender = RtpSender(codec, ssrc=7, sequence=0xFFFF, timestamp=0xFFFFFFFF)
    first, second = read_packet(sender.packet(VOICE)), read_packet(sender.packet(VOICE))
    assert (first.sequence, second.sequence) == (0xFFFF, 0)
    assert second.timestamp == FRAME_TICKS - 1
    assert (first.marker, second.marker) == (True, False)
    assert (first.payload_type, len(first.payload)) == (codec, 160)
