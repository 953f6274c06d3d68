"""A telephone day on a network that breaks at any moment: nobody who is watched is ever lost sight of."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, cast

import pytest
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed

from tests.fakes.fake_ari import FakeAri, FakeChannel
from voicebot.errors import TelephonyError
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_events import (
    Arrival,
    ChannelDestroyed,
    ChannelLost,
    LegEvent,
    StasisEnd,
    StasisStart,
)
from voicebot.telephony.ari_watches import Watch
from voicebot.telephony.settings import AriSettings

pytestmark = pytest.mark.virtual_time

CUTS = 1000


class Wire:
    """One end of a connection without sockets; what is on its way when it breaks is gone."""

    def __init__(self, dice: random.Random) -> None:
        self.remote_address = "a wire"
        self.transport = self
        self.other: Wire
        self._dice = dice
        self._coming: asyncio.Queue[str | None] = asyncio.Queue()
        self._broken = False

    async def send(self, text: str) -> None:
        if self._broken:
            raise ConnectionClosed(None, None)
        self.other._coming.put_nowait(text)

    def abort(self) -> None:
        for end in (self, self.other):
            end._broken = True
            end._coming.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[str]:
        while True:
            text = await self._coming.get()
            await asyncio.sleep(self._dice.random() / 100)
            if self._broken or text is None:
                raise ConnectionClosed(None, None)
            yield text


class Network:
    """Brings a client and an Asterisk together again, whenever they were cut off."""

    advice = "the network is broken"
    port = 0

    def __init__(self, asterisk: FakeAri, dice: random.Random) -> None:
        self.cuts = 0
        self._asterisk = asterisk
        self._dice = dice

    async def keep(self, serve: Callable[[Connection], Awaitable[None]]) -> None:
        while True:
            ours, theirs = Wire(self._dice), Wire(self._dice)
            ours.other, theirs.other = theirs, ours
            await theirs.send(json.dumps({"type": "ApplicationRegistered"}))
            session = asyncio.create_task(self._asterisk._session(cast("Connection", theirs)))
            with suppress(ConnectionClosed):
                await serve(cast("Connection", ours))
            await session
            self.cuts += 1


class Caller:
    """What the bot knows of one caller."""

    def __init__(self, channel_id: str, client: AriClient) -> None:
        self.ended = False
        self.watch: Watch = client.watch(channel_id, self.take)
        self.watch.in_asterisk = True
        self._client = client

    def take(self, event: LegEvent) -> None:
        match event:
            case StasisStart():
                self.watch.away = False
            case ChannelLost() | ChannelDestroyed():
                self._end()
            case StasisEnd() if not self.watch.away:
                self._end()

    async def hand_off(self) -> None:
        channel_id = self.watch.channel_id
        source = {"eventSource": f"channel:{channel_id}"}
        with suppress(TelephonyError):
            await self._client.request("POST", "applications", "voicebot", "subscription", query=source)
            self.watch.away = True
            await self._client.request("POST", "channels", channel_id, "continue", query={"context": "human"})

    def _end(self) -> None:
        assert not self.ended, "it ended twice"
        self.ended = True
        self.watch.close()


class Day:
    """Callers come, go to people, come back and hang up, while the connection is cut again and again."""

    def __init__(self, asterisk: FakeAri, seed: int) -> None:
        self.dice = random.Random(seed)
        self.asterisk = asterisk
        self.callers: dict[str, Caller] = {}
        settings = AriSettings(request_seconds=1.0)
        self.client = AriClient(settings, on_arrival=self._arrived)
        self.network = Network(asterisk, self.dice)
        self.client._way = self.network  # instead of sockets
        self._handing_off: set[asyncio.Task[None]] = set()

    def _arrived(self, arrival: Arrival) -> None:
        self.callers[arrival.channel_id] = Caller(arrival.channel_id, self.client)

    async def passes(self) -> None:
        """Something happens somewhere, and then the line may break."""
        await self.dice.choice((self._call, self._hang_up, self._hand_off, self._back))()
        await asyncio.sleep(self.dice.random() / 10)
        if self.dice.random() < 0.5:
            self.asterisk.cut()
            if channel := self._any():
                channel.subscribed = False  # measured: a mere cut does not cost it; nothing promises that
            await asyncio.sleep(self.dice.random() / 20)  # the next cut may come before all is compared

    async def settles(self) -> None:
        """Nothing more happens, and what was asked is answered."""
        if self._handing_off:
            await asyncio.wait(self._handing_off)
        await asyncio.sleep(3.0)
        await self.client.ready()

    async def _call(self) -> None:
        await self.asterisk.call_in(f"caller-{self.dice.getrandbits(60)}")

    async def _hang_up(self) -> None:
        if channel := self._any():
            await self.asterisk.hang_up(channel)

    async def _hand_off(self) -> None:
        if (channel := self._any()) and (caller := self.callers.get(channel.id)) and not caller.watch.away:
            task = asyncio.create_task(caller.hand_off())
            self._handing_off.add(task)
            task.add_done_callback(self._handing_off.discard)

    async def _back(self) -> None:
        if (channel := self._any()) and not channel.in_app:
            await self.asterisk.enter(channel, "human", "CONTINUE")

    def _any(self) -> FakeChannel | None:
        channels = [*self.asterisk.channels.values()]
        return self.dice.choice(channels) if channels else None

    def known(self) -> dict[str, Any]:
        """Who is on the line as the bot sees it, and whether they are away."""
        return {name: caller.watch.away for name, caller in self.callers.items() if not caller.ended}


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_cuts_the_bot_knows_every_caller_and_where_they_are(seed: int) -> None:
    async with FakeAri() as asterisk:
        day = Day(asterisk, seed)
        running = asyncio.create_task(day.client.run())
        while day.network.cuts < CUTS / 4:
            for _ in range(10):
                await day.passes()
            await day.settles()
            there = {name: not channel.in_app for name, channel in asterisk.channels.items()}
            assert day.known() == there
        running.cancel()
        await asyncio.wait((running,))
