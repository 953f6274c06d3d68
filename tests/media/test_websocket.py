"""Real sockets on a free port; the clocks on both ends are moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs
from websockets.exceptions import InvalidStatus

from tests.fakes.fake_chan_websocket import FakeMediaChannel
from tests.fakes.until import until
from voicebot.errors import MediaError
from voicebot.media.clock import MediaClock, Paced
from voicebot.media.frame import AudioFrame, Band, KeyPressed
from voicebot.media.settings import MediaWebSocketSettings
from voicebot.media.websocket import ExpectedMedia, MediaWebSocketServer
from voicebot.media.websocket_line import WebSocketTransport

VOICE = b"\1\2" * 160
SETTINGS = MediaWebSocketSettings(port=0, password=SecretStr("a-long-password"))


class HandClock(MediaClock):
    """Ticks when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.legs: list[Paced] = []

    def join(self, leg: Paced) -> None:
        self.legs.append(leg)

    def leave(self, leg: Paced) -> None:
        if leg in self.legs:
            self.legs.remove(leg)

    def tick(self) -> None:
        for leg in tuple(self.legs):
            leg.tick()


class Scene:
    """A call whose sound Asterisk has brought."""

    def __init__(self, clock: HandClock, asterisk: FakeMediaChannel, transport: WebSocketTransport) -> None:
        self.clock = clock
        self.asterisk = asterisk
        self.transport = transport

    async def tick(self, times: int = 1) -> None:
        """20 ms pass on both ends; what was said meanwhile has arrived."""
        for _ in range(times):
            await self.asterisk.tick()
            await self.settle()
            self.clock.tick()
            await self.settle()

    async def settle(self) -> None:
        """Let what is on the wire arrive: a ping goes behind it, each way."""
        await until(lambda: not self.transport.unsent_messages)
        await (await self.transport.connection.ping())
        await (await self.asterisk.ping())
        for _ in range(5):
            await asyncio.sleep(0)


@asynccontextmanager
async def serving(
    settings: MediaWebSocketSettings = SETTINGS, clock: MediaClock | None = None
) -> AsyncIterator[MediaWebSocketServer]:
    async with MediaWebSocketServer(settings, clock or HandClock()) as server:
        yield server


def uri(server: MediaWebSocketServer, expected: ExpectedMedia) -> str:
    return f"ws://127.0.0.1:{server.port}/media?call={expected.call_id}&token={expected.token}"


@asynccontextmanager
async def call(band: Band = Band.NARROW) -> AsyncIterator[Scene]:
    clock = HandClock()
    async with serving(clock=clock) as server:
        with server.expect("call-1", band) as expected:
            asterisk = await FakeMediaChannel.dial(uri(server, expected), band, password="a-long-password")
            running = asyncio.create_task(asterisk.run())
            await asterisk.start(band)
            transport = await server.connected(expected, disconnect=lambda: None, lost=lambda: None)
            yield Scene(clock, asterisk, transport)
            await asterisk.close()
            await running


async def test_sound_goes_both_ways_until_the_caller_hangs_up() -> None:
    async with call(Band.WIDE) as scene:
        scene.transport.play(VOICE * 4)
        await scene.settle()
        await scene.tick(3)
        assert scene.asterisk.queue.heard == [VOICE * 2] * 2
        await scene.asterisk.speak(VOICE * 2)
        await scene.asterisk.say(event="DTMF_END", digit="5")
        await scene.asterisk.close()
        assert [sound async for sound in scene.transport.incoming()] == [
            AudioFrame(VOICE * 2, 16000, 0.0),
            KeyPressed("5", 0.02),
        ]


async def test_a_barge_in_drops_the_prompt_and_tells_what_was_heard() -> None:
    async with call() as scene:
        scene.transport.play(VOICE * 100)
        await scene.settle()
        await scene.tick(33)
        scene.transport.flush()
        await scene.settle()
        await scene.tick(5)
        assert len(scene.asterisk.queue.heard) == 33
        assert scene.transport.heard_seconds == pytest.approx(0.66)


async def test_a_cough_holds_the_prompt_and_it_goes_on() -> None:
    async with call() as scene:
        scene.transport.play(VOICE * 10)
        await scene.settle()
        await scene.tick(4)
        scene.transport.pause()
        await scene.settle()
        await scene.tick(10)
        assert len(scene.asterisk.queue.heard) == 4
        scene.transport.resume()
        await scene.settle()
        await scene.tick(7)
        assert len(scene.asterisk.queue.heard) == 10
        assert scene.transport.heard_seconds == pytest.approx(0.2)


async def test_drain_ends_when_the_caller_has_heard_it_all() -> None:
    async with call() as scene:
        scene.transport.play(VOICE * 5)
        drained = asyncio.create_task(scene.transport.drain())
        await scene.settle()
        await scene.tick(5)
        assert not drained.done()
        await scene.tick(1)
        await drained
        assert scene.transport.heard_seconds == pytest.approx(0.1)
        await scene.transport.drain()


async def test_drain_ends_with_a_flush() -> None:
    async with call() as scene:
        scene.transport.play(VOICE * 50)
        drained = asyncio.create_task(scene.transport.drain())
        await scene.settle()
        scene.transport.flush()
        await drained


async def test_drain_ends_when_the_line_is_gone() -> None:
    async with call() as scene:
        scene.transport.play(VOICE * 50)
        drained = asyncio.create_task(scene.transport.drain())
        await scene.settle()
        await scene.asterisk.close()
        await drained


async def test_recordings_hear_every_20_ms_silence_included() -> None:
    async with call() as scene:
        recorded: list[bytes] = []
        scene.transport.on_sent = recorded.append
        await scene.tick(2)
        scene.transport.play(VOICE * 2)
        await scene.settle()
        await scene.tick(4)
        assert recorded == [bytes(320)] * 2 + [VOICE] * 2 + [bytes(320)] * 2


async def test_the_bots_sound_is_dated_on_the_callers_clock() -> None:
    async with call() as scene:
        await scene.asterisk.speak(VOICE * 50)
        scene.transport.play(VOICE)
        await scene.settle()
        await scene.tick()
        assert scene.transport.sounding_at == pytest.approx(1.0)


async def test_nothing_is_sent_while_asterisk_says_xoff() -> None:
    async with call() as scene:
        await scene.asterisk.say(event="MEDIA_XOFF")
        await scene.settle()
        scene.transport.play(VOICE * 5)
        await scene.settle()
        assert scene.asterisk.queue.frames == 0
        await scene.asterisk.say(event="MEDIA_XON")
        await scene.settle()
        assert scene.asterisk.queue.frames == 5


async def test_hanging_up_ends_the_connection_and_the_call() -> None:
    async with call() as scene:
        ended: list[bool] = []
        scene.transport.disconnect = lambda: ended.append(True)
        await scene.transport.hang_up()
        await scene.transport.hang_up()
        assert [sound async for sound in scene.transport.incoming()] == []
        await until(lambda: scene.asterisk.queue.hung_up)
        assert ended == [True]
        assert scene.clock.legs == []


async def test_a_peer_that_talks_nonsense_ends_its_call_only() -> None:
    async with call() as scene:
        with capture_logs() as logs:
            await scene.asterisk.speak(b"odd")
            assert [sound async for sound in scene.transport.incoming()] == []
    assert [entry["reason"] for entry in logs if entry["event"] == "media_malformed"] == ["sound of 3 bytes"]


@pytest.mark.parametrize(
    ("query", "password", "protocol", "status"),
    [
        ("call=call-1&token={token}", "wrong", "media", 401),
        ("call=call-1&token={token}", "", "media", 401),
        ("call=call-1&token={token}", "a-long-password", "chat", 400),
        ("call=call-1&token=00", "a-long-password", "media", 403),
        ("call=call-1", "a-long-password", "media", 403),
        ("call=call-2&token={token}", "a-long-password", "media", 403),
        ("", "a-long-password", "media", 403),
        ("&".join("a=b" for _ in range(50)), "a-long-password", "media", 403),
    ],
)
async def test_a_connection_of_no_call_is_refused(
    query: str, password: str, protocol: str, status: int
) -> None:
    async with serving() as server:
        with server.expect("call-1", Band.NARROW) as expected:
            target = f"ws://127.0.0.1:{server.port}/media?{query.format(token=expected.token)}"
            with pytest.raises(InvalidStatus) as refused:
                await FakeMediaChannel.dial(target, Band.NARROW, password=password, protocols=(protocol,))
            assert refused.value.response.status_code == status
            assert not expected.connected.done()


async def test_a_request_with_two_passwords_is_refused_like_one_without() -> None:
    async with serving() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /media HTTP/1.1\r\nAuthorization: Basic YQ==\r\nAuthorization: Basic Yg==\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
        writer.close()


async def test_a_token_opens_one_connection_and_none_after_the_call() -> None:
    async with serving() as server:
        with server.expect("call-1", Band.NARROW) as expected:
            target = uri(server, expected)
            first = await FakeMediaChannel.dial(target, Band.NARROW, password="a-long-password")
            with pytest.raises(InvalidStatus, match="403"):
                await FakeMediaChannel.dial(target, Band.NARROW, password="a-long-password")
            await first.close()
        with pytest.raises(InvalidStatus, match="403"):
            await FakeMediaChannel.dial(target, Band.NARROW, password="a-long-password")


async def test_sound_that_begins_a_second_time_ends_the_connection() -> None:
    with capture_logs() as logs:
        async with call() as scene:
            await scene.asterisk.start(Band.NARROW)
            assert [sound async for sound in scene.transport.incoming()] == []
    assert [entry["reason"] for entry in logs if entry["event"] == "media_malformed"] == [
        "MEDIA_START a second time"
    ]


async def test_an_asterisk_that_does_not_come_is_an_error_that_says_what_to_check() -> None:
    async with serving(SETTINGS.model_copy(update={"connecting_seconds": 0.1})) as server:
        with (
            server.expect("call-1", Band.NARROW) as expected,
            pytest.raises(MediaError, match=r"\[voicebot-media\] in websocket_client.conf"),
        ):
            await server.connected(expected, disconnect=lambda: None, lost=lambda: None)


async def test_sound_in_another_format_is_not_taken() -> None:
    async with serving(SETTINGS.model_copy(update={"connecting_seconds": 0.2})) as server:
        with server.expect("call-1", Band.NARROW) as expected:
            asterisk = await FakeMediaChannel.dial(
                uri(server, expected), Band.NARROW, password="a-long-password"
            )
            with capture_logs() as logs:
                await asterisk.start(Band.WIDE)
                await asterisk.run()
            assert "slin16 in frames of 640 bytes was not asked for" in str(logs)
            with pytest.raises(MediaError):
                await server.connected(expected, disconnect=lambda: None, lost=lambda: None)


async def test_a_port_in_use_says_what_to_do() -> None:
    async with serving() as server:
        with pytest.raises(MediaError, match=r"set media.host and media.port"):
            await MediaWebSocketServer(MediaWebSocketSettings(port=server.port), HandClock()).start()
