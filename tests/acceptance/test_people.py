"""What the dialer is told of the people whom willing callers would be passed on to."""

from __future__ import annotations

import asyncio

import pytest

from tests.acceptance.bot import SHORT_TALK, WEBSOCKET, Bot
from tests.acceptance.pbx import Pbx
from tests.acceptance.sip_phone import SipPhone
from tests.fakes.until import PATIENCE
from voicebot.campaigns.pacing import Queue
from voicebot.doors.ari import AriDoor
from voicebot.doors.people import USUAL_TALK_SECONDS

pytestmark = [pytest.mark.engine, pytest.mark.call]

QUEUE = "102"
"""Whoever dials this waits for a person in the queue ``human``."""


@pytest.fixture(autouse=True)
async def nobody_has_talked_yet(asterisk: Pbx) -> None:
    """A queue remembers how long people talked, in other scenes too."""
    await asterisk.console("queue", "reset", "stats", "human")


async def told(door: AriDoor, queue: Queue) -> None:
    """Wait until Asterisk tells this of its queue: it counts a moment behind the calls."""
    while await door.people("human") != queue:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def test_the_queue_tells_who_is_free_and_how_long_the_wait_would_be_while_no_call_is_ours(
    bot: Bot, phone: SipPhone, agent: SipPhone
) -> None:
    door = await bot.opens_ari(WEBSOCKET, SHORT_TALK)
    async with asyncio.timeout(PATIENCE):
        await told(door, Queue(waiting=0, free=1, wait_seconds=0.0))
        talks = await phone.dial(QUEUE)
        (await agent.ringing.get()).answer()
        await talks.answered()
        await told(door, Queue(waiting=0, free=0, wait_seconds=USUAL_TALK_SECONDS))
        waits = await phone.dial(QUEUE)
        await waits.answered()
        await told(door, Queue(waiting=1, free=0, wait_seconds=2 * USUAL_TALK_SECONDS))
        await waits.hang_up()
        await talks.hang_up()
        await told(door, Queue(waiting=0, free=1, wait_seconds=0.0))


async def test_a_queue_that_is_not_there_is_not_known(bot: Bot) -> None:
    door = await bot.opens_ari(WEBSOCKET, SHORT_TALK)
    assert await door.people("no-such-queue") is None


async def test_queues_as_they_are_shipped_tell_their_average_talk(bot: Bot) -> None:
    door = await bot.opens_ari(WEBSOCKET, SHORT_TALK)
    told = await door.control.ask("QUEUE_VARIABLES(human)", "QUEUETALKTIME")
    assert told == {"QUEUE_VARIABLES(human)": "0", "QUEUETALKTIME": "0"}
