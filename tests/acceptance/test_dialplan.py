"""What Asterisk does by itself: the bot away, people called, and an echo."""

from __future__ import annotations

import asyncio

import pytest

from tests.acceptance.bot import AUDIOSOCKET, WEBSOCKET, Way
from tests.acceptance.pbx import Pbx
from tests.acceptance.sip_phone import SipPhone
from tests.acceptance.sounds import talk, tone
from tests.fakes.until import PATIENCE

pytestmark = pytest.mark.call

ECHO = "103"
both_ways = pytest.mark.parametrize("way", [WEBSOCKET, AUDIOSOCKET], ids=["ARI", "AudioSocket"])


@both_ways
async def test_when_neither_bot_nor_people_are_there_the_caller_hears_an_apology(
    phone: SipPhone, way: Way
) -> None:
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial(way.number)
        await call.answered()
        await call.line.hears_voice(seconds=1.0)
        await call.ended.wait()  # Asterisk hangs up when all is said


@both_ways
async def test_when_the_bot_is_away_a_person_takes_the_call(
    phone: SipPhone, agent: SipPhone, way: Way
) -> None:
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial(way.number)
        taken = await agent.ringing.get()
        taken.answer()
        await call.answered()
        await talk(call, taken)
        await taken.hang_up()
        await call.ended.wait()


async def test_the_agents_telephone_shows_what_the_bot_knows_in_short_ascii(
    phone: SipPhone, agent: SipPhone, asterisk: Pbx
) -> None:
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial("104")
        taken = await agent.ringing.get()
        assert "negotiators has 1 calls" in await asterisk.console("queue", "show", "negotiators")
        await call.hang_up()
        await taken.ended.wait()

    offer = taken.offer
    assert offer.header("X-Voicebot-Call-Id") == "5f0f6a52-0000-4000-8000-000000000001"
    assert offer.header("X-Voicebot-Summary").startswith("Ana: owes $500.00, wants two dates soon")
    assert offer.header("X-Evil") == ""
    assert "Payment plan" in offer.header("From")


async def test_a_caller_waits_in_the_queue_of_the_first_skill_that_has_one(
    phone: SipPhone, agent: SipPhone, asterisk: Pbx
) -> None:
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial("105")
        taken = await agent.ringing.get()
        assert "negotiators-en has 1 calls" in await asterisk.console("queue", "show", "negotiators-en")
        await call.hang_up()
        await taken.ended.wait()

    assert taken.offer.header("X-Voicebot-Skills").startswith("plans en patience")
    assert taken.offer.header("X-Evil") == ""


async def test_a_telephone_hears_itself_through_asterisk(phone: SipPhone) -> None:
    delays = []
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial(ECHO)
        await call.answered()
        for _ in range(10):
            said = len(call.line.said)
            call.line.speak(tone(0.06))
            await call.line.hears_voice(seconds=0.06)
            first = next(packet.at for packet in call.line.said[said:] if packet.loud)
            delays.append((call.line.loud_since(first)[0].at - first) * 1000)
            await asyncio.sleep(0.1)
        await call.hang_up()
    print(f"\necho, packet out to packet in: {sorted(delays)[5]:.1f} ms (median of {len(delays)})")
