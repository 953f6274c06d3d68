"""Whether a yes is one without ifs and buts, as it must be where something is promised. Pure."""

from __future__ import annotations

from voicebot.dialogue.understanding.lexicon import lexicon
from voicebot.dialogue.understanding.text import fold


def hedged(text: str, language: str) -> bool:
    """Whether ``text`` takes back, or makes depend on something, what it says yes to."""
    return lexicon(language).hedge.search(fold(text)) is not None
