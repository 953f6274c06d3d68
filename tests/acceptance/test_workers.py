"""``voicebot serve --workers 2``: calls spread over processes, and one of them dies or hangs in mid-call."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.acceptance.pbx import Pbx
from tests.acceptance.sip_phone import SipPhone
from tests.acceptance.sounds import talk
from tests.fakes.serving import Served, serving_example
from tests.fakes.until import PATIENCE

pytestmark = [pytest.mark.engine, pytest.mark.call]

BOT = "100"


@pytest.fixture
async def server(asterisk: Pbx, tmp_path: Path) -> AsyncIterator[Served]:
    keys = asterisk.passwords
    async with serving_example(
        *("--workers", "2"),
        VAR_DIR=str(tmp_path),
        AUDIOSOCKET__PORT=keys["AUDIOSOCKET"].rpartition(":")[2],
        ARI__PORT=str(urlsplit(asterisk.ari).port),
        ARI__PASSWORD=keys["ARI_PASSWORD"],
        MEDIA__PORT=keys["MEDIA_WEBSOCKET"].rpartition(":")[2],
        MEDIA__PASSWORD=keys["MEDIA_PASSWORD"],
        CALLS__AT_MOST="2",
    ) as served:
        yield served
        if served.running:
            served.terminate()
            await served.ends()


async def both_ready(server: Served) -> dict[int, int]:
    """The process ids of the workers, by their numbers."""
    started = [await server.says("worker_started") for _ in range(2)]
    for _ in started:
        await server.says("worker_ready")
    return {int(str(one["number"])): int(str(one["pid"])) for one in started}


async def test_a_worker_dies_in_mid_call_and_its_caller_goes_to_people_while_the_other_call_goes_on(
    server: Served, phone: SipPhone, agent: SipPhone
) -> None:
    async with asyncio.timeout(PATIENCE):
        pids = await both_ready(server)
        first = await phone.dial(BOT)
        await first.answered()
        await first.line.hears_voice()
        second = await phone.dial(BOT)
        await second.answered()
        await second.line.hears_voice()

        assert agent.ringing.empty()
        os.kill(pids[1], signal.SIGKILL)
        taken = await agent.ringing.get()
        taken.answer()
        await talk(first, taken)
        await first.hang_up()
        await second.line.hears_voice()
        await server.says("worker_ready", number=1)

        third = await phone.dial(BOT)
        await third.answered()
        await third.line.hears_voice()
        for call, worker in ((second, 2), (third, 1)):
            await call.hang_up()
            assert (await server.says("call_recorded"))["worker"] == worker
        assert agent.ringing.empty()


async def test_a_worker_that_hangs_is_replaced_and_its_caller_goes_to_people(
    server: Served, phone: SipPhone, agent: SipPhone
) -> None:
    async with asyncio.timeout(PATIENCE):
        pids = await both_ready(server)
        call = await phone.dial(BOT)
        await call.answered()
        await call.line.hears_voice()
        assert agent.ringing.empty()
        os.kill(pids[1], signal.SIGSTOP)
        await server.says("worker_hangs", number=1)
        taken = await agent.ringing.get()
        taken.answer()
        await talk(call, taken)
        await call.hang_up()
        await server.says("worker_ready", number=1)


async def test_whoever_finds_all_places_taken_goes_to_people_and_nobody_does_before(
    server: Served, phone: SipPhone, agent: SipPhone
) -> None:
    async with asyncio.timeout(PATIENCE):
        await both_ready(server)
        calls = [await phone.dial(BOT) for _ in range(4)]
        for call in calls:
            await call.answered()
            await call.line.hears_voice()
        assert agent.ringing.empty()
        fifth = await phone.dial(BOT)
        taken = await agent.ringing.get()
        taken.answer()
        await talk(fifth, taken)
        for call in (*calls, fifth):
            await call.hang_up()
        held = [(await server.says("call_recorded"))["worker"] for _ in calls]
        assert sorted(map(str, held)) == ["1", "1", "2", "2"]


async def test_a_caller_whom_no_agent_takes_comes_back_to_the_worker_that_sent_them(
    server: Served, phone: SipPhone
) -> None:
    async with asyncio.timeout(PATIENCE):
        await both_ready(server)
        call = await phone.dial(BOT)
        await call.answered()
        await call.line.hears_voice()
        call.line.press("0")
        handed = await server.says("handed_off")
        back = await server.says("hand_off", step="NOBODY")
        assert back["worker"] == handed["worker"]
        await call.line.hears_voice()
        await call.hang_up()
        await server.says("call_recorded")
