"""Callers who hang up, whatever is going on: one record each, and nothing left of them in Asterisk."""

from __future__ import annotations

import asyncio

import pytest

from tests.acceptance.bot import AUDIOSOCKET, EVERY_WAY, RTP, SHORT_TALK, WEBSOCKET, Bot, Way
from tests.acceptance.callers import PROMISE, SHORT_TALK_KEYS, dial, type_through
from tests.acceptance.pbx import Pbx
from tests.acceptance.sip_phone import SipPhone
from tests.fakes.until import PATIENCE
from voicebot.calls.events import PromptEnded, PromptStarted, StateEntered
from voicebot.disposition import Disposition
from voicebot.media.websocket import MediaWebSocketServer

pytestmark = [pytest.mark.engine, pytest.mark.call]

TO_THE_READ_BACK = {state: keys for state, keys in SHORT_TALK_KEYS.items() if state != "read_back"}


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
async def test_during_the_notice(bot: Bot, phone: SipPhone, asterisk: Pbx, way: Way) -> None:
    await bot.opens(way, SHORT_TALK)
    async with asyncio.timeout(PATIENCE):
        call, held = await dial(phone, bot, way)
        await held.until(PromptStarted)
        await call.line.hears_voice()
        await call.hang_up()
        record = await bot.record()
        await asterisk.nothing_left()

    assert (record.disposition, record.promise) == (Disposition.SILENCE, None)


async def test_while_the_bot_listens(bot: Bot, phone: SipPhone, asterisk: Pbx) -> None:
    await bot.opens(WEBSOCKET, SHORT_TALK)
    async with asyncio.timeout(PATIENCE):
        call, held = await dial(phone, bot, WEBSOCKET)
        await held.until(PromptStarted, text="Your digits?")
        await held.until(PromptEnded, complete=True)
        call.line.press("4")
        await call.hang_up()
        record = await bot.record()
        await asterisk.nothing_left()

    assert (record.disposition, record.promise) == (Disposition.SILENCE, None)


async def test_during_the_read_back_nothing_is_promised(bot: Bot, phone: SipPhone, asterisk: Pbx) -> None:
    await bot.opens(RTP, SHORT_TALK)
    async with asyncio.timeout(PATIENCE):
        call, held = await dial(phone, bot, RTP)
        await type_through(call, held, TO_THE_READ_BACK)
        await held.until(StateEntered, state="read_back")
        await call.line.hears_voice()
        await call.hang_up()
        record = await bot.record()
        await asterisk.nothing_left()

    assert (record.disposition, record.promise) == (Disposition.RPC_HANGUP, None)


async def test_during_the_goodbye_the_promise_is_kept(bot: Bot, phone: SipPhone, asterisk: Pbx) -> None:
    await bot.opens(AUDIOSOCKET, SHORT_TALK)
    async with asyncio.timeout(PATIENCE):
        call, held = await dial(phone, bot, AUDIOSOCKET)
        await type_through(call, held, SHORT_TALK_KEYS)
        await held.until(PromptStarted, text="That is noted. Goodbye.")
        await call.line.hears_voice()
        await call.hang_up()
        record = await bot.record()
        await asterisk.nothing_left()

    assert (record.disposition, record.promise) == (Disposition.RPC_PARTIAL_PROMISE, PROMISE)


async def test_before_the_call_is_answered(
    bot: Bot, phone: SipPhone, asterisk: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, looked_up = asyncio.Event(), asyncio.Event()
    read = bot.store.accounts_of

    async def slowly(number: str) -> object:
        asked.set()
        await looked_up.wait()
        return await read(number)

    monkeypatch.setattr(bot.store, "accounts_of", slowly)
    await bot.opens(WEBSOCKET, SHORT_TALK.model_copy(update={"region": "DE"}))  # where 2001 is a number
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial(WEBSOCKET.number)
        await asked.wait()
        await call.hang_up()
        looked_up.set()
        record = await bot.record()
        await asterisk.nothing_left()

    assert (record.disposition, record.turns) == (Disposition.SILENCE, ())


async def test_while_the_sound_is_being_opened(bot: Bot, phone: SipPhone, asterisk: Pbx) -> None:
    being_opened = asyncio.Event()

    class Slow(MediaWebSocketServer):
        async def connected(self, *expected: object, **told: object) -> object:  # type: ignore[override]
            being_opened.set()
            return await asyncio.Event().wait()

    await bot.opens_ari(WEBSOCKET, SHORT_TALK, Slow)
    async with asyncio.timeout(PATIENCE):
        call = await phone.dial(WEBSOCKET.number)
        await call.answered()
        await being_opened.wait()
        await call.hang_up()
        record = await bot.record()
        await asterisk.nothing_left()

    assert (record.disposition, record.turns) == (Disposition.SILENCE, ())
