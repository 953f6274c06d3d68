"""What people say in the middle of a sentence, not at its end. Pure."""

from __future__ import annotations

from voicebot.dialogue.understanding.digits import spoken_digits
from voicebot.dialogue.understanding.lexicon import Lexicon, lexicon
from voicebot.dialogue.understanding.meaning import Expect, Setting


def unfinished(text: str, setting: Setting) -> bool:
    """Whether ``text`` stops at a word that wants another one: "um", "two hundred and", "el", or two digits
    where four are awaited."""
    words = lexicon(setting.language)
    normal = words.normal(text)
    return bool(words.dangling.search(normal)) or _digits_missing(normal, words, setting)


def _digits_missing(normal: str, words: Lexicon, setting: Setting) -> bool:
    if Expect.DIGITS not in setting.expects:
        return False
    return 0 < len(spoken_digits(normal, words)) < setting.digits_length
