"""Reminder calls to a promise on disk, by every way that brings the sound at once, in real time."""

from __future__ import annotations

import asyncio

import pytest

from tests.acceptance.bot import SIDE_BY_SIDE, Bot, Way
from tests.acceptance.callers import PROMISE, REMINDER_KEYS, dial, talk_through, type_through
from tests.acceptance.held_call import HeldCall
from tests.acceptance.pbx import Pbx
from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.sip_phone import SipPhone
from voicebot.calls.journal import CallAnswered
from voicebot.calls.record import CallRecord
from voicebot.disposition import Disposition

pytestmark = [pytest.mark.engine, pytest.mark.call, pytest.mark.timeout(600)]

PATIENCE = 450.0
"""Seconds for a whole call: several times what it takes."""


def keeps_the_promise(record: CallRecord) -> bool:
    return record.promise == PROMISE and record.disposition is Disposition.RPC_PARTIAL_PROMISE


async def test_callers_on_telephones_speak_with_the_bot_and_their_promises_are_on_disk(
    bot: Bot, phone: SipPhone, asterisk: Pbx
) -> None:
    used = asterisk.cpu_seconds
    names = {}

    async def promise(way: Way, call: PhoneCall, held: HeldCall) -> None:
        names[(await held.until(CallAnswered)).call_id] = way
        await talk_through(bot, call, held)
        await call.ended.wait()
        assert sum(packet.loud for packet in call.line.heard) * 0.02 > 10

    ways = [way for way in SIDE_BY_SIDE if way.media != "alaw"]
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as callers:
        for way in ways:
            await bot.opens(way)
            callers.create_task(promise(way, *await dial(phone, bot, way)))
    records = [await bot.record() for _ in ways]

    assert all(map(keeps_the_promise, records))
    for record in records:
        latencies = sorted(turn.latency.voice_to_voice for turn in record.turns if turn.latency)
        typed = sum(turn.text.startswith("[keys") for turn in record.turns)
        print(
            f"\n{names[record.call_id]}: {record.seconds:.0f} s, {typed} answers typed; "
            f"voice to voice {latencies[len(latencies) // 2]:.0f} ms (median of {len(latencies)})",
            end="",
        )
    seconds = sum(record.seconds for record in records)
    print(f"\nAsterisk used {(asterisk.cpu_seconds - used) / seconds:.1%} of a core for each call")


async def test_callers_who_only_press_keys_come_to_a_promise_as_well(bot: Bot, phone: SipPhone) -> None:
    async def promise(call: PhoneCall, held: HeldCall) -> None:
        await type_through(call, held, REMINDER_KEYS)
        await call.ended.wait()

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as callers:
        for way in SIDE_BY_SIDE:
            await bot.opens(way)
            callers.create_task(promise(*await dial(phone, bot, way)))
    records = [await bot.record() for _ in SIDE_BY_SIDE]

    assert all(map(keeps_the_promise, records))
    for record in records:
        typed = [turn.text for turn in record.turns if turn.speaker == "caller"]
        assert typed == [f"[keys {keys.rstrip('#')}]" for keys in REMINDER_KEYS.values()]
    print(f"\ncalls of {sorted(round(record.seconds) for record in records)} s")
