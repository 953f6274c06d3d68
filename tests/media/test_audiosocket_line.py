from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from voicebot.media.audiosocket_line import AudioSocketLine
from voicebot.media.audiosocket_protocol import HANG_UP_MESSAGE, header
from voicebot.media.clock import MediaClock
from voicebot.media.frame import Band
from voicebot.media.paced import PacedTransport

pytestmark = pytest.mark.virtual_time

NAME = header(0x01, 16) + UUID("40325ec2-5efd-4bd3-805f-53576e581d13").bytes
VOICE = header(0x10, 320) + b"\1\2" * 160
SILENCE = header(0x10, 320) + bytes(320)


class Wire(asyncio.Transport):
    """Notes what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = self.aborted = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("192.0.2.7", 4573) if name == "peername" else self

    def setsockopt(self, *option: int) -> None:
        pass

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True


class Switch:
    """An exchange with room for one line: itself the test's hold on both ends of it."""

    def __init__(self) -> None:
        self.calls: list[PacedTransport] = []
        self.lines = 0
        self.wire = Wire()
        self.line = AudioSocketLine(self, MediaClock(), hush_seconds=0.0)
        self.line.connection_made(self.wire)

    def connected(self, line: AudioSocketLine) -> bool:
        self.lines += 1
        return True

    def answered(self, line: AudioSocketLine, call: PacedTransport) -> None:
        self.calls.append(call)

    def disconnected(self, line: AudioSocketLine) -> None:
        self.lines -= 1


async def test_a_named_call_gets_silence_every_20_ms_and_no_session_before_its_first_sound() -> None:
    switch = Switch()
    switch.line.data_received(NAME)
    await asyncio.sleep(0.5)
    assert switch.wire.written == [SILENCE] * 25
    assert switch.calls == []
    switch.line.data_received(VOICE)
    assert [call.band for call in switch.calls] == [Band.NARROW]
    await asyncio.sleep(0.5)
    assert switch.wire.written == [SILENCE] * 50


async def test_a_caller_without_sound_is_answered_after_a_second() -> None:
    switch = Switch()
    switch.line.data_received(NAME)
    await asyncio.sleep(0.99)
    assert switch.calls == []
    await asyncio.sleep(0.02)
    assert [call.band for call in switch.calls] == [Band.NARROW]


async def test_a_reply_leaves_within_two_slots_of_the_first_frame() -> None:
    switch = Switch()
    switch.line.data_received(NAME)
    await asyncio.sleep(0.0437)
    switch.line.data_received(VOICE)
    switch.calls[0].play(b"\5\6" * 160)
    await asyncio.sleep(0.0076)
    assert switch.wire.written[-1] == header(0x10, 320) + b"\5\6" * 160


async def test_a_peer_that_never_names_its_call_is_closed() -> None:
    switch = Switch()
    with capture_logs() as logs:
        await asyncio.sleep(5.01)
    assert switch.wire.written == [HANG_UP_MESSAGE]
    assert switch.wire.closed
    assert [(entry["event"], entry["peer"], entry["reason"]) for entry in logs] == [
        ("audiosocket_malformed", "192.0.2.7:4573", "no call identity within 5 s")
    ]


async def test_a_peer_that_stops_reading_misses_frames_and_then_hears_the_present() -> None:
    switch = Switch()
    switch.line.data_received(NAME + VOICE)
    await asyncio.sleep(0.1)
    sent = len(switch.wire.written)
    switch.line.pause_writing()
    await asyncio.sleep(10)
    assert len(switch.wire.written) == sent
    assert switch.line.unsent_frames == 500
    switch.line.resume_writing()
    await asyncio.sleep(0.1)
    assert len(switch.wire.written) == sent + 5


async def test_a_peer_that_does_not_read_is_not_waited_for_at_hang_up() -> None:
    switch = Switch()
    switch.line.data_received(NAME + VOICE)
    switch.line.pause_writing()
    await switch.calls[0].hang_up()
    assert switch.wire.aborted


async def test_a_peer_that_ignores_our_hang_up_is_cut_off() -> None:
    switch = Switch()
    switch.line.data_received(NAME + VOICE)
    await switch.calls[0].hang_up()
    assert (switch.wire.written[-1], switch.wire.aborted) == (HANG_UP_MESSAGE, False)
    await asyncio.sleep(2.1)
    assert switch.wire.aborted


async def test_what_follows_a_hang_up_is_ignored() -> None:
    switch = Switch()
    switch.line.data_received(NAME + VOICE + HANG_UP_MESSAGE + VOICE + b"garbage")
    assert len([sound async for sound in switch.calls[0].incoming()]) == 1
    assert switch.wire.closed


async def test_a_peer_that_failed_is_logged_with_its_code() -> None:
    switch = Switch()
    with capture_logs() as logs:
        switch.line.data_received(NAME + VOICE + header(0xFF, 1) + b"\2")
    assert [(entry["event"], entry["code"]) for entry in logs] == [("audiosocket_peer_failed", 2)]
    assert switch.wire.closed


async def test_a_lost_connection_ends_the_call_and_makes_room() -> None:
    switch = Switch()
    switch.line.data_received(NAME + VOICE)
    switch.line.connection_lost(ConnectionResetError())
    assert len([sound async for sound in switch.calls[0].incoming()]) == 1
    assert switch.lines == 0
    await asyncio.sleep(10)
    assert not switch.wire.aborted


async def test_sound_that_changes_its_rate_keeps_the_band_of_the_call() -> None:
    switch = Switch()
    switch.line.data_received(NAME + VOICE)
    switch.line.data_received(header(0x12, 640) + bytes(640))
    await asyncio.sleep(0.02)
    switch.line.connection_lost(None)
    assert [len(sound.pcm) async for sound in switch.calls[0].incoming()] == [320, 320]  # type: ignore[union-attr]
    assert switch.wire.written[-1][:3] == header(0x12, 640)
