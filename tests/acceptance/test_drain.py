"""``voicebot serve`` is told to stop while somebody talks with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.acceptance.pbx import Pbx
from tests.acceptance.sip_phone import SipPhone
from tests.acceptance.sounds import talk
from tests.fakes.serving import Served, serving_example
from tests.fakes.until import PATIENCE
from voicebot.disposition import Disposition
from voicebot.settings import load_settings
from voicebot.store.sql import SqlStore

pytestmark = [pytest.mark.engine, pytest.mark.call]

BOT = "100"


@pytest.fixture
async def server(asterisk: Pbx, tmp_path: Path) -> AsyncIterator[Served]:
    keys = asterisk.passwords
    async with serving_example(
        VAR_DIR=str(tmp_path),
        AUDIOSOCKET__ENABLED="false",
        ARI__PORT=str(urlsplit(asterisk.ari).port),
        ARI__PASSWORD=keys["ARI_PASSWORD"],
        MEDIA__PORT=keys["MEDIA_WEBSOCKET"].rpartition(":")[2],
        MEDIA__PASSWORD=keys["MEDIA_PASSWORD"],
    ) as served:
        yield served


async def test_the_call_in_progress_finishes_and_new_callers_go_to_people(
    server: Served, phone: SipPhone, agent: SipPhone, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE):
        await server.says("ari_connected")
        first = await phone.dial(BOT)
        await first.answered()
        await first.line.hears_voice()
        server.terminate()
        await server.says("draining")

        second = await phone.dial(BOT)
        taken = await agent.ringing.get()
        taken.answer()
        await second.answered()
        await talk(second, taken)
        await second.hang_up()

        await first.line.hears_voice()
        first.line.press("9")  # no more calls, please
        await first.ended.wait()
        ended = await server.says("call_recorded")
        assert await server.ends() == 0

    store = SqlStore(load_settings(var_dir=tmp_path).store_url)
    await store.open()
    record = await store.find_call(str(ended["call_id"]))
    await store.close()
    assert record is not None
    assert record.disposition is Disposition.DNC
    assert record.turns[-1].text == "Understood. We will not call you again. Goodbye."
