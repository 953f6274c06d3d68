"""Mailboxes and people at a real telephone line: who answers is known while the bot already speaks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import uuid4

import pytest

from tests.acceptance.bot import FACTS, TRUNK, WEBSOCKET, Bot
from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.sip_phone import SipPhone
from tests.acceptance.sounds import AGENT_HERTZ, tone
from tests.fakes.until import PATIENCE
from voicebot.amd.answer import Answerer
from voicebot.calls.events import AnswerJudged, MailboxListens, PromptEnded, StateEntered
from voicebot.calls.inbound import InboundSettings
from voicebot.calls.record import CallRecord
from voicebot.demo.call import CALLER_VOICES
from voicebot.disposition import Disposition
from voicebot.media.frame import Band
from voicebot.telephony.channel import OriginateRequest

pytestmark = [pytest.mark.engine, pytest.mark.call]

GREETING = (
    "Hi, thanks for calling, and sorry that I cannot answer you at the moment. "
    "Please leave your name and your number, and I will call you back as soon as possible."
)
HANGS_UP = InboundSettings(flow="short_talk", facts={**FACTS, "whose": "a stranger"})
LEAVES = InboundSettings(flow="leaves_message", facts={**FACTS, "whose": "a stranger"})


@dataclass
class Answered:
    """A call that we placed, and what becomes of it."""

    call: PhoneCall
    placing: asyncio.Task[CallRecord]
    at: float
    """By the event loop's clock."""


async def answered(bot: Bot, phone: SipPhone, flow: InboundSettings) -> Answered:
    """Dial the telephone, which is picked up."""
    door = await bot.opens_ari(WEBSOCKET, flow)
    wanted = OriginateRequest("PJSIP/softphone", TRUNK, str(uuid4()), "Example <15550150100>", 30.0)
    placing = asyncio.create_task(door.place(wanted, bot.matter(flow, "A-17")))
    call = await phone.ringing.get()
    call.answer()
    return Answered(call, placing, asyncio.get_running_loop().time())


async def spoken(bot: Bot, text: str) -> bytes:
    return await bot.stations.prompts.render(text, voice=CALLER_VOICES["en"], rate=Band.NARROW)


async def test_a_mailbox_is_hung_up_on(bot: Bot, phone: SipPhone) -> None:
    greeting = await spoken(bot, GREETING)
    async with asyncio.timeout(PATIENCE):
        there = await answered(bot, phone, HANGS_UP)
        await asyncio.sleep(0.4)
        there.call.line.speak(greeting + tone(0.5, AGENT_HERTZ))
        held = await bot.call()
        judged = await held.until(AnswerJudged, answerer=Answerer.MACHINE)
        await there.call.ended.wait()
        seconds = asyncio.get_running_loop().time() - there.at
        record = await there.placing
        assert await bot.record() == record
    print(f"\nmachine known after {judged.at:.1f} s, line down after {seconds:.1f} s: {judged.evidence}")
    assert record.disposition is Disposition.MACHINE


async def test_a_message_is_left_whole_behind_the_beep(bot: Bot, phone: SipPhone) -> None:
    greeting = await spoken(bot, GREETING)
    async with asyncio.timeout(PATIENCE):
        there = await answered(bot, phone, LEAVES)
        there.call.line.speak(greeting + tone(0.5, AGENT_HERTZ))
        held = await bot.call()
        listens = await held.until(MailboxListens)
        beeped = asyncio.get_running_loop().time()
        await there.call.ended.wait()
        left = await held.until(PromptEnded)
        record = await there.placing
        assert await bot.record() == record
    message = there.call.line.loud_since(beeped)
    print(f"\nmailbox listens at {listens.at:.1f} s ({listens.why}), message {left.heard:.1f} s")
    assert (record.disposition, left.complete) == (Disposition.MACHINE, True)
    assert record.turns[-1].text.endswith("Goodbye.")
    assert 0.5 * left.heard < len(message) * 0.02 < left.heard + 0.5  # words have pauses


async def test_a_person_who_says_hello_is_never_hung_up_on(bot: Bot, phone: SipPhone) -> None:
    hello = await spoken(bot, "Hello?")
    async with asyncio.timeout(PATIENCE):
        there = await answered(bot, phone, HANGS_UP)
        held = await bot.call()
        await asyncio.sleep(0.5)
        there.call.line.speak(hello + bytes(3 * 16000) + hello)
        judged = await held.until(AnswerJudged)
        await held.until(StateEntered, state="verify")
        await asyncio.sleep(1.0)
        assert not there.call.ended.is_set()
        await there.call.hang_up()
        record = await there.placing
        assert await bot.record() == record
    assert judged.answerer is not Answerer.MACHINE
    assert record.disposition is not Disposition.MACHINE
