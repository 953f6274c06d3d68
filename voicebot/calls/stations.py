"""What every call of the process shares."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from voicebot.calls.ears import EndOfTurn
from voicebot.calls.journal import Journal
from voicebot.calls.mouth import Prompts
from voicebot.calls.record import CallLog
from voicebot.calls.settings import CallSettings
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.events import AgentLeft, HandedOff, HandOffFailed
from voicebot.dialogue.understanding.interpretation import OpenQuestion, Reply
from voicebot.stt.recognizer import Recognizer
from voicebot.tts.synthesizer import Voice
from voicebot.turns.timing import TurnTiming
from voicebot.vad.vad import Vad

HandOffEvent = HandedOff | HandOffFailed | AgentLeft

HandOffLine = Callable[[str, HandOff], AsyncIterator[HandOffEvent]]
"""``hand_off(call_id, where)`` gives a caller to humans, and tells what comes of it as long as the caller may
still come back. It is over without an outcome when the caller hangs up, or is out of our sight."""


class Interpreter(Protocol):
    """Somebody else who may know what words mean that we do not understand."""

    async def interpret(self, question: OpenQuestion) -> Reply:
        """An answer within a time that a caller can wait, or why there is none; it never fails."""


def _unwatched(journal: Journal) -> None:
    """Nobody follows along."""


@dataclass(frozen=True, slots=True)
class Stations:
    """The engines, the store and the settings that calls run on."""

    vad: Vad
    recognizer: Recognizer
    prompts: Prompts
    voices: Mapping[str, Voice]
    """By language."""
    timing: TurnTiming
    call_log: CallLog
    settings: CallSettings
    hand_off: HandOffLine
    recordings: Path | None
    """Folder of the stereo recordings; ``None`` keeps none."""
    not_heard: frozenset[str] = frozenset()
    """Languages that no call changes to, because the recogniser is not good enough in them."""
    interpreter: Interpreter | None = None
    """Asked about words that are not understood; ``None`` asks nobody."""
    end_of_turn: EndOfTurn | None = None
    """Hears whether a caller has finished; ``None`` goes by silence and words."""
    on_call: Callable[[Journal], None] = _unwatched
    """Is given the journal of every call before its first event, to follow it."""
