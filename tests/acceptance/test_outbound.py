"""Calls that the bot places: whatever comes of one, it leaves one record."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.acceptance.bot import RTP, SHORT_TALK, TRUNK, WEBSOCKET, Bot
from tests.acceptance.callers import PROMISE, SHORT_TALK_KEYS, type_through
from tests.acceptance.sip_phone import SipPhone
from tests.fakes.until import PATIENCE
from voicebot.calls.events import PromptStarted, StateEntered
from voicebot.calls.record import CallRecord
from voicebot.disposition import Disposition
from voicebot.doors.ari import AriDoor
from voicebot.errors import StoreError
from voicebot.telephony.channel import OriginateRequest

pytestmark = [pytest.mark.engine, pytest.mark.call]

ACCOUNT = "A-17"
SOFTPHONE, AGENT = "PJSIP/softphone", "PJSIP/agent"


def request(endpoint: str, *, ring_seconds: float = 30.0) -> OriginateRequest:
    return OriginateRequest(endpoint, TRUNK, str(uuid4()), "Example <15550150100>", ring_seconds)


async def attempt(bot: Bot, door: AriDoor, wanted: OriginateRequest) -> CallRecord:
    """Place a call; what is on disk of it in the end."""
    async with asyncio.timeout(PATIENCE):
        record = await door.place(wanted, bot.matter(SHORT_TALK, ACCOUNT))
        assert await bot.record() == record
    assert (record.call_id, record.direction) == (wanted.channel_id, "outbound")
    assert (record.flow, record.account_id) == ("short_talk", ACCOUNT)
    return record


async def test_whoever_answers_hears_the_notice_and_promises(bot: Bot, phone: SipPhone) -> None:
    door = await bot.opens_ari(WEBSOCKET, SHORT_TALK)
    placing = asyncio.create_task(attempt(bot, door, request(SOFTPHONE)))
    async with asyncio.timeout(PATIENCE):
        call = await phone.ringing.get()
        assert "Example" in call.offer.header("From")
        call.answer()
        answered = asyncio.get_running_loop().time()
        await call.line.hears_voice()
        print(f"\nanswer to voice {asyncio.get_running_loop().time() - answered:.2f} s")
        held = await bot.call()
        notice = await held.until(PromptStarted)
        await type_through(call, held, SHORT_TALK_KEYS)
        await call.ended.wait()
        record = await placing

    assert notice.text.startswith("Machine for a stranger")
    assert (record.promise, record.disposition) == (PROMISE, Disposition.RPC_PARTIAL_PROMISE)


@pytest.mark.parametrize(
    ("sip_status", "disposition", "cause"),
    [
        (486, Disposition.BUSY, 17),
        (603, Disposition.REJECTED, 21),
        (404, Disposition.SIT_INVALID, 1),
        (484, Disposition.SIT_INVALID, 28),
        (480, Disposition.NO_ANSWER, 19),
        (503, Disposition.SIT_NO_CIRCUIT, 34),
        (500, Disposition.CARRIER_ERROR, 38),
    ],
)
async def test_a_call_that_is_refused_says_why(
    bot: Bot, phone: SipPhone, sip_status: int, disposition: Disposition, cause: int
) -> None:
    door = await bot.opens_ari(WEBSOCKET)
    placing = asyncio.create_task(attempt(bot, door, request(SOFTPHONE)))
    async with asyncio.timeout(PATIENCE):
        (await phone.ringing.get()).refuse(sip_status)
        record = await placing

    assert (record.disposition, record.cause, record.sip_status) == (disposition, cause, sip_status)
    assert (record.seconds, record.turns) == (0.0, ())


@pytest.mark.parametrize(
    ("number", "disposition", "cause"), [("486", Disposition.BUSY, 17), ("603", Disposition.REJECTED, 21)]
)
async def test_a_dialplan_that_hangs_up_says_why_as_well(
    bot: Bot, number: str, disposition: Disposition, cause: int
) -> None:
    door = await bot.opens_ari(WEBSOCKET)
    record = await attempt(bot, door, request(f"Local/{number}@from-phones"))
    assert (record.disposition, record.cause, record.sip_status) == (disposition, cause, None)


async def test_a_telephone_that_nobody_answers_stops_ringing_by_our_own_clock(
    bot: Bot, phone: SipPhone
) -> None:
    door = await bot.opens_ari(WEBSOCKET)
    placing = asyncio.create_task(attempt(bot, door, request(SOFTPHONE, ring_seconds=1.0)))
    async with asyncio.timeout(PATIENCE):
        await (await phone.ringing.get()).ended.wait()
        record = await placing

    assert (record.disposition, record.cause, record.sip_status) == (Disposition.NO_ANSWER, 19, None)


async def test_a_telephone_that_is_not_there_cannot_be_reached(bot: Bot) -> None:
    door = await bot.opens_ari(WEBSOCKET)
    record = await attempt(bot, door, request(AGENT))
    assert (record.disposition, record.cause) == (Disposition.CARRIER_ERROR, 0)


async def test_whoever_hangs_up_in_mid_prompt_leaves_one_record(bot: Bot, phone: SipPhone) -> None:
    door = await bot.opens_ari(RTP, SHORT_TALK)
    placing = asyncio.create_task(attempt(bot, door, request(SOFTPHONE)))
    async with asyncio.timeout(PATIENCE):
        call = await phone.ringing.get()
        call.answer()
        await call.line.hears_voice()
        await call.hang_up()
        record = await placing

    assert (record.disposition, record.promise) == (Disposition.SILENCE, None)


async def test_no_attempt_is_dialled_twice(bot: Bot, phone: SipPhone) -> None:
    door = await bot.opens_ari(WEBSOCKET)
    wanted = request(SOFTPHONE)
    placing = asyncio.create_task(attempt(bot, door, wanted))
    async with asyncio.timeout(PATIENCE):
        call = await phone.ringing.get()
        with pytest.raises(StoreError):
            await door.place(wanted, bot.matter(SHORT_TALK, ACCOUNT))
        call.refuse()
        await placing
    assert phone.ringing.empty()


async def test_the_called_person_answers_by_keys_before_the_bot_has_finished(
    bot: Bot, phone: SipPhone
) -> None:
    door = await bot.opens_ari(WEBSOCKET)
    placing = asyncio.create_task(attempt(bot, door, request(SOFTPHONE)))
    async with asyncio.timeout(PATIENCE):
        call = await phone.ringing.get()
        call.answer()
        held = await bot.call()
        await held.until(StateEntered, state="verify")
        call.line.press("9")
        await call.ended.wait()
        record = await placing
    assert record.disposition is Disposition.DNC
