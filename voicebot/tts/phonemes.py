"""A sentence as the phonemes that voices are trained on: espeak-ng's, with the punctuation in its place."""

from __future__ import annotations

import re
import unicodedata

from voicebot.tts.espeak import the_library
from voicebot.tts.synthesizer import Voice

_SPOKEN_LIKE = {"en": "en-us", "es": "es-419"}
"""espeak-ng's voice for a language; others go by their own code."""
_CLAUSE = re.compile(r"(.+?)([,;:.!?…]+(?=\s|$)|$)")
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")
"""espeak-ng marks words that it takes for another language's."""


def phonemes(sentence: str, language: str) -> str:
    """How ``sentence`` is said, in IPA, one letter for each phoneme or sign; commas and stops stay.

    Raises:
        SpeechError: espeak-ng is not installed, or does not know the language.
    """
    library = the_library()
    voice = Voice(language, _SPOKEN_LIKE.get(language, language))
    clauses = (
        f"{library.pronounce(words, voice).strip()}{stops[-1:]}"
        for words, stops in _CLAUSE.findall(sentence)
        if words.strip()
    )
    return unicodedata.normalize("NFD", _LANGUAGE_SWITCH.sub("", " ".join(clauses)))
