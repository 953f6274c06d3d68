"""Calls about ``reminder.yaml``: its facts, and whoever makes a promise in it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.calls.scene import Scene
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.loader import read_flow
from voicebot.disposition import PromiseToPay
from voicebot.stt.scripted import ScriptedRecognizer

FACTS = {"balance": Decimal("500.00"), "currency": "USD"}
PROMISE = PromiseToPay(Decimal("215"), "USD", date(2026, 12, 4))
ANSWERS = ["two hundred fifteen dollars", "friday december fourth", "yes that's right"]


def reminder() -> Flow:
    return read_flow(Path(__file__).with_name("reminder.yaml"))[0]


def scene(flow: Flow, *answers: str, **more: object) -> Scene:
    return Scene(flow, ScriptedRecognizer(list(answers)), facts=FACTS, **more)  # type: ignore[arg-type]


async def answer_everything(call: Scene) -> None:
    for state in ("ask_amount", "ask_day", "read_back"):
        await call.asked(state)
        await call.say()


async def answer_once(call: Scene) -> None:
    await call.asked("ask_amount")
    await call.say()
