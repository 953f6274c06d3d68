"""The caller breaks in: how soon the bot falls silent, measured at the telephone."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from statistics import median

import pytest

from tests.acceptance.bot import SIDE_BY_SIDE, Bot, Way
from tests.acceptance.callers import dial
from tests.acceptance.held_call import HeldCall
from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.sip_phone import SipPhone
from voicebot.calls.events import CallEvent, PromptEnded, PromptHeld, PromptStarted, StateEntered
from voicebot.calls.inbound import InboundSettings
from voicebot.demo.call import CALLER_VOICES

pytestmark = [pytest.mark.engine, pytest.mark.call, pytest.mark.timeout(600)]

PATIENCE = 300.0
TRIES = 5
MOST_MILLISECONDS = 5000.0
"""Half of what the prompt takes. How soon the bot falls silent is told: nobody judges a busy machine."""
LONG_PROMPT = InboundSettings(flow="long_prompt")


async def test_the_bot_falls_silent_at_the_telephone_when_the_caller_breaks_in(
    bot: Bot, phone: SipPhone
) -> None:
    answer = await bot.stations.prompts.render(
        "yes I can pay next friday", voice=CALLER_VOICES["en"], rate=8000
    )
    delays: dict[Way, list[float]] = defaultdict(list)

    async def break_in(way: Way, call: PhoneCall, held: HeldCall) -> None:
        await held.until(StateEntered, state="story")
        await held.until(PromptEnded, complete=True)  # the notice
        await call.line.hears_voice(seconds=0.6)
        call.line.speak(answer)
        await held.until(PromptEnded, complete=False)
        await asyncio.sleep(0.5)  # for packets on their way; the caller is still speaking
        began = next(packet.at for packet in call.line.said if packet.loud)
        heard = call.line.loud_since(began)
        delays[way].append((max((packet.at for packet in heard), default=began) - began) * 1000)
        await call.hang_up()
        await bot.record()

    ways = [way for way in SIDE_BY_SIDE if way.media != "alaw"]
    for way in ways:
        await bot.opens(way, LONG_PROMPT)
    for _ in range(TRIES):
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as callers:
            for way in ways:
                callers.create_task(break_in(way, *await dial(phone, bot, way)))

    for way in ways:
        assert median(delays[way]) < MOST_MILLISECONDS
        measured = ", ".join(f"{delay:.0f}" for delay in sorted(delays[way]))
        print(f"\n{way}: first voiced packet out to last voiced packet in: {measured} ms", end="")


async def test_the_notice_is_heard_to_its_end_by_who_speaks_over_it(bot: Bot, phone: SipPhone) -> None:
    loud = await bot.stations.prompts.render("no no no stop it", voice=CALLER_VOICES["en"], rate=8000)

    async def talk_over(way: Way, call: PhoneCall, held: HeldCall) -> None:
        happened: list[CallEvent] = []
        held.follow(happened.append)
        await held.until(PromptStarted)
        call.line.speak(loud)
        await held.until(PromptEnded)
        [notice] = [event for event in happened if isinstance(event, PromptHeld | PromptEnded)]
        assert isinstance(notice, PromptEnded)
        assert notice.complete, f"{way}: the notice was broken off"
        await call.hang_up()
        await bot.record()

    for way in SIDE_BY_SIDE:
        await bot.opens(way, LONG_PROMPT)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as callers:
        for way in SIDE_BY_SIDE:
            callers.create_task(talk_over(way, *await dial(phone, bot, way)))
