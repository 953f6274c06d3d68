from __future__ import annotations

import asyncio

import pytest

from voicebot.media.clock import MediaClock
from voicebot.media.frame import AudioFrame, Band, KeyPressed
from voicebot.media.paced import PacedTransport

pytestmark = pytest.mark.virtual_time

SILENCE = bytes(320)
SPEECH = b"\1\2" * 8000
"""One second."""


class Call:
    """A call whose line only notes what was sent and when."""

    def __init__(self, *, hush_seconds: float = 0.0) -> None:
        self.sent: list[tuple[float, bytes]] = []
        self.hung_up = False
        self.transport = PacedTransport(
            "call-1",
            Band.NARROW,
            MediaClock(),
            send=lambda frame: self.sent.append((asyncio.get_running_loop().time(), frame)),
            disconnect=self._hang_up,
            hush_seconds=hush_seconds,
        )
        self.transport.start()

    def _hang_up(self) -> None:
        self.hung_up = True

    @property
    def frames(self) -> list[bytes]:
        return [frame for _, frame in self.sent]


async def test_silence_flows_when_there_is_nothing_to_say() -> None:
    call = Call()
    await asyncio.sleep(1)
    assert call.frames == [SILENCE] * 50


async def test_drain_ends_when_the_caller_has_heard_the_last_frame() -> None:
    call = Call()
    call.transport.play(SPEECH)
    await call.transport.drain()
    assert call.frames == [SPEECH[:320]] * 50 + [SILENCE]
    assert call.transport.heard_seconds == 1.0
    await call.transport.drain()


async def test_drain_ends_when_the_prompt_is_dropped() -> None:
    call = Call()
    call.transport.play(SPEECH)
    asyncio.get_running_loop().call_later(0.3, call.transport.flush)
    await call.transport.drain()
    assert call.transport.heard_seconds == pytest.approx(0.3)


async def test_drain_ends_when_the_line_is_gone() -> None:
    call = Call()
    call.transport.play(SPEECH)
    asyncio.get_running_loop().call_later(0.3, call.transport.end)
    await call.transport.drain()


async def test_a_drain_given_up_leaves_the_other_waiting() -> None:
    call = Call()
    call.transport.play(SPEECH)
    impatient = asyncio.create_task(call.transport.drain())
    patient = asyncio.create_task(call.transport.drain())
    await asyncio.sleep(0.1)
    impatient.cancel()
    await patient
    assert call.transport.heard_seconds == 1.0


async def test_the_caller_is_dated_by_the_sound_that_came() -> None:
    call = Call()
    call.transport.receive(SPEECH[:640])
    call.transport.receive_key("5")
    call.transport.end()
    assert [sound async for sound in call.transport.incoming()] == [
        AudioFrame(SPEECH[:320], 8000, 0.0),
        AudioFrame(SPEECH[:320], 8000, 0.02),
        KeyPressed("5", 0.04),
    ]


async def test_a_session_that_does_not_read_loses_the_oldest_sound() -> None:
    call = Call()
    call.transport.receive(SPEECH * 6)
    assert call.transport.unread_frames == 50
    assert (await anext(call.transport.incoming())).at == 1.0


async def test_the_bots_sound_is_dated_on_the_callers_clock() -> None:
    call = Call()
    call.transport.play(SPEECH)
    for _ in range(100):
        call.transport.receive(SILENCE)
        await asyncio.sleep(0.02)
    assert call.transport.sounding_at == pytest.approx(1.0, abs=0.03)


async def test_recordings_hear_what_the_caller_hears_silence_included() -> None:
    call, recorded = Call(hush_seconds=1.0), list[bytes]()
    call.transport.on_sent = recorded.append
    call.transport.play(SPEECH[:320])
    call.transport.flush()
    await asyncio.sleep(1)
    assert len(recorded) == 50


async def test_a_held_prompt_goes_on() -> None:
    call = Call()
    call.transport.play(SPEECH)
    await asyncio.sleep(0.1)
    call.transport.pause()
    await asyncio.sleep(0.5)
    call.transport.resume()
    await call.transport.drain()
    assert call.transport.heard_seconds == 1.0
    assert call.frames.count(SILENCE) == 25


async def test_the_hush_after_a_dropped_prompt_is_quieter_than_silence() -> None:
    call = Call(hush_seconds=0.4)
    call.transport.play(SPEECH)
    await asyncio.sleep(0.1)
    call.transport.flush()
    await asyncio.sleep(1)
    gaps = [later - earlier for (earlier, _), (later, _) in zip(call.sent, call.sent[1:], strict=False)]
    assert sorted(gaps)[-2:] == pytest.approx([0.02, 0.42])


async def test_new_sound_ends_the_hush() -> None:
    call = Call(hush_seconds=5.0)
    call.transport.play(SPEECH)
    await asyncio.sleep(0.1)
    call.transport.flush()
    await asyncio.sleep(0.1)
    call.transport.play(SPEECH)
    await call.transport.drain()
    assert call.frames.count(SPEECH[:320]) == 55


async def test_there_is_no_hush_when_nothing_was_dropped() -> None:
    call = Call(hush_seconds=5.0)
    call.transport.flush()
    await asyncio.sleep(1)
    assert call.frames == [SILENCE] * 50


async def test_hanging_up_ends_the_line_once() -> None:
    call = Call()
    await call.transport.hang_up()
    assert call.hung_up
    call.hung_up = False
    await call.transport.hang_up()
    assert not call.hung_up
    await asyncio.sleep(1)
    assert call.sent == []
    assert [sound async for sound in call.transport.incoming()] == []
