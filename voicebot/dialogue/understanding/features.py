"""What the model sees of an utterance: its words, pairs of words and pieces of words, as numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from voicebot.dialogue.understanding.lexicon import Lexicon

BUCKETS = 1 << 15
"""How many numbers features are hashed to."""
NUMBER, WEEKDAY, MONTH = "znum", "zday", "zmonth"
"""What stands for any number, weekday and month: it does not matter which."""
_STEM = 5

Features = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Distinct buckets and their weights."""


def tokens(text: str, words: Lexicon) -> list[str]:
    """The words of normal and nameless text, with one word for all numbers, for all weekdays, and so on."""
    text = re.sub(words.number_words.run, _number, text)
    text = _one_word_for(words.weekday_of, WEEKDAY, text)
    return _one_word_for(words.month_of, MONTH, text).split()


def _number(run: re.Match[str]) -> str:
    """A lone "one" or "una" is seldom a number."""
    return run[0] if run[0].strip() in ("one", "un", "una", "uno") else f" {NUMBER}"


def _one_word_for(table: Mapping[str, int], token: str, text: str) -> str:
    return "".join(f" {token if word in table else word}" for word in text.split())


def features(spoken: Sequence[str], class_of: Mapping[str, str]) -> Features:
    """The features of ``spoken``; each kind of them weighs the same, however many there are."""
    weights: dict[int, float] = {}
    for kind in _kinds(spoken, class_of):
        found = {crc32(one.encode()) % BUCKETS for one in kind}
        for bucket in found:
            weights[bucket] = weights.get(bucket, 0.0) + len(found) ** -0.5
    return np.fromiter(weights, np.int32, len(weights)), np.fromiter(
        weights.values(), np.float32, len(weights)
    )


def _kinds(spoken: Sequence[str], class_of: Mapping[str, str]) -> Iterator[list[str]]:
    general = [class_of.get(word, word) for word in spoken]
    stems = [word[:_STEM] for word in spoken]
    letters = " ".join(["", *spoken, ""])
    yield ["w" + word for word in spoken] or ["w"]
    yield [*_runs("b", spoken, 2), *_runs("t", spoken, 3)]
    yield [*_runs("g", general, 1), *_runs("h", general, 2), *_runs("i", general, 3)]
    yield [*_runs("s", stems, 1), *_runs("u", stems, 2)]
    yield [*_pairs_apart(spoken)]
    yield [*_grams("4", letters, 4), *_grams("5", letters, 5)]
    yield list(_grams("6", "".join(spoken), 6))


def _runs(kind: str, words: Sequence[str], length: int) -> Iterator[str]:
    """Every ``length`` words in a row, the edges of the utterance included."""
    edged = ["^", *words, "$"] if length > 1 else words
    for start in range(len(edged) - length + 1):
        yield kind + " ".join(edged[start : start + length])


def _pairs_apart(words: Sequence[str]) -> Iterator[str]:
    """Pairs of words with one or two others between them."""
    for start, first in enumerate(words):
        for second in words[start + 2 : start + 4]:
            yield f"k{first} {second}"


def _grams(kind: str, letters: str, length: int) -> Iterator[str]:
    for start in range(max(1, len(letters) - length + 1)):
        yield kind + letters[start : start + length]
