"""A small Asterisk dials a client that listens on a free port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from pydantic import ValidationError
from websockets.exceptions import InvalidStatus

from tests.fakes.fake_ari import FakeAri
from tests.fakes.until import until
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriRefusedError, AriUnavailableError
from voicebot.telephony.ari_events import Arrival, ChannelLost, LegEvent, StasisStart
from voicebot.telephony.settings import AriSettings


class Scene:
    """A client that listens, what it was told, and an Asterisk that may dial it."""

    def __init__(self, asterisk: FakeAri, **settings: Any) -> None:
        self.asterisk = asterisk
        self.arrivals: list[Arrival] = []
        listening = {"connection": "listen", "listen_port": 0, "password": "secret", **settings}
        self.client = AriClient(
            AriSettings.model_validate(listening), on_arrival=self.arrivals.append, dice=lambda: 0.0
        )
        self.running = asyncio.create_task(self.client.run())

    async def is_dialled(self) -> None:
        """Asterisk tries again until it is let in."""
        while not self.client.connected:
            with suppress(InvalidStatus):
                await self.asterisk.dial(self.client.port)
                await self.client.ready()

    async def is_cut_off(self) -> None:
        self.asterisk.cut()
        await until(lambda: not self.client.connected)

    async def refuses(self, **how: str) -> int:
        with pytest.raises(InvalidStatus) as refused:
            await self.asterisk.dial(self.client.port, **how)
        return refused.value.response.status_code


@asynccontextmanager
async def listening(**settings: Any) -> AsyncIterator[Scene]:
    async with FakeAri() as asterisk:
        scene = Scene(asterisk, **settings)
        await until(lambda: scene.client.port or scene.running.done())
        try:
            yield scene
        finally:
            scene.running.cancel()
            await asyncio.wait((scene.running,))


async def test_requests_and_events_go_over_the_connection_that_asterisk_opened() -> None:
    async with listening() as scene:
        await scene.is_dialled()
        channel = await scene.asterisk.call_in()
        await scene.client.request("POST", "channels", channel.id, "answer")
        assert channel.state == "Up"
        assert [type(arrival) for arrival in scene.arrivals] == [StasisStart]


async def test_when_asterisk_dials_again_live_channels_go_on_and_ended_ones_are_told() -> None:
    async with listening() as scene:
        await scene.is_dialled()
        stays: list[LegEvent] = []
        goes: list[LegEvent] = []
        scene.client.watch("stays", stays.append)
        scene.client.watch("goes", goes.append)
        await scene.asterisk.call_in("stays")
        leaving = await scene.asterisk.call_in("goes")
        await until(lambda: stays and goes)
        await scene.is_cut_off()
        await scene.asterisk.hang_up(leaving)
        await scene.is_dialled()
        assert len(stays) == 1
        assert goes[1:] == [ChannelLost("goes")]


async def test_only_asterisk_itself_is_let_in() -> None:
    async with listening() as scene:
        assert await scene.refuses(password="guessed") == 401
        assert await scene.refuses(protocol="media") == 400
        assert not scene.client.connected
        await scene.is_dialled()


async def test_a_second_asterisk_is_refused_while_the_first_is_there() -> None:
    async with listening() as scene:
        await scene.is_dialled()
        assert await scene.refuses() == 503
        assert await scene.client.request("GET", "applications", "voicebot")


async def test_two_asterisks_at_one_moment_are_not_both_served() -> None:
    async with listening() as scene:
        await asyncio.gather(
            *(scene.asterisk.dial(scene.client.port) for _ in range(2)), return_exceptions=True
        )
        await scene.client.ready()
        assert scene.asterisk.requests.count("GET channels") == 1


async def test_connections_that_end_at_once_do_not_become_a_storm() -> None:
    async with listening(reconnect={"first_seconds": 10.0}) as scene:
        for _ in range(2):
            await scene.is_dialled()
            await scene.is_cut_off()
        assert await scene.refuses() == 503


async def test_without_asterisk_a_request_says_what_to_look_at() -> None:
    async with listening(request_seconds=0.1) as scene:
        with pytest.raises(AriUnavailableError, match=r"Asterisk has not dialled 127.0.0.1:\d+;") as gone:
            await scene.client.request("GET", "bridges")
        assert not gone.value.sent


async def test_another_process_with_our_application_ends_it() -> None:
    async with listening() as scene:
        await scene.is_dialled()
        await scene.asterisk.replaced()
        with pytest.raises(AriRefusedError, match=r"give each its own ari.app"):
            await scene.running


async def test_an_address_that_is_taken_is_final() -> None:
    async with listening() as first, listening(listen_port=first.client.port) as second:
        with pytest.raises(AriRefusedError, match=r"set ari.listen_host and ari.listen_port"):
            await second.running


async def test_when_the_bot_ends_asterisk_finds_nobody_to_dial() -> None:
    async with listening() as scene:
        await scene.is_dialled()
        port = scene.client.port
        scene.running.cancel()
        await asyncio.wait((scene.running,))
        with pytest.raises(OSError, match="Connect call failed"):
            await scene.asterisk.dial(port)


def test_nobody_listens_without_a_password() -> None:
    with pytest.raises(ValidationError, match="VOICEBOT_ARI__PASSWORD"):
        AriSettings(connection="listen")
