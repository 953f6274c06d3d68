"""Does the language model that may be asked about callers' words answer, and in time?"""

from __future__ import annotations

import asyncio
from datetime import date

from voicebot.dialogue.understanding.interpretation import OpenQuestion
from voicebot.dialogue.understanding.meaning import Expect, Intent, Setting
from voicebot.doctor.verdict import Verdict, ok, skipped, warning
from voicebot.interpreter.chat import ChatInterpreter, open_interpreter
from voicebot.interpreter.settings import InterpreterSettings
from voicebot.remote.address import host_of, is_here
from voicebot.settings import Settings

WORDS = "I would rather have a real human being for this"


async def check_interpreter(settings: Settings) -> Verdict:
    """It gives a proper answer within the time that calls wait for it."""
    chosen = settings.understanding.interpreter
    async with open_interpreter(chosen, settings.interpreter_key) as interpreter:
        if chosen is None or interpreter is None:
            return skipped("none is configured (understanding.interpreter)")
        await _seconds(interpreter)  # the first question may load the model
        return judge_interpreter(chosen, await _seconds(interpreter))


async def _seconds(interpreter: ChatInterpreter) -> float:
    setting = Setting("en", date.today(), frozenset({Expect.YES_NO}))
    question = OpenQuestion(WORDS, setting, frozenset({Intent.HUMAN, Intent.YES, Intent.NO}))
    began = asyncio.get_running_loop().time()
    await interpreter.ask(question)
    return asyncio.get_running_loop().time() - began


def judge_interpreter(chosen: InterpreterSettings, seconds: float) -> Verdict:
    """``seconds`` is how long a proper answer took."""
    found = f"{chosen.model} answers in {seconds:.2f} s"
    if seconds > chosen.timeout:
        return warning(
            f"{found}; calls wait {chosen.timeout:g} s",
            "take a smaller model or a nearer server, or raise understanding.interpreter.timeout",
        )
    host = host_of(chosen.base_url)
    return ok(found if is_here(host) else f"{found}; what callers say goes to {host}")
