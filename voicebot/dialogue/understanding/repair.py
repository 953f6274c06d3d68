"""Words that a recogniser tore apart, or wrote down by ear, put right by the words that we know. Pure.

"per mission" is "permission" and "yamen" is "llamen". What is known is kept as it is, and so are names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from voicebot.dialogue.understanding.examples import examples
from voicebot.dialogue.understanding.lexicon import lexicon
from voicebot.dialogue.understanding.text import fold

_TORN = 6
"""Letters of the shortest word that two known ones are joined to: "a hora" is left to the vocabulary."""
_STEM = 5
"""Letters of the shortest stem ("demand*") by which a word is known."""

_BY_EAR: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (
        *(("ph", "f"), ("^kn", "n"), ("^wr", "r"), ("gh", ""), ("ssion|tion|cian", "shn"), ("ck", "k")),
        *(("c(?=[eiy])", "s"), ("[cq]", "k"), ("x", "ks"), ("z", "s"), ("dg", "j"), (r"(.)\1+", r"\1")),
        *(("(?<=.)[aeiouy]+$", ""), ("[aeiouy]+", "a")),
    ),
    "es": (
        *(("ch", "x"), ("h", ""), ("ll", "y"), ("[vw]", "b"), ("z|c(?=[ei])", "s"), ("qu(?=[ei])", "k")),
        *(("[cq]", "k"), ("g(?=[ei])", "j"), ("gu(?=[ei])", "g"), ("(?<=[aeou])i(?=[aeou])", "y")),
        (r"(.)\1+", r"\1"),
    ),
}
"""What cannot be told apart by ear, rule after rule: English vowels, Spanish b and v, ll and y, s and z."""
_SHORTEST_SOUND = {"en": 6, "es": 3}
"""Letters of the shortest sound by which a word is recognised: English is not written as it is spoken."""


@dataclass(frozen=True, slots=True)
class _Known:
    words: Collection[str]
    stems: tuple[str, ...]
    pairs: Collection[tuple[str, str]]
    by_sound: Mapping[str, str]

    def has(self, word: str) -> bool:
        return word in self.words or word.startswith(self.stems)

    def begins(self, word: str, *, beyond: int) -> bool:
        """Whether ``word`` has a stem longer than ``beyond`` letters."""
        return any(len(stem) > beyond and word.startswith(stem) for stem in self.stems)


def repaired(normal: str, language: str, name: str) -> str:
    """Normal text with its torn and misspelled words put right; the words of ``name`` are kept."""
    spoken, known = normal.split(), _known(language)
    kept = fold(name).split()
    done: list[str] = []
    for word in spoken:
        if done and (joined := _joined(done[-1], word, known, kept, language)):
            done[-1] = joined
        else:
            done.append(word)
    return "".join(f" {word if word in kept else _by_ear(word, known, language)}" for word in done)


def _joined(one: str, other: str, known: _Known, kept: Collection[str], language: str) -> str | None:
    """The word that both are the halves of."""
    whole = one + other
    if not whole.isalpha() or one in kept or other in kept or (one, other) in known.pairs:
        return None
    halves = len(one) > 1 < len(other)
    if known.has(one) and known.has(other):
        return whole if halves and len(whole) >= _TORN and whole in known.words else None
    if whole in known.words or known.begins(whole, beyond=len(one)):
        return whole if len(whole) >= _STEM else None
    heard = _by_ear(whole, known, language) if halves else whole
    return heard if len(heard) >= _STEM and heard in known.words else None


def _by_ear(word: str, known: _Known, language: str) -> str:
    if known.has(word) or not word.isalpha():
        return word
    return known.by_sound.get(_sound(word, language), word)


def _sound(words: str, language: str) -> str:
    """How ``words``, one a line, sound."""
    for written, heard in _BY_EAR[language]:
        words = re.sub(written, heard, words, flags=re.MULTILINE)
    return words


@cache
def _known(language: str) -> _Known:
    """The words of the vocabulary and of the examples; the more frequent of those that sound alike."""
    written = lexicon(language).model_dump_json(exclude={"misheard"}) + examples(language).model_dump_json()
    words = fold(written.replace("\\n", " ")).split()
    spoken = [word for word, _ in Counter(words).most_common() if word.isalpha()]
    by_sound: dict[str, str] = {}
    for word, sound in zip(spoken, _sound("\n".join(spoken), language).split("\n"), strict=True):
        if len(sound) >= _SHORTEST_SOUND[language]:
            by_sound.setdefault(sound, word)
    stems = {fold(stem).strip() for stem in re.findall(r"(\w+)\*", written)}
    long_stems = tuple(stem for stem in stems if len(stem) >= _STEM and " " not in stem)
    return _Known(frozenset(words), long_stems, frozenset(pairwise(words)), by_sound)
