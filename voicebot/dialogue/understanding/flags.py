"""What changes a call whatever else is said. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from voicebot.dialogue.understanding.lexicon import Lexicon
from voicebot.dialogue.understanding.meaning import Flag

_IMPLIED = {
    Flag.CONSENT_REVOKED: Flag.OPT_OUT,
    Flag.ERASURE_REQUEST: Flag.OPT_OUT,
    Flag.SELF_HARM_RISK: Flag.VULNERABLE,
}
_LIKELY = 0.35
"""How probable a flag must be to be raised without a phrase."""
_STOLEN = 0.5
"""How probable identity theft must be: "that debt is not mine" alone is a dispute."""
_SURE = 0.6
"""How probable the wish for messages instead of calls must be: a wish for neither is the stricter one."""


def raised_flags(text: str, likely: Mapping[Flag, float], words: Lexicon) -> frozenset[Flag]:
    """The flags that ``text`` raises, by phrases or by the model: better one too many than one too few.

    Args:
        text: normal and nameless.
        likely: how probable each flag is, by the model.
        words: the vocabulary.
    """
    raised = said_flags(text, words) | {
        flag for flag, probability in likely.items() if probability >= _floor(flag, likely)
    }
    return frozenset(raised | {_IMPLIED[flag] for flag in raised if flag in _IMPLIED})


def said_flags(text: str, words: Lexicon) -> frozenset[Flag]:
    """The flags that the phrases in normal ``text`` raise."""
    raised, alarming = set[Flag](), dict[Flag, str]()
    for flag, pattern in words.warnings.possible(text):
        if flag not in alarming:
            alarming[flag] = words.false_alarms[flag].sub(" |", text)
        if flag not in raised and pattern.search(alarming[flag]):
            raised.add(flag)
    return frozenset(raised)


def _floor(flag: Flag, likely: Mapping[Flag, float]) -> float:
    """How probable ``flag`` must be: that messages are welcome must be said, not only that calls are not."""
    match flag:
        case Flag.OPT_OUT_VOICE:
            return max(_SURE, 2 * likely[Flag.OPT_OUT])
        case Flag.IDENTITY_THEFT:
            return _STOLEN
        case _:
            return _LIKELY
