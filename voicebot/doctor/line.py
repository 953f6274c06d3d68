"""A call of our own, from Asterisk's echo to us: how long sound is under way, and which queues there are.

It runs under an application name of its own, so that a voicebot at work is not disturbed.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from statistics import median
from typing import NamedTuple

import numpy as np

from voicebot.dialogue.reading.loader import read_flow
from voicebot.doctor.installation import inbound_flows, queues_of
from voicebot.doctor.ports import listening_error
from voicebot.doctor.verdict import Verdict, fails, ok, skipped, warning
from voicebot.errors import MediaError, TelephonyError
from voicebot.media.clock import MediaClock
from voicebot.media.frame import AudioFrame, Band
from voicebot.media.settings import MediaWebSocketSettings
from voicebot.media.transport import MediaTransport
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.settings import Settings
from voicebot.telephony.ari_control import AriControl
from voicebot.telephony.ari_errors import AriError, AriRefusedError, AriUnavailableError
from voicebot.telephony.channel import Channel, NotConnectedError, OriginateRequest
from voicebot.telephony.settings import TelephonySettings
from voicebot.telephony.trunk import TrunkSettings

ECHO = "Local/103@from-phones/n"
"""The dialplan's echo."""
FALL_BACK = "human"
"""The queue of callers whose own does not exist: see dialplans/extensions.conf."""
BURSTS = 12
BURST_SECONDS = 0.06
PAUSE_SECONDS = 0.15
"""Between bursts; each is a little longer than the last, so that they meet the 20 ms ticks anywhere."""
LOST_SECONDS = 1.0
TONE_HERTZ, TONE_LEVEL, AUDIBLE = 1000, 8000, 2000
"""Peaks of 16-bit sound."""
MOST_MS = 60.0
REASON_SECONDS = 1.0
"""For a connection that was refused to tell why."""


class Echo(NamedTuple):
    """How bursts of a tone came back."""

    by: str
    """What carried them."""
    trips_ms: Sequence[float]
    """From ``play`` to the frame that brings it back."""
    lost: int


# The sound


async def check_echo(settings: Settings) -> Verdict:
    """Sound comes back from Asterisk, and soon."""
    telephony, by = sound_path(settings)
    try:
        return judge_echo(await _measure(settings, telephony, by))
    except NotConnectedError as error:
        return warning(
            f"not measured: {error}",
            "give the dialplan an echo: [from-phones] exten => 103,1,Answer() and same => n,Echo()",
        )
    except (AriError, AriRefusedError, AriUnavailableError):
        raise  # they say themselves what to do
    except (MediaError, TelephonyError) as error:
        return fails(str(error), media_advice(settings.media, telephony))


def media_advice(media: MediaWebSocketSettings, telephony: TelephonySettings) -> str:
    """What to compare when Asterisk does not bring a call's sound."""
    if telephony.media != "websocket":
        return f"let UDP pass between Asterisk and {telephony.rtp_host} (telephony.rtp_host)"
    uri = f"ws://{media.host}:{media.port}{media.path}"
    return (
        f"see that [{media.client}] in websocket_client.conf has uri = {uri}, protocols = media, "
        f"username = {media.username}, and what VOICEBOT_MEDIA__PASSWORD says as its password"
    )


def judge_echo(echo: Echo) -> Verdict:
    """Whether a conversation can be held over it."""
    sent = len(echo.trips_ms) + echo.lost
    if not echo.trips_ms:
        return fails(
            f"none of {sent} bursts came back by {echo.by}", "see Asterisk's log and `core show channels`"
        )
    usual = median(echo.trips_ms)
    found = (
        f"{usual:.0f} ms there and back by {echo.by}: median of {sent} bursts, "
        f"{max(echo.trips_ms):.0f} ms at most, {echo.lost} lost"
    )
    if echo.lost:
        return warning(found, "callers will hear gaps: see the load of this machine and of Asterisk's")
    if usual > MOST_MS:
        return warning(found, "run voicebot on Asterisk's machine, or see what else uses its processor")
    return ok(found)


async def _measure(settings: Settings, telephony: TelephonySettings, by: str) -> Echo:
    heard: asyncio.Queue[float] = asyncio.Queue()
    media = MediaWebSocketServer(settings.media, MediaClock())
    async with (
        media if telephony.media == "websocket" else nullcontext(),
        _call(settings, telephony, media) as (control, channel),
        control.open_media(channel) as transport,
    ):
        hearing = asyncio.create_task(_hear(transport, heard), name="hear the echo")
        try:
            trips = [await _trip(transport, heard, number) for number in range(BURSTS)]
        finally:
            hearing.cancel()
            await asyncio.wait((hearing,))
    came_back = [trip for trip in trips if trip is not None]
    return Echo(by, came_back, BURSTS - len(came_back))


def sound_path(settings: Settings) -> tuple[TelephonySettings, str]:
    """What is to be measured: RTP, which needs no port of its own, where a voicebot at work holds that of the
    websocket."""
    telephony = settings.telephony
    if telephony.media != "websocket":
        return telephony, f"RTP ({telephony.media})"
    if listening_error(settings.media.host, settings.media.port):
        rtp = telephony.model_copy(update={"media": "ulaw"})
        return rtp, "RTP (ulaw), as the running voicebot has the websocket's port"
    return telephony, "chan_websocket"


async def _trip(transport: MediaTransport, heard: asyncio.Queue[float], number: int) -> float | None:
    """Milliseconds until the burst comes back; ``None`` if it does not."""
    while not heard.empty():
        heard.get_nowait()  # the rest of the burst before
    played = asyncio.get_running_loop().time()
    transport.play(tone(transport.band))
    try:
        async with asyncio.timeout(LOST_SECONDS):
            came_back = await heard.get()
    except TimeoutError:
        return None
    await asyncio.sleep(BURST_SECONDS + PAUSE_SECONDS + number * 0.003)
    return (came_back - played) * 1000


async def _hear(transport: MediaTransport, heard: asyncio.Queue[float]) -> None:
    """Note each moment at which sound comes in; silence may not come in at all."""
    loop = asyncio.get_running_loop()
    async for item in transport.incoming():
        if isinstance(item, AudioFrame) and is_loud(item.pcm):
            heard.put_nowait(loop.time())


def tone(band: Band) -> bytes:
    """One burst."""
    moments = np.arange(int(BURST_SECONDS * band)) / band
    return (np.sin(2 * np.pi * TONE_HERTZ * moments) * TONE_LEVEL).astype("<i2").tobytes()


def is_loud(pcm: bytes) -> bool:
    """Whether a frame holds some of the tone, whatever G.711 made of it."""
    return bool(np.abs(np.frombuffer(pcm, "<i2").astype(np.int32)).max(initial=0) >= AUDIBLE)


# The queues


async def check_queues(settings: Settings) -> Verdict:
    """The human queues that flows name exist; only a channel can ask for them."""
    wanted = {name for path in inbound_flows(settings) for name in queues_of(read_flow(path)[0])}
    unheard = MediaWebSocketServer(settings.media, MediaClock())
    try:
        async with _call(settings, settings.telephony, unheard) as (control, channel):
            there = {
                name: await _queue_exists(control, channel, name) for name in sorted(wanted | {FALL_BACK})
            }
    except (NotConnectedError, AriError) as error:
        return skipped(f"cannot tell: {error}", "see `queue show` in Asterisk's console")
    return judge_queues(wanted, {name for name, exists in there.items() if exists})


def judge_queues(wanted: set[str], there: set[str]) -> Verdict:
    """Names that flows hand off to, and those that Asterisk has of them and of the one to fall back to."""
    missing = sorted(wanted - there)
    if not missing:
        return ok(f"the queues of the flows exist: {', '.join(sorted(wanted)) or 'they name none'}")
    found, advice = (
        f"no such queue: {', '.join(missing)}",
        "add it to queues.conf, as dialplans/queues.conf does",
    )
    if FALL_BACK not in there:
        return fails(f"{found}, nor {FALL_BACK!r} to fall back to", advice)
    return warning(f"{found}; its callers go to {FALL_BACK!r}", advice)


async def _queue_exists(control: AriControl, channel: Channel, name: str) -> bool:
    variable = {"variable": f"QUEUE_EXISTS({name})"}
    answer = await control.client.request("GET", "channels", channel.id, "variable", query=variable)
    return bool(answer["value"] == "1")


# The call


@asynccontextmanager
async def _call(
    settings: Settings, telephony: TelephonySettings, media: MediaWebSocketServer
) -> AsyncIterator[tuple[AriControl, Channel]]:
    """A call to the echo, hung up on leaving."""
    app = f"{settings.ari.app}-doctor-{secrets.token_hex(4)}"
    control = AriControl(
        settings.ari.model_copy(update={"app": app}),
        media,
        telephony.model_copy(update={"trunks": {"doctor": TrunkSettings()}}),
        on_call=_nobody_calls_here,
    )
    running = asyncio.create_task(control.run(), name="ari of the doctor")
    try:
        channel = await control.originate(OriginateRequest(ECHO, "doctor", f"{app}-call"))
        try:
            yield control, channel
        finally:
            await control.hang_up(channel)
    except AriUnavailableError:
        await asyncio.wait((running,), timeout=REASON_SECONDS)
        if running.done():
            running.result()  # it ended by the reason
        raise
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _nobody_calls_here(_: Channel) -> None:
    """No dialplan knows the application."""
