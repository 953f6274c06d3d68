"""What the far end plays before it answers is heard, and the same sound goes on after the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.fake_chan_websocket import FakeMediaChannel
from tests.fakes.until import until
from tests.telephony.test_ari_control import VOICE, Scene, bridged_media, scene
from tests.telephony.test_ari_control import request as plain
from voicebot.disposition import Disposition
from voicebot.media.frame import AudioFrame, Band
from voicebot.media.recording import StereoRecording
from voicebot.media.transport import MediaTransport
from voicebot.telephony.channel import DialOutcome, HangupCause, NotConnectedError, OriginateRequest
from voicebot.telephony.control import unheard

TONE = b"\3\4" * 160


def request(number: str, ring_seconds: float = 25.0) -> OriginateRequest:
    return replace(plain(number, ring_seconds=ring_seconds), early_media=True)


@dataclass
class Dial:
    """A call that is being placed, and what is heard of it."""

    call: Scene
    hear: Callable[[AudioFrame], None] = unheard
    early: list[AudioFrame] = field(default_factory=list)
    transport: MediaTransport | None = None
    later: list[Any] = field(default_factory=list)

    async def run(self, wanted: OriginateRequest) -> None:
        async with self.call.control.open_call(wanted, self._hear) as self.transport:
            async for sound in self.transport.incoming():
                self.later.append(sound)

    def _hear(self, frame: AudioFrame) -> None:
        self.early.append(frame)
        self.hear(frame)

    async def media(self) -> FakeMediaChannel:
        await until(lambda: self.call.asterisk.dialled)
        media = await bridged_media(self.call.asterisk, self.call.asterisk.channels["out-1"])
        assert isinstance(media, FakeMediaChannel)
        return media


@asynccontextmanager
async def dialling(
    wanted: OriginateRequest, hear: Callable[[AudioFrame], None] = unheard
) -> AsyncIterator[tuple[Dial, asyncio.Task[None]]]:
    async with scene() as call:
        dial = Dial(call, hear)
        running = asyncio.create_task(dial.run(wanted))
        try:
            yield dial, running
        finally:
            running.cancel()
            await asyncio.wait((running,))
        await call.nothing_is_left()
        assert call.control.free_lines("trunk") == 2


async def test_the_sound_before_the_answer_is_heard_and_goes_on_after_it() -> None:
    async with dialling(request("180")) as (dial, running):
        media = await dial.media()
        await media.speak(TONE)
        await media.speak(TONE)
        await until(lambda: len(dial.early) == 2)
        await dial.call.asterisk.pick_up("out-1")
        await until(lambda: dial.transport)
        await media.speak(VOICE)
        await until(lambda: dial.later)
        await dial.call.asterisk.hang_up(dial.call.asterisk.channels["out-1"])
        await running
    assert dial.early == [AudioFrame(TONE, 8000, 0.0), AudioFrame(TONE, 8000, 0.02)]
    assert dial.later == [AudioFrame(VOICE, 8000, 0.0)]
    assert dial.call.channels == []


async def test_nothing_is_dialled_before_its_sound_could_be_heard() -> None:
    async with dialling(request("180")) as (dial, _):
        await dial.media()
        asked = dial.call.asterisk.requests
        order = ["channels/create", "channels/externalMedia", "addChannel", "channels/out-1/dial"]
        places = [next(i for i, line in enumerate(asked) if line.endswith(path)) for path in order]
        assert places == sorted(places)
        assert dial.call.asterisk.channels["out-1"].variables == {"CONNECTEDLINE(all)": "Bot <100>"}


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("404", DialOutcome(Disposition.SIT_INVALID, 1, 404)),
        ("486", DialOutcome(Disposition.BUSY, 17, 486)),
        ("603", DialOutcome(Disposition.REJECTED, 21, 603)),
        ("503", DialOutcome(Disposition.SIT_NO_CIRCUIT, 34, 503)),
        ("nowhere", DialOutcome(Disposition.CARRIER_ERROR, 0)),
    ],
)
async def test_a_dial_that_reaches_nobody_says_why_as_any_other(number: str, outcome: DialOutcome) -> None:
    async with dialling(request(number)) as (_, running):
        with pytest.raises(NotConnectedError) as nobody:
            await running
        assert nobody.value.outcome == outcome


@pytest.mark.parametrize(
    ("number", "disposition", "cause"),
    [
        ("180", Disposition.NO_ANSWER, HangupCause.NO_ANSWER),
        ("100", Disposition.CARRIER_ERROR, HangupCause.NO_USER_RESPONDING),
    ],
)
async def test_our_own_clock_ends_it(number: str, disposition: Disposition, cause: HangupCause) -> None:
    async with dialling(request(number, ring_seconds=0.5)) as (_, running):
        with pytest.raises(NotConnectedError) as nobody:
            await running
        assert nobody.value.outcome == DialOutcome(disposition, cause, rang_out=True)


async def test_whoever_listens_may_end_the_dial() -> None:
    class NotInServiceError(Exception):
        pass

    def detect(frame: AudioFrame) -> None:
        raise NotInServiceError

    async with dialling(request("180"), detect) as (dial, running):
        await (await dial.media()).speak(TONE)
        with pytest.raises(NotInServiceError):
            await running


async def test_sound_that_is_lost_while_it_rings_ends_the_dial() -> None:
    async with dialling(request("180")) as (dial, running):
        await (await dial.media()).close()
        with pytest.raises(NotConnectedError) as nobody:
            await running
        assert nobody.value.outcome == DialOutcome(Disposition.CARRIER_ERROR, HangupCause.UNKNOWN)


async def test_a_dialler_that_is_stopped_leaves_no_telephone_ringing() -> None:
    async with dialling(request("180")) as (dial, running):
        await dial.media()
        running.cancel()
        await asyncio.wait((running,))


async def test_a_bot_that_is_being_stopped_does_not_send_a_ringing_telephone_to_people() -> None:
    async with dialling(request("180")) as (dial, running):
        await dial.media()
        await dial.call.control.drain(0.0)
        assert dial.call.asterisk.channels["out-1"].continued is None
        assert not running.done()


@pytest.mark.parametrize("early_media", [True, False])
async def test_an_answer_that_the_connection_loses_is_told_after_the_reconnect(early_media: bool) -> None:
    async with dialling(replace(plain("180"), early_media=early_media)) as (dial, _):
        asterisk = dial.call.asterisk
        await until(lambda: asterisk.dialled)
        asterisk.refuses_with = 503
        asterisk.cut()
        await until(lambda: not dial.call.control.client.connected)
        await asterisk.pick_up("out-1")
        asterisk.refuses_with = None
        await until(lambda: dial.transport)
        assert asterisk.dialled == ["180"]


async def test_the_sound_before_the_answer_can_be_kept(tmp_path: Path) -> None:
    recording = StereoRecording(tmp_path / "early.wav", int(Band.NARROW))
    async with dialling(request("180"), recording.caller) as (dial, _):
        await (await dial.media()).speak(TONE)
        await until(lambda: dial.early)
    await recording.close()
    assert TONE[:2] in (tmp_path / "early.wav").read_bytes()
