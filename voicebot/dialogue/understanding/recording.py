"""What may be said in a recording of which little is known. Pure."""

from __future__ import annotations

from datetime import date

from voicebot.dialogue.understanding.grammar import listen_context
from voicebot.dialogue.understanding.meaning import Expect, Intent, Setting, Topic
from voicebot.stt.recognizer import ListenContext


def context_of_recording(language: str, expect: str | None, today: date) -> ListenContext:
    """What a recogniser is told beforehand: ``expect`` names the kind of answer, ``None`` leaves it open."""
    expects = {Expect(expect)} if expect else {Expect.YES_NO, Expect.AMOUNT, Expect.DATE}
    allowed = frozenset() if expect else frozenset({*Intent, *Topic})
    return listen_context(Setting(language, today, frozenset(expects)), allowed)
