"""What a caller tells besides money and days: how many, when, which, at which number, and who. Pure."""

from __future__ import annotations

from datetime import time
from random import Random

from voicebot.dialogue.expecting import ListeningState
from voicebot.dialogue.language.flow import Choosable, Flow
from voicebot.dialogue.language.states import Ask
from voicebot.simulation.account import FIRST_NAME
from voicebot.simulation.remarks import Line
from voicebot.simulation.words import INTRODUCTIONS, NONSENSE, spell_out
from voicebot.tts.spoken import say_digits, say_number, say_time

PHONE = "2025550142"
"""Of nobody: numbers with 555-01 are kept for fiction."""
TOO_MANY = 120


class Particulars:
    """One caller's, at random."""

    def __init__(self, flow: Flow, language: str, rng: Random) -> None:
        self._flow, self._language, self._rng = flow, language, rng
        self._count = rng.randrange(1, 13)
        self._moment = time(rng.randrange(8, 20), rng.choice((0, 30)))

    def words(self, remark: Line, state: ListeningState) -> str:
        """``remark`` aloud, where ``state`` asks."""
        language = self._language
        match remark:
            case Line.COUNT:
                return say_number(self._count, language)
            case Line.TOO_MANY:
                return say_number(TOO_MANY, language)
            case Line.CLOCK:
                return say_time(self._moment, language)
            case Line.MIDNIGHT:
                return say_time(time(0), language)
            case Line.PHONE:
                return say_digits(PHONE, language)
            case Line.NAME:
                return f"{INTRODUCTIONS[language]} {FIRST_NAME}"
            case _:
                option = self._option(state)
                phrase = self._rng.choice(option.words[language] if option else NONSENSE[language])
                return spell_out(phrase, language, self._rng)

    def keys(self, remark: Line, state: ListeningState) -> str | None:
        """``remark`` in keys; ``None`` when there are none for it."""
        match remark:
            case Line.COUNT:
                return f"{self._count}#"
            case Line.TOO_MANY:
                return f"{TOO_MANY}#"
            case Line.CLOCK:
                return self._moment.strftime("%H%M")
            case Line.MIDNIGHT:
                return "0000"
            case Line.PHONE:
                return f"{PHONE}#"
            case Line.OPTION if option := self._option(state):
                return option.key
            case _:
                return None

    def _option(self, state: ListeningState) -> Choosable | None:
        slot = self._flow.slots[state.collect] if isinstance(state, Ask) and state.collect else None
        return self._rng.choice(list(slot.options.values())) if slot and slot.options else None
