"""Is it a wish for no more calls, in a language that is not that of the call? Pure."""

from __future__ import annotations

from functools import lru_cache

from voicebot.dialogue.understanding.flags import said_flags
from voicebot.dialogue.understanding.intents import spoken_intents
from voicebot.dialogue.understanding.lexicon import lexicon
from voicebot.dialogue.understanding.meaning import Flag, Intent

_OPT_OUTS = frozenset({Flag.OPT_OUT, Flag.OPT_OUT_VOICE, Flag.CONSENT_REVOKED, Flag.ERASURE_REQUEST})


@lru_cache(maxsize=4096)
def wants_no_calls(text: str, language: str) -> frozenset[Flag] | None:
    """The flags of a wish for no more calls that ``text`` is in ``language``; ``None`` where it is none.

    By phrases alone: putting right and weighing the words of another language costs ten times as much, for
    every utterance of every call.
    """
    words = lexicon(language)
    normal = words.normal(text)
    raised = said_flags(normal, words) & _OPT_OUTS
    said = Intent.STOP_CALLING in {one.intent for one in spoken_intents(normal, words)}
    return raised if said or raised else None
