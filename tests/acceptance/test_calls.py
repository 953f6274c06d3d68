"""Telephone calls: a SIP phone, Asterisk, AudioSocket, and our bot with its real engines, in real time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.acceptance.bot import TODAY, Bot
from tests.acceptance.pbx import Pbx
from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.sip_phone import SipPhone
from voicebot.calls.journal import HandedOff, PromptEnded, PromptStarted
from voicebot.calls.record import CallRecord
from voicebot.demo.account import BALANCE, CURRENCY, LAST4, NAME
from voicebot.demo.call import CALLER_VOICES
from voicebot.demo.caller import SimulatedCaller
from voicebot.demo.persona import Caller, Persona, Question
from voicebot.dialogue.loader import read_flow
from voicebot.disposition import Disposition, PromiseToPay

pytestmark = [pytest.mark.engine, pytest.mark.call, pytest.mark.timeout(600)]

PATIENCE = 450.0
"""Seconds for a whole call: several times what it takes."""
BOT = "101"
ECHO = "103"


@pytest.fixture(autouse=True)
async def nothing_left_behind(asterisk: Pbx) -> AsyncIterator[None]:
    yield
    async with asyncio.timeout(120):
        await asterisk.no_channels()


async def spoken(bot: Bot, words: str) -> bytes:
    return await bot.stations.prompts.render(words, voice=CALLER_VOICES["en"], rate=8000)


def ana(amount: str, day: date) -> Caller:
    return Caller(Persona(NAME, LAST4, BALANCE, Decimal(amount), CURRENCY, day, "en", TODAY))


async def hold(bot: Bot, call: PhoneCall, caller: Caller) -> CallRecord:
    """Let the simulated caller talk over the telephone until somebody hangs up."""
    prompts, voice = bot.stations.prompts, CALLER_VOICES["en"]
    person = SimulatedCaller(call.line, caller, prompts, voice, barge_in_on=Question.ALL_OF_IT)
    bot.listeners.append(person.follow)
    await person.run()
    return await bot.records.get()


async def test_a_caller_on_a_telephone_makes_a_promise_and_it_is_on_disk(
    phone: SipPhone, bot: Bot, asterisk: Pbx
) -> None:
    day = date(2026, 11, 27)
    async with asyncio.timeout(PATIENCE):
        used = asterisk.cpu_seconds
        call = await phone.dial(BOT)
        await call.answered()
        record = await hold(bot, call, ana("200", day))
        await call.ended.wait()

    kept = await bot.store.find_call(record.call_id)
    assert kept is not None
    assert kept.promise == PromiseToPay(Decimal("200"), "USD", day)
    assert kept.disposition is Disposition.RPC_PARTIAL_PROMISE
    assert sum(frame.loud for frame in call.line.heard) * 0.02 > 10
    latencies = sorted(turn.latency.voice_to_voice for turn in record.turns if turn.latency)
    typed = sum(turn.text.startswith("[keys") for turn in record.turns)
    print(
        f"\ncall of {record.seconds:.0f} s, {typed} answers typed; "
        f"voice to voice {latencies[len(latencies) // 2]:.0f} ms (median of {len(latencies)}); "
        f"Asterisk used {(asterisk.cpu_seconds - used) / record.seconds:.1%} of a core"
    )


async def test_the_bot_falls_silent_at_the_telephone_when_the_caller_breaks_in(
    phone: SipPhone, bot: Bot
) -> None:
    bot.flow, bot.facts = read_flow(Path(__file__).with_name("long_prompt.yaml"))[0], {}
    answer = await spoken(bot, "yes I can pay next friday")
    delays = []
    for _ in range(3):
        async with asyncio.timeout(PATIENCE):
            bot.events.clear()
            call = await phone.dial(BOT)
            await call.answered()
            await call.line.hears_voice(seconds=1.5)
            call.line.speak(answer)
            stopped = await bot.until(PromptEnded)
            await asyncio.sleep(0.1)  # for packets on their way
            silent_from = asyncio.get_running_loop().time()
            await asyncio.sleep(0.4)  # the caller is still speaking
            began = next(frame.at for frame in call.line.said if frame.loud)
            heard = call.line.loud_since(began)
            assert not stopped.complete
            assert not call.line.loud_since(silent_from)
            delays.append((max((frame.at for frame in heard), default=began) - began) * 1000)
            await call.hang_up()
            await bot.records.get()
    print(f"\nbarge-in, first voiced packet out to last voiced packet in: {sorted(map(round, delays))} ms")


async def test_a_caller_who_hangs_up_in_mid_prompt_leaves_one_record_and_no_channel(
    phone: SipPhone, bot: Bot, asterisk: Pbx, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial(BOT)
        await call.answered()
        await bot.until(PromptStarted)
        await call.line.hears_voice()
        await call.hang_up()
        record = await bot.records.get()
        await asterisk.no_channels()

    assert record.disposition is Disposition.SILENCE
    with sqlite3.connect(tmp_path / "voicebot.db") as database:
        assert database.execute("SELECT call_id FROM calls").fetchall() == [(record.call_id,)]
    database.close()


async def test_a_caller_who_asks_for_a_person_by_key_talks_with_one(
    phone: SipPhone, agent: SipPhone, bot: Bot
) -> None:
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial(BOT)
        await call.answered()
        await call.line.hears_voice()
        call.line.press("0")
        handed_off = await bot.until(HandedOff)
        decided = asyncio.get_running_loop().time()
        taken = await agent.ringing.get()
        rang = asyncio.get_running_loop().time()
        taken.answer()
        record = await bot.records.get()
        await talk(call, taken)
        await taken.hang_up()
        await call.ended.wait()

    assert handed_off.queue == "reception"
    assert record.disposition is Disposition.HUMAN_NO_RPC
    assert taken.offer.header("X-Voicebot-Call-Id") == record.call_id
    print(f"\nhand-off, decision to the agent's telephone ringing: {(rang - decided) * 1000:.0f} ms")


@pytest.mark.parametrize("number", ["100", "101"], ids=["ARI", "AudioSocket"])
async def test_when_neither_bot_nor_people_are_there_the_caller_hears_an_apology(
    phone: SipPhone, number: str
) -> None:
    async with asyncio.timeout(120):
        call = await phone.dial(number)
        await call.answered()
        await call.line.hears_voice(seconds=1.0)
        await call.ended.wait()  # Asterisk hangs up when all is said


@pytest.mark.parametrize("number", ["100", "101"], ids=["ARI", "AudioSocket"])
async def test_when_the_bot_is_away_a_person_takes_the_call(
    phone: SipPhone, agent: SipPhone, number: str
) -> None:
    async with asyncio.timeout(120):
        call = await phone.dial(number)
        taken = await agent.ringing.get()
        taken.answer()
        await call.answered()
        await talk(call, taken)
        await taken.hang_up()
        await call.ended.wait()


async def test_the_agents_telephone_shows_what_the_bot_knows_in_short_ascii(
    phone: SipPhone, agent: SipPhone, asterisk: Pbx
) -> None:
    async with asyncio.timeout(120):
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


async def test_a_telephone_hears_itself_through_asterisk(phone: SipPhone) -> None:
    delays = []
    async with asyncio.timeout(120):
        call = await phone.dial(ECHO)
        await call.answered()
        for _ in range(10):
            said = len(call.line.said)
            call.line.speak(tone(0.06))
            await call.line.hears_voice(seconds=0.06)
            first = next(frame.at for frame in call.line.said[said:] if frame.loud)
            delays.append((call.line.loud_since(first)[0].at - first) * 1000)
            await asyncio.sleep(0.1)
        await call.hang_up()
    print(f"\necho, packet out to packet in: {sorted(delays)[5]:.1f} ms (median of {len(delays)})")


async def talk(one: PhoneCall, other: PhoneCall) -> None:
    """Each speaks, and hears the other."""
    one.line.speak(tone())
    other.line.speak(tone())
    await asyncio.gather(one.line.hears_voice(seconds=0.5), other.line.hears_voice(seconds=0.5))


def tone(seconds: float = 1.0) -> bytes:
    at = np.arange(int(8000 * seconds)) / 8000
    return (8000 * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes()
