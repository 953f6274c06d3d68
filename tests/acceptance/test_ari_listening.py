"""A real Asterisk that dials the bot, configured by the sections that stand commented out in dialplans."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.acceptance.pbx import Pbx
from tests.acceptance.test_configuration import variants
from tests.fakes.until import PATIENCE, until
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_events import Arrival, ChannelLost, LegEvent
from voicebot.telephony.ari_heartbeat import beat, say_goodbye
from voicebot.telephony.settings import AriSettings

PASSWORD = "of-the-acceptance-tests"


@pytest.fixture
def arrivals() -> list[Arrival]:
    return []


@pytest.fixture
async def client(arrivals: list[Arrival]) -> AsyncIterator[AriClient]:
    settings = AriSettings(
        connection="listen", listen_port=0, password=SecretStr(PASSWORD), request_seconds=60
    )
    client = AriClient(settings, on_arrival=arrivals.append)
    running = asyncio.create_task(client.run())
    await until(lambda: client.port)
    yield client
    running.cancel()
    await asyncio.wait((running,))


@asynccontextmanager
async def dialling(client: AriClient, folder: Path) -> AsyncIterator[Pbx]:
    pbx = await asyncio.to_thread(Pbx.start, folder / "pbx", "--site", str(folder / "site"))
    try:
        yield pbx
    finally:
        await asyncio.to_thread(pbx.stop)


@pytest.fixture
def folder(asterisk: Pbx, client: AriClient, tmp_path: Path) -> Path:
    """Where Asterisks of this test live; ``asterisk`` skips where none can be had."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "ari.conf").write_text(variants("ari.conf"))
    dialled = variants("websocket_client.conf").replace("9094", str(client.port))
    (site / "websocket_client.conf").write_text(dialled.replace("@ARI_PASSWORD@", PASSWORD))
    return tmp_path


async def call_in(pbx: Pbx) -> None:
    """Somebody calls the bot."""
    await pbx.ask(
        "POST", "channels", endpoint="Local/100@voicebot/n", context="human", extension="s", priority="1"
    )


async def test_asterisk_dials_the_bot_and_calls_are_taken_and_answered(
    folder: Path, client: AriClient, arrivals: list[Arrival]
) -> None:
    async with asyncio.timeout(PATIENCE), dialling(client, folder) as pbx:
        await client.ready()
        await call_in(pbx)
        await until(lambda: arrivals)
        channel_id = arrivals[0].channel_id
        await client.request("POST", "channels", channel_id, "answer")
        facts = await client.request("GET", "channels", channel_id)
        assert facts["state"] == "Up"
        assert pbx.complaints == []


async def test_callers_of_a_bot_that_has_not_been_seen_for_long_go_on_to_people(
    folder: Path, client: AriClient, arrivals: list[Arrival]
) -> None:
    async with asyncio.timeout(PATIENCE), dialling(client, folder) as pbx:
        await client.ready()
        beating = asyncio.create_task(beat(client))
        await until_seen(pbx)
        await call_in(pbx)
        await until(lambda: arrivals)
        beating.cancel()
        await asyncio.wait((beating,))
        await say_goodbye(client)
        await call_in(pbx)
        while "apology" not in await contexts(pbx):  # noqa: ASYNC110  # no agent is there either
            await asyncio.sleep(0.05)
    assert len(arrivals) == 1


async def until_seen(pbx: Pbx) -> None:
    while not (await pbx.ask("GET", "asterisk/variable", variable="VOICEBOT_SEEN"))["value"]:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def contexts(pbx: Pbx) -> set[str]:
    """Where in the dialplan calls are."""
    return {channel["dialplan"]["context"] for channel in await pbx.ask("GET", "channels")}


async def test_an_asterisk_that_was_killed_dials_again_and_its_calls_are_lost(
    folder: Path, client: AriClient, arrivals: list[Arrival]
) -> None:
    story: list[LegEvent] = []
    async with asyncio.timeout(PATIENCE):
        async with dialling(client, folder) as pbx:
            await client.ready()
            await call_in(pbx)
            await until(lambda: arrivals)
            client.watch(arrivals[0].channel_id, story.append).in_asterisk = True
            os.kill(int((pbx.directory / "run" / "asterisk.pid").read_text()), signal.SIGKILL)
            await until(lambda: not client.connected)
        async with dialling(client, folder):
            await client.ready()
            assert story == [ChannelLost(arrivals[0].channel_id)]
