"""People at the telephone: those who talk, and those who only press keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tests.acceptance.bot import TODAY, Bot, Way
from tests.acceptance.held_call import HeldCall
from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.sip_phone import SipPhone
from voicebot.calls.events import PromptStarted, StateEntered
from voicebot.demo.account import BALANCE, CURRENCY, LAST4, NAME
from voicebot.demo.call import CALLER_VOICES
from voicebot.demo.caller import SimulatedCaller
from voicebot.demo.persona import Caller, Persona, Question
from voicebot.disposition import PromiseToPay

AMOUNT, DAY = Decimal("200"), date(2026, 11, 27)
PROMISE = PromiseToPay(AMOUNT, CURRENCY, DAY)
"""What everybody here promises."""
REMINDER_KEYS = {
    "ask_person": "1",
    "verify.ask_digits": LAST4,
    "offer": "2",
    "ask_amount": "200#",
    "ask_day": "1127",
    "read_back": "1",
}
SHORT_TALK_KEYS = {"verify": LAST4, "ask_amount": "200#", "ask_day": "1127", "read_back": "1"}
"""The way to a promise, by the state that is answered."""


async def dial(phone: SipPhone, bot: Bot, way: Way) -> tuple[PhoneCall, HeldCall]:
    """Call the bot and be answered; both ends of the call."""
    call = await phone.dial(way.number)
    await call.answered()
    return call, await bot.call()


async def talk_through(bot: Bot, call: PhoneCall, held: HeldCall) -> None:
    """Let the simulated caller talk over the telephone until somebody hangs up."""
    persona = Persona(NAME, LAST4, BALANCE, AMOUNT, CURRENCY, DAY, "en", TODAY)
    prompts, voice = bot.stations.prompts, CALLER_VOICES["en"]
    person = SimulatedCaller(call.line, Caller(persona), prompts, voice, barge_in_on=Question.ALL_OF_IT)
    held.follow(person.follow)
    await person.run()


async def type_through(call: PhoneCall, held: HeldCall, keys: Mapping[str, str]) -> None:
    """Answer each state by keys, as soon as it is asked; the read-back, once it was heard."""
    for state, answer in keys.items():
        await held.until(StateEntered, state=state)
        if state == "read_back":
            await held.until(PromptStarted, text="Is that right?")
        for key in answer:
            call.line.press(key)
