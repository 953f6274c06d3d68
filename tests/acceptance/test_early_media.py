"""What a carrier plays before anybody answers, and dials that reach nobody, at a real Asterisk."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal
from uuid import uuid4

import numpy as np
import pytest
from pydantic import SecretStr

from tests.acceptance.pbx import Pbx
from tests.acceptance.sip_phone import SipPhone
from tests.fakes.until import PATIENCE, until
from voicebot.disposition import Disposition
from voicebot.media.clock import MediaClock
from voicebot.media.frame import AudioFrame, Band
from voicebot.media.recording import StereoRecording
from voicebot.media.settings import MediaWebSocketSettings
from voicebot.media.transport import MediaTransport
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.telephony.ari_control import AriControl
from voicebot.telephony.channel import Channel, NotConnectedError, OriginateRequest
from voicebot.telephony.settings import AriSettings, TelephonySettings
from voicebot.telephony.trunk import TrunkSettings

pytestmark = pytest.mark.call

FAR_ENDS = Path(__file__).with_name("far_ends")
Media = Literal["websocket", "ulaw"]


@pytest.fixture(scope="module")
def carrier(asterisk: Pbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pbx]:
    """An Asterisk that is its own carrier; ``asterisk`` skips where none can be had."""
    pbx = Pbx.start(tmp_path_factory.mktemp("carrier"), "--site", str(FAR_ENDS))
    yield pbx
    pbx.stop()


@pytest.fixture
async def phone(carrier: Pbx) -> AsyncIterator[SipPhone]:
    async with SipPhone.at(carrier.sip, "softphone", carrier.passwords["PHONE_PASSWORD"]) as phone:
        await phone.register()
        yield phone


@asynccontextmanager
async def dialler(pbx: Pbx, media: Media = "websocket") -> AsyncIterator[AriControl]:
    """Dials by this Asterisk, and leaves nothing behind in it."""
    host, port = pbx.passwords["MEDIA_WEBSOCKET"].split(":")
    password = SecretStr(pbx.passwords["MEDIA_PASSWORD"])
    settings = MediaWebSocketSettings(host=host, port=int(port), password=password, connecting_seconds=60)
    async with MediaWebSocketServer(settings, MediaClock()) as server:
        control = AriControl(
            AriSettings(
                port=int(pbx.passwords["HTTP_PORT"]),
                password=SecretStr(pbx.passwords["ARI_PASSWORD"]),
                request_seconds=60,
            ),
            server,
            TelephonySettings(
                trunks={"far": TrunkSettings(calls_per_second=1000)}, media=media, media_seconds=60
            ),
            on_call=_nobody_calls_in,
        )
        running = asyncio.create_task(control.run())
        await control.client.ready()
        try:
            yield control
        finally:
            running.cancel()
            await asyncio.wait((running,))


async def _nobody_calls_in(_: Channel) -> None:
    raise AssertionError


def request(pbx: Pbx, number: str, ring_seconds: float = 25.0, port: int = 0) -> OriginateRequest:
    host, usual = pbx.sip
    endpoint = f"PJSIP/far/sip:{number}@{host}:{port or usual}"
    return OriginateRequest(endpoint, "far", f"{uuid4()}", ring_seconds=ring_seconds, early_media=True)


def telephone(ring_seconds: float = 25.0, *, early_media: bool) -> OriginateRequest:
    return OriginateRequest(
        "PJSIP/softphone", "far", f"{uuid4()}", ring_seconds=ring_seconds, early_media=early_media
    )


async def dial(control: AriControl, wanted: OriginateRequest) -> None:
    """Place a call, and hang up as soon as somebody answers."""
    async with control.open_call(wanted):
        pass


@pytest.mark.parametrize("media", ["websocket", "ulaw"])
async def test_an_announcement_is_heard_before_the_answer_and_the_call_goes_on(
    carrier: Pbx, media: Media
) -> None:
    early: list[AudioFrame] = []
    async with asyncio.timeout(PATIENCE), dialler(carrier, media) as control:
        async with control.open_call(request(carrier, "announcement"), early.append) as line:
            echo = await spoken_and_heard(line)
        await carrier.no_channels()
        assert control.free_lines("far") == TrunkSettings().max_calls
    assert seconds_of(440, early) > 1.0
    assert seconds_of(1000, echo) > 0.3
    assert [frame.at for frame in echo] == pytest.approx([0.02 * number for number in range(len(echo))])


async def test_the_tones_of_a_number_that_is_not_in_service_are_heard_and_kept(
    carrier: Pbx, tmp_path: Path
) -> None:
    early: list[AudioFrame] = []
    recording = StereoRecording(tmp_path / "early.wav", int(Band.NARROW))

    def hear(frame: AudioFrame) -> None:
        early.append(frame)
        recording.caller(frame)

    async with asyncio.timeout(PATIENCE), dialler(carrier) as control:
        with pytest.raises(NotConnectedError) as nobody:
            async with control.open_call(request(carrier, "not-in-service"), hear):
                pass
        await carrier.no_channels()
    await recording.close()
    outcome = nobody.value.outcome
    assert (outcome.disposition, outcome.cause, outcome.sip_status) == (Disposition.SIT_INVALID, 1, 404)
    assert all(0.2 < seconds_of(pitch, early) < 0.4 for pitch in (950, 1400, 1800))
    assert (tmp_path / "early.wav").stat().st_size > 2 * len(early) * Band.NARROW.frame_bytes * 0.9


@pytest.mark.parametrize("early_media", [True, False])
@pytest.mark.parametrize(
    ("sip_status", "disposition", "cause"),
    [
        (401, Disposition.CARRIER_ERROR, 21),
        (404, Disposition.SIT_INVALID, 1),
        (410, Disposition.SIT_INVALID, 22),
        (480, Disposition.NO_ANSWER, 19),
        (484, Disposition.SIT_INVALID, 28),
        (486, Disposition.BUSY, 17),
        (488, Disposition.CARRIER_ERROR, 58),
        (500, Disposition.CARRIER_ERROR, 38),
        (502, Disposition.UNREACHABLE, 27),
        (503, Disposition.SIT_NO_CIRCUIT, 34),
        (504, Disposition.CARRIER_ERROR, 102),
        (600, Disposition.BUSY, 17),
        (603, Disposition.REJECTED, 21),
        (604, Disposition.SIT_INVALID, 1),
    ],
)
async def test_a_refusal_is_told_alike_with_sound_and_without(
    carrier: Pbx,
    phone: SipPhone,
    early_media: bool,
    sip_status: int,
    disposition: Disposition,
    cause: int,
) -> None:
    async with asyncio.timeout(PATIENCE), dialler(carrier) as control:
        dialling = asyncio.create_task(dial(control, telephone(early_media=early_media)))
        (await phone.ringing.get()).refuse(sip_status)
        with pytest.raises(NotConnectedError) as nobody:
            await dialling
    outcome = nobody.value.outcome
    assert (outcome.disposition, outcome.cause, outcome.sip_status) == (disposition, cause, sip_status)


@pytest.mark.parametrize("early_media", [True, False])
async def test_a_carrier_that_does_not_reply_is_no_person_who_does_not_answer(
    carrier: Pbx, early_media: bool
) -> None:
    loop = asyncio.get_running_loop()
    silent, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    port = silent.get_extra_info("sockname")[1]
    wanted = replace(request(carrier, "555", ring_seconds=1.0, port=port), early_media=early_media)
    async with asyncio.timeout(PATIENCE), dialler(carrier) as control:
        with pytest.raises(NotConnectedError) as nobody:
            await dial(control, wanted)
        await carrier.no_channels()
    silent.close()
    assert nobody.value.outcome.disposition is Disposition.CARRIER_ERROR
    assert nobody.value.outcome.rang_out


@pytest.mark.parametrize("early_media", [True, False])
async def test_a_telephone_that_is_picked_up_as_our_clock_rings_out_is_not_left_on_the_line(
    carrier: Pbx, phone: SipPhone, early_media: bool
) -> None:
    """Whoever wins, by a few milliseconds to either side."""
    async with asyncio.timeout(PATIENCE), dialler(carrier) as control:
        for lead in (0.02, 0.01, 0.005, 0.002, 0.0, -0.002, -0.005):
            dialling = asyncio.create_task(dial(control, telephone(0.3, early_media=early_media)))
            answering = asyncio.create_task(answered_after(phone, 0.3 - lead))
            await asyncio.wait((dialling,))
            error = dialling.exception()
            assert error is None or isinstance(error, NotConnectedError)
            await carrier.no_channels()
            answering.cancel()  # on a slow machine it may have been given up before it rang
        assert control.calls == 0


@pytest.mark.parametrize("early_media", [True, False])
async def test_a_dialler_that_is_stopped_leaves_no_telephone_ringing(
    carrier: Pbx, phone: SipPhone, early_media: bool
) -> None:
    async with asyncio.timeout(PATIENCE), dialler(carrier) as control:
        dialling = asyncio.create_task(dial(control, telephone(early_media=early_media)))
        ringing = await phone.ringing.get()
        dialling.cancel()
        await asyncio.wait((dialling,))
        await ringing.ended.wait()
        await carrier.no_channels()


@pytest.mark.parametrize("early_media", [True, False])
async def test_of_a_dial_whose_asterisk_dies_nobody_says_that_a_person_did_not_answer(
    carrier: Pbx, tmp_path: Path, early_media: bool
) -> None:
    mortal = await asyncio.to_thread(Pbx.start, tmp_path / "pbx")
    password = mortal.passwords["PHONE_PASSWORD"]
    async with (
        asyncio.timeout(PATIENCE),
        dialler(mortal) as control,
        SipPhone.at(mortal.sip, "softphone", password) as phone,
    ):
        await phone.register()
        dialling = asyncio.create_task(dial(control, telephone(3.0, early_media=early_media)))
        ringing = await phone.ringing.get()
        os.kill(int((mortal.directory / "run" / "asterisk.pid").read_text()), signal.SIGKILL)
        await until(lambda: not control.client.connected)
        await asyncio.wait((dialling,))
        error = dialling.exception()
        ringing.refuse()
    assert isinstance(error, NotConnectedError)
    assert error.outcome.disposition is Disposition.CARRIER_ERROR


async def answered_after(phone: SipPhone, seconds: float) -> None:
    """Pick up the next call that comes in, so long after, if it still rings."""
    ringing = await phone.ringing.get()
    await asyncio.sleep(seconds)
    if not ringing.ended.is_set():
        ringing.answer()
    await ringing.ended.wait()


# Sound


async def spoken_and_heard(line: MediaTransport) -> list[AudioFrame]:
    """What comes in until a tone of ours has come back."""
    at = np.arange(int(line.band)) / int(line.band)
    line.play((8000 * np.sin(2 * np.pi * 1000 * at)).astype("<i2").tobytes())
    heard: list[AudioFrame] = []
    async for sound in line.incoming():
        assert isinstance(sound, AudioFrame)
        heard.append(sound)
        if seconds_of(1000, heard[-25:]) > 0.4:
            break
    return heard


def seconds_of(pitch: int, frames: list[AudioFrame]) -> float:
    """How long a tone sounds."""
    return 0.02 * sum(abs(pitch_of(frame) - pitch) <= 50 for frame in frames)


def pitch_of(frame: AudioFrame) -> float:
    """The strongest frequency; 0 for silence. A frame of 20 ms tells them apart by 50 Hz."""
    sound = np.frombuffer(frame.pcm, "<i2").astype(float)
    if np.abs(sound).max() < 300:
        return 0.0
    return float(np.argmax(np.abs(np.fft.rfft(sound)))) * frame.rate / len(sound)
