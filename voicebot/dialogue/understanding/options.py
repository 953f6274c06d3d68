"""Which option of a choice was named, in the phrases that a flow gives it. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from voicebot.dialogue.understanding.lexicon import lexicon
from voicebot.dialogue.understanding.meaning import Options
from voicebot.dialogue.understanding.own import normal_phrase
from voicebot.dialogue.understanding.pattern import any_phrase


def chosen_option(normal: str, of: Options, language: str) -> str | None:
    """The option in normal text; of phrases that overlap the longest counts, and of two options neither."""
    found = [
        (match.span(), option)
        for option, pattern in _patterns(of, language)
        for match in pattern.finditer(normal)
    ]
    found.sort(key=lambda one: one[0][0] - one[0][1])
    kept: list[tuple[tuple[int, int], str]] = []
    for span, option in found:
        if all(span[1] <= other[0] or other[1] <= span[0] for other, _ in kept):
            kept.append((span, option))
    named = {option for _, option in kept}
    return named.pop() if len(named) == 1 else None


@lru_cache(maxsize=64)
def _patterns(of: Options, language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each phrase by itself: the longest of them is looked for."""
    words = lexicon(language)
    return tuple(
        (option, any_phrase(normal_phrase(phrase, words.normal), {}))
        for option, phrases in of.phrases
        for phrase in phrases
    )
