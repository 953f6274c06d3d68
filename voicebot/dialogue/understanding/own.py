"""Intents that a flow names itself, by its own phrases. Pure.

A phrase is plain words with ``[optional]`` and ``(one|other)`` parts: what text matches, a recogniser can
listen for too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from voicebot.dialogue.understanding.lexicon import lexicon
from voicebot.dialogue.understanding.meaning import OwnIntent, OwnPhrases
from voicebot.dialogue.understanding.pattern import any_phrase

_WORDS = re.compile(r"[^\[\]()|]+")


def spoken_own(normal: str, own: OwnPhrases, language: str) -> frozenset[OwnIntent]:
    """The intents of ``own`` with a phrase in normal text, as whole words."""
    return frozenset(name for name, pattern in _patterns(own, language) if pattern.search(normal))


@lru_cache(maxsize=64)
def _patterns(own: OwnPhrases, language: str) -> tuple[tuple[OwnIntent, re.Pattern[str]], ...]:
    words = lexicon(language)
    return tuple(
        (OwnIntent(name), any_phrase("\n".join(normal_phrase(one, words.normal) for one in phrases), {}))
        for name, phrases in own
    )


def normal_phrase(phrase: str, normal: Callable[[str], str]) -> str:
    """A phrase whose words are written as those of normal text are."""
    return _WORDS.sub(lambda plain: f"{normal(plain[0])} ", phrase)


def checked_phrase(phrase: str) -> str:
    """``phrase``, if it can be matched and listened for.

    Raises:
        ValueError: says what cannot be.
    """
    if unlistenable := re.search(r"\.\.\.|[<>*]", phrase):
        raise ValueError(
            f"{unlistenable[0]!r} cannot be listened for: write words, [optional] and (one|other)"
        )
    try:
        pattern = any_phrase(phrase, {})
    except re.error:
        raise ValueError(
            f"the brackets of {phrase!r} do not match: write [optional] and (one|other)"
        ) from None
    if not _WORDS.search(phrase.replace(" ", "")) or pattern.match(" "):
        raise ValueError(f"{phrase!r} says nothing: write the words that callers say")
    return phrase
