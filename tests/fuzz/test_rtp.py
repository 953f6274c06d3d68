from __future__ import annotations

import random
from collections.abc import Iterator

from tests.acceptance import rtp_packet as telephone
from tests.fuzz.mutate import MANY, damaged, inputs
from voicebot.media.jitter import MOST_WAIT
from voicebot.media.rtp import (
    FRAME_TICKS,
    KEY_TYPE,
    MOST_SILENCE_TICKS,
    Codec,
    Key,
    RtpError,
    RtpPacket,
    RtpReceiver,
    packed,
    read_packet,
)

HEADER_BYTES = 12
SAMPLES = (
    packed(RtpPacket(Codec.ULAW, 7, 1120, 7, b"\xff" * 40)),
    packed(RtpPacket(Codec.ALAW, 0xFFFF, 0xFFFFFFF0, 7, b"\xd5" * 40, marker=True)),
    packed(RtpPacket(KEY_TYPE, 8, 1280, 7, bytes([5, 0x8A, 3, 0xC0]))),
    bytes([0xB2, 0x00]) + bytes(10) + bytes(8) + bytes([0, 0, 0, 1]) + bytes(4) + b"voice" + b"\0\0\3",
)


def test_any_datagram_is_a_packet_out_of_its_own_bytes_or_the_one_error() -> None:
    read = 0
    for datagram in inputs(6, SAMPLES):
        try:
            packet = read_packet(datagram)
        except RtpError:
            continue
        assert datagram.find(packet.payload, HEADER_BYTES) >= 0
        assert 0 <= packet.payload_type < 128
        assert read_packet(packed(packet)) == packet
        read += 1
    assert MANY * 0.2 < read < MANY * 0.8


def test_the_telephone_of_the_tests_reads_the_same_from_any_datagram() -> None:
    for datagram in inputs(7, SAMPLES):
        assert read_by_telephone(datagram) == read_by_us(datagram)


def read_by_us(datagram: bytes) -> tuple[object, ...] | None:
    try:
        return tuple(read_packet(datagram))
    except RtpError:
        return None


def read_by_telephone(datagram: bytes) -> tuple[object, ...] | None:
    try:
        packet = telephone.parse(datagram)
    except telephone.RtpError:
        return None
    return (
        packet.payload_type,
        packet.sequence,
        packet.timestamp,
        packet.ssrc,
        packet.payload,
        packet.marker,
    )


def test_whatever_comes_in_what_goes_on_is_whole_samples_and_no_flood() -> None:
    receiver, longest, most_due = RtpReceiver(Codec.ULAW), 0, MOST_WAIT + 1
    heard = keys = 0
    for datagram in bad_line(random.Random(8)):
        longest = max(longest, len(datagram))
        try:
            ready = receiver.receive(datagram)
        except RtpError:
            continue
        sounds = [item for item in ready if not isinstance(item, Key)]
        assert all(len(sound) % 2 == 0 for sound in sounds)
        assert sum(map(len, sounds)) <= most_due * 2 * (MOST_SILENCE_TICKS + longest)
        assert all(item.key in "0123456789*#ABCD" for item in ready if isinstance(item, Key))
        heard += len(sounds)
        keys += len(ready) - len(sounds)
    assert heard > MANY * 0.5
    assert keys > MANY * 0.01


def bad_line(dice: random.Random) -> Iterator[bytes]:
    """A sender whose numbers go round, jump and begin anew, on a line that loses, doubles, delays and
    damages packets."""
    sequence, timestamp, ssrc, delayed = 0xFF00, 0xFFFF0000, 7, list[bytes]()
    for _ in range(MANY):
        chance = dice.random()
        sequence = sequence + 1 if chance < 0.99 else dice.getrandbits(16)
        timestamp = timestamp + FRAME_TICKS if chance < 0.98 else dice.getrandbits(32)
        ssrc = ssrc if chance < 0.999 else dice.getrandbits(32)
        datagram = packed(telephone_packet(dice, sequence & 0xFFFF, timestamp, ssrc))
        if chance < 0.1:
            delayed.append(datagram)
        elif chance < 0.15:
            yield damaged(dice, (datagram, *SAMPLES))
        elif chance > 0.17:
            yield datagram
        if delayed and dice.random() < 0.1:
            yield delayed.pop(int(dice.random() * len(delayed)))


def telephone_packet(dice: random.Random, sequence: int, timestamp: int, ssrc: int) -> RtpPacket:
    if dice.random() < 0.05:
        event = bytes([int(dice.random() * 20), 10, 0, 160])
        return RtpPacket(KEY_TYPE, sequence, timestamp, ssrc, event)
    return RtpPacket(Codec.ULAW, sequence, timestamp, ssrc, b"\x7f" * FRAME_TICKS)
