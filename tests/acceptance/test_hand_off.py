"""Callers on their way to a person: taken, left alone, or gone before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.acceptance.bot import AUDIOSOCKET, RTP, SHORT_TALK, WEBSOCKET, Bot, Way
from tests.acceptance.callers import dial, type_through
from tests.acceptance.held_call import HeldCall
from tests.acceptance.pbx import Pbx
from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.sip_phone import SipPhone
from tests.acceptance.sounds import talk
from tests.fakes.until import PATIENCE
from voicebot.calls.events import (
    AgentLeft,
    HandedOff,
    HandingOff,
    HandOffFailed,
    PromptEnded,
    PromptStarted,
    StateEntered,
)
from voicebot.demo.account import LAST4
from voicebot.demo.call import CALLER_VOICES
from voicebot.disposition import Disposition

pytestmark = [pytest.mark.engine, pytest.mark.call]

by_ari = pytest.mark.parametrize("way", [WEBSOCKET, RTP], ids=str)


@pytest.fixture
async def short_queue(asterisk: Pbx) -> AsyncIterator[None]:
    """Nobody waits in it for long; but so long that a telephone rings, on a slow machine too."""
    await asterisk.set_variable("QUEUE_SECONDS", "3")
    yield
    await asterisk.set_variable("QUEUE_SECONDS", "45")


async def ask_for_a_person(phone: SipPhone, bot: Bot, way: Way) -> tuple[PhoneCall, HeldCall]:
    await bot.opens(way, SHORT_TALK)
    call, held = await dial(phone, bot, way)
    await held.until(StateEntered, state="verify")
    for key in "0#":
        call.line.press(key)
    await held.until(HandingOff, queue="care")
    return call, held


def show(way: Way, decided: float, rang: float, connected: float) -> None:
    rings, talks = (rang - decided) * 1000, (connected - decided) * 1000
    print(f"\n{way}, from the decision: the agent's telephone rings after {rings:.0f} ms, ", end="")
    print(f"both hear each other after {talks:.0f} ms")


@by_ari
async def test_a_caller_talks_with_a_person_and_comes_back_for_the_goodbye(
    bot: Bot, phone: SipPhone, agent: SipPhone, asterisk: Pbx, way: Way
) -> None:
    clock = asyncio.get_running_loop().time
    async with asyncio.timeout(PATIENCE):
        call, held = await ask_for_a_person(phone, bot, way)
        decided = clock()
        taken = await agent.ringing.get()
        rang = clock()
        taken.answer()
        connected = await talk(call, taken)
        await held.until(HandedOff)
        assert "care has 0 calls" in await asterisk.console("queue", "show", "care")
        await taken.hang_up()
        await held.until(AgentLeft)
        thanks = await held.until(PromptStarted, text="Thank you. Goodbye.")
        await call.ended.wait()
        record = await bot.record()

    offer = taken.offer
    assert offer.header("X-Voicebot-Call-Id") == record.call_id
    assert offer.header("X-Voicebot-Skills") == "en"  # nobody has a queue for that: care takes the call
    assert offer.header("X-Voicebot-Summary") == "Call of a stranger."
    assert "Needs care" in offer.header("From")
    assert (await held.until(PromptEnded)).complete
    assert thanks.text == record.turns[-1].text.removeprefix("One moment. ")
    assert record.disposition is Disposition.VULNERABLE
    show(way, decided, rang, connected)


async def test_over_audiosocket_the_dialplan_takes_the_caller_to_a_person(
    bot: Bot, phone: SipPhone, agent: SipPhone
) -> None:
    clock = asyncio.get_running_loop().time
    async with asyncio.timeout(PATIENCE):
        call, _ = await ask_for_a_person(phone, bot, AUDIOSOCKET)
        decided = clock()
        taken = await agent.ringing.get()
        rang = clock()
        taken.answer()
        record = await bot.record()
        connected = await talk(call, taken)
        await taken.hang_up()
        await call.ended.wait()

    assert taken.offer.header("X-Voicebot-Call-Id") == record.call_id
    assert record.disposition is Disposition.VULNERABLE
    show(AUDIOSOCKET, decided, rang, connected)


async def test_a_verified_debtor_comes_to_negotiators_of_the_same_language_who_are_told_what_is_owed(
    bot: Bot, phone: SipPhone, agent: SipPhone, asterisk: Pbx
) -> None:
    async with asyncio.timeout(PATIENCE):
        await bot.opens(WEBSOCKET, SHORT_TALK)
        call, held = await dial(phone, bot, WEBSOCKET)
        await type_through(call, held, {"verify": LAST4, "ask_amount": "0#"})
        taken = await agent.ringing.get()
        assert "negotiators-en has 1 calls" in await asterisk.console("queue", "show", "negotiators-en")
        taken.answer()
        await held.until(HandedOff)
        await taken.hang_up()
        await call.ended.wait()
        record = await bot.record()

    assert taken.offer.header("X-Voicebot-Skills") == "plans en"
    assert taken.offer.header("X-Voicebot-Summary") == "Verified owes five hundred dollars."
    assert "Wants to agree" in taken.offer.header("From")
    assert record.disposition is Disposition.RPC_NEGOTIATE_XFER


@pytest.mark.parametrize(
    ("way", "answer"), [(WEBSOCKET, "voice"), (RTP, "key")], ids=["chan_websocket-voice", "RTP-key"]
)
async def test_when_nobody_is_there_the_bot_offers_to_call_back(
    bot: Bot, phone: SipPhone, way: Way, answer: str
) -> None:
    yes = await bot.stations.prompts.render("yes please", voice=CALLER_VOICES["en"], rate=8000)
    async with asyncio.timeout(PATIENCE):
        call, held = await ask_for_a_person(phone, bot, way)
        failed = await held.until(HandOffFailed)
        await held.until(StateEntered, state="offer_call_back")
        if answer == "key":
            call.line.press("1")
        else:
            await call.line.hears_voice()
            call.line.speak(yes)
        await held.until(PromptStarted, text="We will call you. Goodbye.")
        await call.ended.wait()
        record = await bot.record()

    assert record.disposition is Disposition.HUMAN_NO_RPC
    print(f"\n{way}: that nobody is there is known after {failed.waited * 1000:.0f} ms")


async def test_when_nobody_answers_in_time_the_bot_offers_to_call_back(
    bot: Bot, phone: SipPhone, agent: SipPhone, short_queue: None
) -> None:
    async with asyncio.timeout(PATIENCE):
        call, held = await ask_for_a_person(phone, bot, RTP)
        ringing = await agent.ringing.get()
        await held.until(HandOffFailed)
        await ringing.ended.wait()
        await held.until(StateEntered, state="offer_call_back")
        await call.line.hears_voice()
        call.line.press("2")
        await call.ended.wait()
        record = await bot.record()

    assert record.turns[-1].text == "Goodbye."
    assert record.disposition is Disposition.HUMAN_NO_RPC


async def test_a_caller_who_hangs_up_while_waiting_for_a_person_leaves_one_record(
    bot: Bot, phone: SipPhone, agent: SipPhone
) -> None:
    async with asyncio.timeout(PATIENCE):
        call, _ = await ask_for_a_person(phone, bot, WEBSOCKET)
        ringing = await agent.ringing.get()
        await call.hang_up()
        await ringing.ended.wait()
        record = await bot.record()

    assert record.disposition is Disposition.VULNERABLE  # on disk before anybody was rung


async def test_a_caller_who_hangs_up_on_the_person_leaves_one_record(
    bot: Bot, phone: SipPhone, agent: SipPhone
) -> None:
    async with asyncio.timeout(PATIENCE):
        call, held = await ask_for_a_person(phone, bot, RTP)
        taken = await agent.ringing.get()
        taken.answer()
        await talk(call, taken)
        await held.until(HandedOff)
        await call.hang_up()
        await taken.ended.wait()
        record = await bot.record()

    assert record.disposition is Disposition.VULNERABLE
