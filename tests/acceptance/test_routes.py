"""Which conversation a caller gets: by the number they dial, and by their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from tests.acceptance.bot import FACTS, SHORT_TALK, TRUNK, WEBSOCKET, Bot
from tests.acceptance.pbx import Pbx
from tests.acceptance.sip_phone import SipPhone
from tests.fakes.until import PATIENCE
from voicebot.calls.accounts import Account
from voicebot.calls.events import PromptStarted, StateEntered
from voicebot.calls.inbound import InboundSettings, Route
from voicebot.calls.record import CallRecord
from voicebot.disposition import Disposition
from voicebot.telephony.channel import OriginateRequest

pytestmark = [pytest.mark.engine, pytest.mark.call]

REMINDERS, HOTLINE = "15550150100", "15550150111"
ANA, SOMEBODY = "+15550150123", "+15550150199"
ROUTES = InboundSettings(
    flow="long_prompt",
    routes={
        REMINDERS: Route(
            flow="short_talk", stranger="long_prompt", facts={**FACTS, "whose": "whoever calls"}
        ),
        HOTLINE: Route(flow="short_talk", facts={**FACTS, "whose": "the hotline"}),
    },
)
ACCOUNT = Account("A-17", "en", {"whose": "Ana", "last4": "1234"}, (ANA,))


@asynccontextmanager
async def telephone(asterisk: Pbx, number: str) -> AsyncIterator[SipPhone]:
    """Somebody whose number the carrier tells."""
    async with SipPhone.at(asterisk.sip, number, "") as phone:
        yield phone


async def opening(bot: Bot, asterisk: Pbx, caller: str, dialled: str) -> tuple[str, CallRecord]:
    """The bot's first words to a caller, and what remains of the call."""
    async with asyncio.timeout(PATIENCE), telephone(asterisk, caller) as phone:
        call = await phone.dial(dialled)
        await call.answered()
        held = await bot.call()
        words = await held.until(PromptStarted)
        await call.hang_up()
        return words.text, await bot.record()


async def test_the_number_that_is_dialled_chooses_the_flow(bot: Bot, asterisk: Pbx) -> None:
    await bot.opens(WEBSOCKET, ROUTES)
    for dialled in (HOTLINE, f"+{HOTLINE}"):
        words, record = await opening(bot, asterisk, SOMEBODY, dialled)
        assert words == "Machine for the hotline, recorded."
        assert (record.flow, record.account_id) == ("short_talk", None)
    _, record = await opening(bot, asterisk, SOMEBODY, "15550150177")
    assert record.flow == "long_prompt"


@pytest.mark.parametrize("number", [ANA, ANA[2:], "001" + ANA[2:]])
async def test_a_caller_is_known_by_their_number_however_the_carrier_writes_it(
    bot: Bot, asterisk: Pbx, number: str
) -> None:
    await bot.store.keep_account(ACCOUNT)
    await bot.opens(WEBSOCKET, ROUTES)

    words, record = await opening(bot, asterisk, number, REMINDERS)

    assert words == "Machine for Ana, recorded."
    assert (record.flow, record.account_id, record.direction) == ("short_talk", "A-17", "inbound")


@pytest.mark.parametrize("number", [SOMEBODY, "anonymous"])
async def test_a_stranger_gets_the_flow_for_strangers(bot: Bot, asterisk: Pbx, number: str) -> None:
    await bot.store.keep_account(ACCOUNT)
    await bot.opens(WEBSOCKET, ROUTES)

    words, record = await opening(bot, asterisk, number, REMINDERS)

    assert words == "Machine, recorded."
    assert (record.flow, record.account_id) == ("long_prompt", None)


async def test_a_stranger_who_wants_no_more_calls_is_never_dialled(bot: Bot, asterisk: Pbx) -> None:
    door = await bot.opens_ari(WEBSOCKET, ROUTES)
    async with asyncio.timeout(PATIENCE), telephone(asterisk, SOMEBODY) as phone:
        call = await phone.dial(HOTLINE)
        held = await bot.call()
        await held.until(StateEntered, state="verify")
        call.line.press("9")
        await call.ended.wait()
        asked = await bot.record()
        request = OriginateRequest(f"PJSIP/{SOMEBODY}@softphone", TRUNK, str(uuid4()))
        placed = await door.place(request, bot.matter(SHORT_TALK, "A-17"))
        assert await bot.record() == placed

    assert (asked.disposition, asked.account_id) == (Disposition.DNC, None)
    assert (placed.disposition, placed.answered) == (Disposition.BLOCKED_RULE, False)
