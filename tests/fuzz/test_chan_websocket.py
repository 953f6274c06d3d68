from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from typing import Any, cast

from structlog.testing import capture_logs
from websockets.asyncio.server import ServerConnection

from tests.fuzz.mutate import MANY, json_inputs
from voicebot.media.chan_websocket import (
    ChanWebSocketError,
    DtmfEnd,
    MediaEvent,
    MediaStart,
    PassedOver,
    PeerError,
    read_event,
)
from voicebot.media.clock import MediaClock, Paced
from voicebot.media.far_playout import MOST_AHEAD_FRAMES, FarPlayout
from voicebot.media.frame import Band, KeyPressed
from voicebot.media.websocket_line import WebSocketTransport

START = {
    "event": "MEDIA_START",
    "connection_id": "voicebot-media",
    "channel_id": "1700000000.8",
    "format": "slin",
    "optimal_frame_size": 320,
    "ptime": 20,
    "channel_variables": {"MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE": "320"},
}
EVENTS: tuple[dict[str, Any], ...] = (
    START,
    {"event": "MEDIA_MARK_PROCESSED", "channel_id": "1700000000.8", "correlation_id": "7"},
    {"event": "DTMF_END", "channel_id": "1700000000.8", "digit": "#"},
    {"event": "MEDIA_XOFF", "channel_id": "1700000000.8"},
    {"event": "MEDIA_XON", "channel_id": "1700000000.8"},
    {"event": "QUEUE_DRAINED", "channel_id": "1700000000.8"},
    {"event": "ERROR", "error_text": "no"},
    {"event": "STATUS", "queue_length": 3},
)
SOUND = [json.dumps(event) for event in EVENTS]
FRAME = Band.NARROW.frame_bytes


def test_any_text_is_an_event_or_the_one_error() -> None:
    read = 0
    for text in json_inputs(3, EVENTS):
        try:
            event = read_event(text.decode(errors="surrogateescape"))
        except ChanWebSocketError:
            continue
        assert_usable(event)
        read += 1
    assert MANY * 0.2 < read < MANY * 0.8


def assert_usable(event: MediaEvent) -> None:
    match event:
        case MediaStart():
            assert event.optimal_frame_size >= 0
            assert type(event.format) is str
        case DtmfEnd(digit=digit):
            assert digit in frozenset("0123456789*#ABCDabcd")
        case PassedOver(event=name):
            assert name not in {known["event"] for known in EVENTS[:-1]}
        case PeerError(error_text=why):
            assert type(why) is str


def test_whatever_asterisk_reports_the_mirror_gives_out_what_was_played_once_and_in_order() -> None:
    dice = random.Random(4)
    for _ in range(MANY // 500):
        mirror = Mirror(dice)
        for _ in range(500):
            mirror.step()


class Mirror:
    """A playout, and an Asterisk that reports whatever it likes."""

    def __init__(self, dice: random.Random) -> None:
        self.playout = FarPlayout(Band.NARROW)
        self._dice = dice
        self._played = 0
        self._last = 0
        self._ahead = 0
        self._xoff = False

    def step(self) -> None:
        heard, chance = self.playout.heard_seconds, self._dice.random()
        if chance < 0.15:
            self._play()
        elif chance < 0.5:
            self._tick()
        elif chance < 0.6:
            self._dice.choice((self.playout.pause, self.playout.resume, self.playout.flush))()
        else:
            self._report()
        self._send()
        assert heard <= self.playout.heard_seconds <= self._played * 0.02 + 1e-6

    def _play(self) -> None:
        for _ in range(int(self._dice.random() * 60)):
            self._played += 1
            self.playout.play(self._played.to_bytes(4, "little") * (FRAME // 4))

    def _tick(self) -> None:
        if (frame := self.playout.tick()) is not None:
            number = int.from_bytes(frame[:4], "little")
            assert frame == frame[:4] * (FRAME // 4)
            assert self._last < number <= self._played
            self._last = number

    def _report(self) -> None:
        chance = self._dice.random()
        if chance < 0.2:
            self._xoff = True
            self.playout.xoff()
        elif chance < 0.5:
            self._xoff = False
            self.playout.xon()
        elif chance < 0.9:
            self.playout.mark_processed(str(int(self._dice.random() * 100)))
        else:
            heard = self.playout.heard_seconds
            self.playout.mark_processed(self._dice.choice(("", "x", "²", "1e2", "-1")))
            assert self.playout.heard_seconds == heard

    def _send(self) -> None:
        sent = b"".join(message for message in self.playout.to_send() if isinstance(message, bytes))
        assert len(sent) % FRAME == 0
        assert len(sent) <= MOST_AHEAD_FRAMES * FRAME
        assert not (sent and self._xoff)


async def test_whatever_asterisk_sends_a_call_is_carried_or_ends_and_is_ticked_once() -> None:
    dice, calls = random.Random(5), 0
    texts = asterisk(dice)
    with capture_logs() as logs:
        while (first := next(texts, None)) is not None:
            await Line(chain((SOUND[0], first), texts), dice).carry()
            calls += 1
    assert calls > MANY * 0.05
    assert {entry["event"] for entry in logs} == {"media_malformed", "media_command_refused"}


def asterisk(dice: random.Random) -> Iterator[str]:
    """Events in any order, one in ten of them damaged: a call lives long enough to come to harm."""
    for text in json_inputs(5, EVENTS, MANY // 10):
        yield from dice.choices(SOUND[1:], k=9)
        yield text.decode(errors="replace")  # the websocket library ends a call over other text


class Line(MediaClock):
    """One connection on which Asterisk says ``texts``, with sound between them, as long as it is heard."""

    def __init__(self, texts: Iterator[str], dice: random.Random) -> None:
        super().__init__()
        self._texts = texts
        self._dice = dice
        self._joined = 0
        self._transport = WebSocketTransport("call-1", Band.NARROW, self, cast(ServerConnection, self))

    async def carry(self) -> None:
        await self._transport.run(on_started=lambda: None)
        items = [item async for item in self._transport.incoming()]
        sound = [item for item in items if not isinstance(item, KeyPressed)]
        assert all(len(frame.pcm) == FRAME for frame in sound)
        assert all(
            item.key in frozenset("0123456789*#ABCD") for item in items if isinstance(item, KeyPressed)
        )

    # The clock

    def join(self, leg: Paced) -> None:
        self._joined += 1
        assert self._joined == 1, "ticked twice in each 20 ms"

    def leave(self, leg: Paced) -> None:
        pass

    # The connection

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        for text in self._texts:
            yield text
            yield self._dice.randbytes(2 * int(self._dice.random() * FRAME))

    async def send(self, message: str | bytes) -> None:
        pass

    async def close(self) -> None:
        pass
