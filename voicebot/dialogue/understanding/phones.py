"""Telephone numbers, dictated digit by digit or in groups, or written. Pure."""

from __future__ import annotations

import re

from voicebot.dialogue.understanding.digits import spoken_digits
from voicebot.dialogue.understanding.lexicon import Lexicon
from voicebot.telephony.number import e164


def spoken_phone(text: str, words: Lexicon, country: str) -> str:
    """The number in ``text`` as E.164; empty where there is none that ``country`` or the world may have."""
    normal = words.normal(re.sub(r"(?<=\d)[-./,]+(?=\d)", " ", text.replace("+", " plus ")))
    digits = spoken_digits(normal, words)
    abroad = re.search(r" (?:plus|mas) (?=\S)", normal) is not None
    return (e164(f"+{digits}" if abroad else digits, country) or "") if digits else ""
