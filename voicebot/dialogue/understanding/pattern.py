"""The notation of the vocabulary's phrases, read as a regular expression and as JSGF alike. Pure.

``i [have] (already|just) paid <amount>`` has optional words, alternatives and slots; ``...`` stands for up to
four words of any kind and exists for text only: a recogniser cannot listen for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from voicebot.dialogue.understanding.text import fold

_TOKEN = re.compile(r"<(\w+)>|(\.\.\.)|([\[\]()|])|([^\s\[\]()|<>]+)")
_BRACKETS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}
_GAP = r"(?: \S+){0,4}?"


def expression(phrase: str, slots: Mapping[str, str]) -> re.Pattern[str]:
    """Finds ``phrase`` in folded text at word boundaries, with one named group for each slot.

    Args:
        phrase: in the notation of this module.
        slots: the regular expression of each slot, beginning with its blank.
    """
    return re.compile("".join(_piece(token, slots) for token in _TOKEN.finditer(phrase)) + r"(?= |$)")


def _piece(token: re.Match[str], slots: Mapping[str, str]) -> str:
    slot, gap, bracket, word = token.groups()
    if slot:
        return f"(?P<{slot}>{slots[slot]})"
    if gap:
        return _GAP
    return _BRACKETS[bracket] if bracket else re.escape(fold(word))


def any_of(words: Mapping[str, object] | tuple[str, ...]) -> str:
    """The regular expression of any of ``words``, longest first, so that "twenty first" beats "twenty"."""
    return "(?:" + "|".join(fold(word) for word in sorted(words, key=len, reverse=True)) + ")"
