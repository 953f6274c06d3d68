"""What changes a call whatever else is said. Pure."""

from __future__ import annotations

from voicebot.dialogue.understanding.lexicon import Lexicon
from voicebot.dialogue.understanding.meaning import Flag

_IMPLIED = {
    Flag.CONSENT_REVOKED: Flag.OPT_OUT,
    Flag.ERASURE_REQUEST: Flag.OPT_OUT,
    Flag.SELF_HARM_RISK: Flag.VULNERABLE,
}


def spoken_flags(text: str, words: Lexicon) -> frozenset[Flag]:
    """The flags that normal ``text`` raises: better one too many than one too few."""
    raised = {flag for flag, pattern, unless in words.flag_patterns if pattern.search(unless.sub(" |", text))}
    return frozenset(raised | {_IMPLIED[flag] for flag in raised if flag in _IMPLIED})
