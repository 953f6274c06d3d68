"""What people say while they listen. Pure."""

from __future__ import annotations

from voicebot.dialogue.understanding.lexicon import lexicon


def is_backchannel(text: str, language: str) -> bool:
    """Whether ``text`` is nothing but signs of listening, such as "aha" and "ok, ok"; "yes" is one too, as
    long as nothing has been asked."""
    words = lexicon(language)
    return bool(words.listening.match(words.normal(text)))
