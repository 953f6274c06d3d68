"""How ready a caller is to pay, from 0 to 1. Pure.

A figure for queues and reports, by a rubric: never a reason to treat a caller worse.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date

from voicebot.dialogue.understanding.lexicon import Lexicon
from voicebot.dialogue.understanding.meaning import Flag, Intent

_USUAL = {
    Intent.PROMISE: 0.75,
    Intent.NEGOTIATE: 0.75,
    Intent.QUESTION: 0.6,
    Intent.HUMAN: 0.55,
    Intent.CALL_LATER: 0.5,
    Intent.YES: 0.5,
    Intent.REPEAT: 0.5,
    Intent.HOLD_ON: 0.5,
    Intent.OTHER_LANGUAGE: 0.5,
    Intent.CANNOT_PAY: 0.25,
    Intent.DISPUTE: 0.15,
    Intent.STOP_CALLING: 0.0,
    Intent.HOSTILE: 0.0,
}
"""By intent; of the others nothing can be told."""
_PROMISED = 0.92
_REFUSED = 0.05
_BY_MESSAGE = 0.4
"""No calls, but messages are welcome."""


_READY = 0.12
"""What asking for the way to pay adds."""
_HESITANT = 0.15
"""What a "maybe" takes away."""


def willingness(
    normal: str, words: Lexicon, intent: Intent | None, flags: Set[Flag], day: date | None
) -> float | None:
    """How ready to pay is who says this; nothing where that was not the subject.

    Args:
        normal: the text as ``Lexicon.normal`` gives it.
        words: the vocabulary.
        intent: what it is about.
        flags: what it raises.
        day: when they will pay.
    """
    if (usual := _by_intent(intent, flags, day)) is None or usual <= _REFUSED:
        return usual
    ready, hesitant = words.readiness
    shift = _READY * bool(ready.search(normal)) - _HESITANT * bool(hesitant.search(normal))
    return round(min(max(usual + shift, 0.0), 0.95), 2)


def _by_intent(intent: Intent | None, flags: Set[Flag], day: date | None) -> float | None:
    match intent:
        case None:
            return None
        case Intent.PROMISE if day is not None:
            return _PROMISED
        case Intent.CANNOT_PAY if flags & {Flag.REFUSAL, Flag.BANKRUPTCY, Flag.SELF_HARM_RISK}:
            return _REFUSED
        case Intent.STOP_CALLING | Intent.HOSTILE if Flag.OPT_OUT_VOICE in flags:
            return _BY_MESSAGE
        case _:
            return _USUAL.get(intent)
