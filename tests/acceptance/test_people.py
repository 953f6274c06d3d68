"""What the dialer is told of the people whom willing callers would be passed on to."""

from __future__ import annotations

import asyncio

import pytest

from tests.acceptance.bot import SHORT_TALK, WEBSOCKET, Bot
from tests.acceptance.sip_phone import SipPhone
from voicebot.doors.people import NOBODY_OF_OURS

pytestmark = [pytest.mark.engine, pytest.mark.call, pytest.mark.timeout(180)]

PATIENCE = 90.0


async def test_the_queue_tells_who_is_free_as_soon_as_a_call_is_there_to_ask_by(
    bot: Bot, phone: SipPhone, agent: SipPhone
) -> None:
    door = await bot.opens_ari(WEBSOCKET, SHORT_TALK)
    assert await door.people("human") == NOBODY_OF_OURS
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial(WEBSOCKET.number)
        await call.answered()
        await bot.call()
        seen = await door.people("human")
        unknown = await door.people("no-such-queue")
        await call.hang_up()
        await bot.record()
    assert seen is not None
    assert (seen.waiting, seen.free, seen.wait_seconds) == (0, 1, 0.0)
    assert unknown is None or unknown.free == 0
