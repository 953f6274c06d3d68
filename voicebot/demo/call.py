"""The demo: bot and simulated caller on one line, in real time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console

from voicebot.app import open_prompts, open_stations
from voicebot.calls.matter import Matter
from voicebot.calls.mouth import Prompts
from voicebot.calls.record import CallRecord
from voicebot.calls.session import CallSession
from voicebot.calls.stations import Stations
from voicebot.calls.transcript import summary
from voicebot.demo.account import BALANCE, CURRENCY, LAST4, NAME, demo_facts
from voicebot.demo.caller import SimulatedCaller
from voicebot.demo.persona import Caller, Persona, Question
from voicebot.demo.show import DemoTranscript, conclusion
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.language.flow import Flow
from voicebot.media.frame import Band
from voicebot.media.loopback import Loopback
from voicebot.reception import Reception
from voicebot.settings import Settings
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Voice

JOURNAL = "journal.json"
"""What `voicebot replay` reads."""
CALLER_VOICES = {"en": Voice("en", "en-us", 140), "es": Voice("es", "es-419", 140)}


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What the simulated caller will say, and on what line."""

    flow: Flow
    language: str
    band: Band
    amount: Decimal
    day: date
    today: date
    out: Path


async def run_demo(settings: Settings, plan: DemoPlan, console: Console) -> CallRecord:
    """Hold the call, show it, and leave ``call.wav``, ``call.json`` and ``journal.json`` in ``plan.out``."""
    plan.out.mkdir(parents=True, exist_ok=True)  # before the call, not after it
    transcript = DemoTranscript(console)
    ears = settings.stt.model_copy(update={"languages": (plan.language,)})
    async with (
        open_stations(settings.model_copy(update={"stt": ears})) as stations,
        open_prompts(settings.model_copy(update={"tts": TtsSettings()})) as voices,
    ):
        record = await _call(replace(stations, recordings=plan.out), voices, plan, transcript)
    with suppress(FileNotFoundError):  # a recording that failed has said so
        (plan.out / f"{record.call_id}.wav").replace(plan.out / "call.wav")
    _keep(plan.out / "call.json", summary(record))
    facts = {name: str(value) for name, value in demo_facts(plan.language, plan.today).items()}
    _keep(plan.out / JOURNAL, {"facts": facts, "events": record.events})  # nobody's: the account is fictional
    for line in conclusion(record, f"Listen to {plan.out / 'call.wav'}; read {plan.out / 'call.json'}"):
        console.print(line, style="bold", highlight=False)
    return record


def _keep(path: Path, told: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


async def _call(
    stations: Stations, voices: Prompts, plan: DemoPlan, transcript: DemoTranscript
) -> CallRecord:
    """``voices`` speak for the caller, whatever the bot's own are."""
    line = Loopback(plan.band, call_id=str(uuid4()))
    facts = demo_facts(plan.language, plan.today)
    conversation, rehearsed = (
        Conversation(plan.flow, facts, language=plan.language, today=plan.today) for _ in range(2)
    )
    await Reception(stations).rehearse([rehearsed])
    session = CallSession(line.bot, Matter(conversation), stations)
    caller = SimulatedCaller(
        line.caller,
        Caller(_persona(plan)),
        voices,
        CALLER_VOICES[plan.language],
        barge_in_on=Question.ALL_OF_IT,
        on_reply=transcript.replies,
    )
    session.journal.follow(caller.follow)
    session.journal.follow(transcript.follow)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(caller.run(), name="simulated caller")
        try:
            return await session.run()
        finally:
            await line.bot.hang_up()


def _persona(plan: DemoPlan) -> Persona:
    return Persona(NAME, LAST4, BALANCE, plan.amount, CURRENCY, plan.day, plan.language, plan.today)
