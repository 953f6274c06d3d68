"""Reminder calls to a promise on disk, by every way that brings the sound at once, in real time."""

from __future__ import annotations

import asyncio
from statistics import median

import pytest

from tests.acceptance.bot import SIDE_BY_SIDE, Bot, Way
from tests.acceptance.callers import PROMISE, REMINDER_KEYS, dial, talk_through, type_through
from tests.acceptance.held_call import HeldCall
from tests.acceptance.pbx import Pbx
from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.sip_phone import SipPhone
from voicebot.calls.events import CallAnswered
from voicebot.calls.record import CallRecord
from voicebot.disposition import Disposition

pytestmark = [pytest.mark.engine, pytest.mark.call, pytest.mark.timeout(600)]

PATIENCE = 450.0
"""Seconds for a whole call: several times what it takes."""


async def test_callers_speak_or_press_keys_by_every_way_at_once_and_their_promises_are_on_disk(
    bot: Bot, phone: SipPhone, asterisk: Pbx
) -> None:
    used = asterisk.cpu_seconds
    names: dict[str, str] = {}

    async def speak(way: Way, call: PhoneCall, held: HeldCall) -> None:
        names[(await held.until(CallAnswered)).call_id] = f"{way}, spoken"
        await talk_through(bot, call, held)
        await call.ended.wait()
        assert sum(packet.loud for packet in call.line.heard) * 0.02 > 10

    async def press(way: Way, call: PhoneCall, held: HeldCall) -> None:
        names[(await held.until(CallAnswered)).call_id] = f"{way}, typed"
        await type_through(call, held, REMINDER_KEYS)
        await call.ended.wait()

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as callers:
        for way in SIDE_BY_SIDE:
            await bot.opens(way)
            callers.create_task(press(way, *await dial(phone, bot, way)))
            if way.media != "alaw":
                callers.create_task(speak(way, *await dial(phone, bot, way)))
    records = await bot.records(len(names))

    for call_id, name in names.items():
        record = records[call_id]
        assert record.promise == PROMISE, name
        assert record.disposition is Disposition.RPC_PARTIAL_PROMISE, name
        print(f"\n{name}: {described(record)}", end="")
    seconds = sum(record.seconds for record in records.values())
    print(f"\nAsterisk used {(asterisk.cpu_seconds - used) / seconds:.1%} of a core for each call")


def described(record: CallRecord) -> str:
    typed = sum(turn.text.startswith("[keys") for turn in record.turns)
    latencies = sorted(turn.latency.voice_to_voice for turn in record.turns if turn.latency)
    told = f"{record.seconds:.0f} s, {typed} answers typed"
    middle = f"; voice to voice {median(latencies):.0f} ms (median of {len(latencies)})" if latencies else ""
    return told + middle
