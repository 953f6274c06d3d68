"""Digits spoken one by one or in groups. Pure."""

from __future__ import annotations

import re

from voicebot.dialogue.understanding.lexicon import Lexicon


def spoken_digits(text: str, words: Lexicon) -> str:
    """The digits in normal ``text``, in order: "four seven", "forty seven" and "double oh seven" alike."""
    plain = "".join(f" {words.digit_words.get(word, word)}" for word in text.split())
    for repeater, times in words.repeaters.items():
        plain = re.sub(rf" {repeater}( \S+)", lambda again, times=times: again[1] * times, plain)  # type: ignore[misc]
    runs = re.finditer(words.number_words.run, plain)
    return "".join(_figures(run[0], words) for run in runs)


def _figures(run: str, words: Lexicon) -> str:
    """A run of number words as digits; figures keep their leading zeros."""
    return "".join(
        word
        if word.isdecimal()
        else "".join(str(int(number)) for number in words.number_words.read(word.split()))
        for word in re.findall(r"(?<= )\d+(?= |$)|(?<= )[^\d ][^\d]*(?= |$)", run)
    )
