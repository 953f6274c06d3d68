"""The caller breaks in: how soon the bot falls silent, measured at the telephone."""

from __future__ import annotations

import asyncio
from statistics import median

import pytest

from tests.acceptance.bot import EVERY_WAY, Bot, Way
from tests.acceptance.callers import dial
from tests.acceptance.sip_phone import SipPhone
from voicebot.calls.inbound import InboundSettings
from voicebot.calls.journal import PromptEnded, StateEntered
from voicebot.demo.call import CALLER_VOICES

pytestmark = [pytest.mark.engine, pytest.mark.call, pytest.mark.timeout(600)]

PATIENCE = 300.0
TRIES = 4
MOST_MILLISECONDS = 300.0
LONG_PROMPT = InboundSettings(flow="long_prompt")


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
async def test_the_bot_falls_silent_at_the_telephone_when_the_caller_breaks_in(
    bot: Bot, phone: SipPhone, way: Way
) -> None:
    answer = await bot.stations.prompts.render(
        "yes I can pay next friday", voice=CALLER_VOICES["en"], rate=8000
    )
    delays = []
    await bot.opens(way, LONG_PROMPT)
    for _ in range(TRIES):
        async with asyncio.timeout(PATIENCE):
            call, held = await dial(phone, bot, way)
            await held.until(StateEntered, state="story")
            await held.until(PromptEnded, complete=True)  # the notice
            await call.line.hears_voice(seconds=0.6)
            call.line.speak(answer)
            await held.until(PromptEnded, complete=False)
            await asyncio.sleep(0.1)  # for packets on their way
            silent_from = asyncio.get_running_loop().time()
            await asyncio.sleep(0.4)  # the caller is still speaking
            began = next(packet.at for packet in call.line.said if packet.loud)
            heard = call.line.loud_since(began)
            assert not call.line.loud_since(silent_from)
            delays.append((max((packet.at for packet in heard), default=began) - began) * 1000)
            await call.hang_up()
            await bot.record()
    assert median(delays) < MOST_MILLISECONDS
    print(f"\n{way}: first voiced packet out to last voiced packet in: {sorted(map(round, delays))} ms")
