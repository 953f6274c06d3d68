"""Real sockets on a free port; nothing here depends on how fast the machine is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from voicebot.errors import MediaError
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.audiosocket_protocol import (
    HANG_UP_MESSAGE,
    Message,
    MessageReader,
    PeerFailed,
    PeerHungUp,
    Sound,
    header,
)
from voicebot.media.clock import MediaClock
from voicebot.media.frame import AudioFrame, Band, KeyPressed
from voicebot.media.places import Places
from voicebot.media.settings import AudioSocketSettings
from voicebot.media.transport import MediaTransport

OnCall = Callable[[MediaTransport], Awaitable[None]]
HANDED_BACK = PeerFailed(0)
"""What makes Asterisk's dialplan go on with the caller."""
VOICE = b"\1\2" * 160


class Peer:
    """What Asterisk, or a load generator, does on its end of the connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, call: UUID) -> None:
        self.call = call
        self._reader = reader
        self._writer = writer
        self._messages = MessageReader()
        self._unread: list[Message] = []
        list(self._messages.feed(header(0x01, 16) + call.bytes))

    @classmethod
    async def connect(cls, server: AudioSocketServer) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", server.port), uuid4())

    @classmethod
    async def call_in(cls, server: AudioSocketServer) -> Self:
        peer = await cls.connect(server)
        peer.write(header(0x01, 16) + peer.call.bytes)
        return peer

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    def speak(self, pcm: bytes, kind: int = 0x10) -> None:
        self.write(header(kind, len(pcm)) + pcm)

    async def hears(self) -> Message | None:
        """The next message from the bot; ``None`` when the connection has ended."""
        while not self._unread:
            data = await self._reader.read(4096)
            if not data:
                return None
            self._unread.extend(self._messages.feed(data))
        return self._unread.pop(0)

    async def hears_frame(self, frame: bytes) -> None:
        while await self.hears() not in (Sound(frame, 0x10), None):
            pass

    async def hears_the_end(self) -> list[Message]:
        messages = []
        while (message := await self.hears()) is not None:
            messages.append(message)
        return messages

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


@asynccontextmanager
async def serving(on_call: OnCall, *, at_most: int = 0) -> AsyncIterator[AudioSocketServer]:
    settings = AudioSocketSettings(port=0)
    async with AudioSocketServer(on_call, settings, MediaClock(), Places(at_most)) as server:
        yield server


async def listen(call: MediaTransport) -> None:
    async for _ in call.incoming():
        pass


class Calls:
    """An ``on_call`` that lets the test hold both ends of each call."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[MediaTransport] = asyncio.Queue()
        self._over = asyncio.Event()

    async def __call__(self, call: MediaTransport) -> None:
        self._arrived.put_nowait(call)
        await self._over.wait()

    async def next(self) -> MediaTransport:
        return await self._arrived.get()

    def finish(self) -> None:
        self._over.set()


async def test_a_call_goes_both_ways_until_the_peer_hangs_up() -> None:
    heard: list[AudioFrame | KeyPressed] = []
    ended = asyncio.Event()

    async def talk(call: MediaTransport) -> None:
        call.play(VOICE)
        async for sound in call.incoming():
            heard.append(sound)
        ended.set()

    async with serving(talk) as server:
        peer = await Peer.call_in(server)
        peer.speak(VOICE)
        peer.speak(VOICE)
        peer.write(header(0x03, 1) + b"7")
        await peer.hears_frame(VOICE)
        peer.write(HANG_UP_MESSAGE)
        await ended.wait()
        await peer.hears_the_end()
        await peer.close()
    assert heard == [AudioFrame(VOICE, 8000, 0.0), AudioFrame(VOICE, 8000, 0.02), KeyPressed("7", 0.04)]


async def test_the_call_has_the_peers_identity_and_band() -> None:
    calls = Calls()
    async with serving(calls) as server:
        peer = await Peer.call_in(server)
        peer.speak(VOICE)
        call = await calls.next()
        assert (call.call_id, call.band) == (str(peer.call), Band.NARROW)
        calls.finish()
        await peer.close()


async def test_silence_comes_before_the_peer_has_sent_any_sound() -> None:
    async with serving(listen) as server:
        peer = await Peer.call_in(server)
        assert [await peer.hears() for _ in range(3)] == [Sound(bytes(320), 0x10)] * 3
        await peer.close()


async def test_wide_sound_makes_a_wide_call() -> None:
    calls = Calls()
    async with serving(calls) as server:
        peer = await Peer.call_in(server)
        peer.speak(VOICE * 2, kind=0x12)
        call = await calls.next()
        assert call.band is Band.WIDE
        assert await anext(call.incoming()) == AudioFrame(VOICE * 2, 16000, 0.0)
        call.play(VOICE * 2)
        while await peer.hears() != Sound(VOICE * 2, 0x12):
            pass
        calls.finish()
        await peer.close()


async def test_other_rates_are_brought_to_wide_and_back() -> None:
    calls = Calls()
    async with serving(calls) as server:
        peer = await Peer.call_in(server)
        peer.speak(bytes(1764), kind=0x15)
        call = await calls.next()
        assert await anext(call.incoming()) == AudioFrame(bytes(640), 16000, 0.0)
        while await peer.hears() != Sound(bytes(1764), 0x15):
            pass
        calls.finish()
        await peer.close()


async def test_hanging_up_tells_the_peer_and_closes() -> None:
    async def decline(call: MediaTransport) -> None:
        await call.hang_up()

    async with serving(decline) as server:
        peer = await Peer.call_in(server)
        peer.speak(VOICE)
        assert (await peer.hears_the_end())[-1] == PeerHungUp()
        await peer.close()


async def test_a_caller_who_is_handed_back_is_not_hung_up() -> None:
    async with AsyncExitStack() as opened:

        async def to_a_person(call: MediaTransport) -> None:
            assert server.hand_back(call.call_id)
            await call.hang_up()

        server = await opened.enter_async_context(serving(to_a_person))
        peer = await Peer.call_in(server)
        peer.speak(VOICE)
        assert (await peer.hears_the_end())[-1] == HANDED_BACK
        assert not server.hand_back("a call that never was")
        await peer.close()


async def test_a_session_that_returns_hangs_up() -> None:
    calls = Calls()
    calls.finish()
    async with serving(calls) as server:
        peer = await Peer.call_in(server)
        peer.speak(VOICE)
        assert (await peer.hears_the_end())[-1] == PeerHungUp()
        await peer.close()


async def test_a_peer_that_vanishes_ends_its_call() -> None:
    ended = asyncio.Event()

    async def note_the_end(call: MediaTransport) -> None:
        await listen(call)
        ended.set()

    async with serving(note_the_end) as server:
        peer = await Peer.call_in(server)
        peer.speak(VOICE)
        await peer.close()
        await ended.wait()


async def test_garbage_ends_only_its_own_call() -> None:
    calls = Calls()
    async with serving(calls) as server:
        good, bad = await Peer.call_in(server), await Peer.call_in(server)
        good.speak(VOICE)
        good_call = await calls.next()
        with capture_logs() as logs:
            bad.write(b"GET / HTTP/1.1\r\n\r\n")
            assert (await bad.hears_the_end())[-1] == PeerHungUp()
        good_call.play(VOICE)
        await good.hears_frame(VOICE)
        calls.finish()
        await good.close()
        await bad.close()
    assert [(entry["event"], entry["call_id"], entry["reason"]) for entry in logs] == [
        ("audiosocket_malformed", str(bad.call), "unknown kind 0x47")
    ]


async def test_a_session_that_fails_ends_only_its_own_call() -> None:
    async def fail_on_star(call: MediaTransport) -> None:
        async for sound in call.incoming():
            if isinstance(sound, KeyPressed):
                raise ZeroDivisionError
            call.play(sound.pcm)

    async with serving(fail_on_star) as server:
        good, bad = await Peer.call_in(server), await Peer.call_in(server)
        with capture_logs() as logs:
            bad.speak(VOICE)
            bad.write(header(0x03, 1) + b"*")
            assert (await bad.hears_the_end())[-1] == HANDED_BACK
        good.speak(VOICE)
        await good.hears_frame(VOICE)
        await good.close()
        await bad.close()
    assert [(entry["event"], entry["call_id"]) for entry in logs] == [("call_failed", str(bad.call))]


async def test_one_call_too_many_is_refused() -> None:
    calls = Calls()
    async with serving(calls, at_most=1) as server:
        first = await Peer.call_in(server)
        await first.hears()
        with capture_logs() as logs:
            second = await Peer.connect(server)
            assert await second.hears_the_end() == [HANDED_BACK]
        first.speak(VOICE)
        await calls.next()
        calls.finish()
        await first.close()
        await second.close()
    assert [entry["event"] for entry in logs] == ["no_place"]


async def test_closing_the_server_hangs_up_and_waits_for_the_sessions() -> None:
    said_goodbye = False

    async def finish_properly(call: MediaTransport) -> None:
        nonlocal said_goodbye
        await listen(call)
        said_goodbye = True

    async with serving(finish_properly) as server:
        peer = await Peer.call_in(server)
        peer.speak(VOICE)
        await peer.hears_frame(bytes(320))
        await server.close()
        assert said_goodbye
        assert (await peer.hears_the_end())[-1] == PeerHungUp()
        await peer.close()


async def test_a_port_that_is_taken_is_explained() -> None:
    async with serving(listen) as server:
        rival = AudioSocketServer(listen, AudioSocketSettings(port=server.port), MediaClock())
        with pytest.raises(MediaError, match=f"cannot listen for AudioSocket on 127.0.0.1:{server.port}"):
            await rival.start()
        await rival.close()


async def test_draining_takes_no_new_call_and_lets_the_one_in_progress_finish() -> None:
    answered = asyncio.Event()

    async def until_hang_up(call: MediaTransport) -> None:
        answered.set()
        async for _ in call.incoming():
            pass

    async with serving(until_hang_up) as server:
        port = server.port
        peer = await Peer.call_in(server)
        peer.speak(VOICE)
        await answered.wait()
        draining = asyncio.create_task(server.drain(60))
        await asyncio.sleep(0)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        assert not draining.done()
        peer.write(HANG_UP_MESSAGE)
        await draining
        assert server.calls == 0
        await peer.hears_the_end()
        await peer.close()
