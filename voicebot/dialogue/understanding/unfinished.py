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


def may_grow(text: str, setting: Setting) -> bool:
    """Whether ``text`` ends in a number that often goes on, as "two hundred" in "two hundred fifteen" and
    "december twenty" in "december twenty first"; a currency's word or an ordinal closes it."""
    if not setting.expects & {Expect.AMOUNT, Expect.DATE}:
        return False
    words = lexicon(setting.language)
    last = words.normal(text).rpartition(" ")[2]
    value = words.number_words.values.get(last, 0)
    return last in words.number_words.multipliers or (value >= 20 and value % 10 == 0)


def _digits_missing(normal: str, words: Lexicon, setting: Setting) -> bool:
    if Expect.DIGITS not in setting.expects:
        return False
    return 0 < len(spoken_digits(normal, words)) < setting.digits_length
