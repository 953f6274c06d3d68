"""Many phrases, of which a text is compared with the few that it has the words of. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from voicebot.dialogue.understanding.pattern import expression, indispensable

K = TypeVar("K")


@dataclass(frozen=True)
class Entry(Generic[K]):
    """A phrase and what it means."""

    number: int
    meaning: K
    phrase: str
    slots: Mapping[str, str]
    needs: Sequence[frozenset[str]]

    def may_be_in(self, words: Set[str]) -> bool:
        """Whether ``words`` are enough to say it with."""
        return not any(words.isdisjoint(any_of_these) for any_of_these in self.needs)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the phrase in folded text; made when a text first has its words."""
        return expression(self.phrase, self.slots)


class Phrasebook(Generic[K]):
    """Phrases in the notation of ``pattern``, each with its meaning, by a word that it cannot do without."""

    def __init__(self, phrases: Iterable[tuple[K, str]], slots: Mapping[str, str]) -> None:
        self._by_word: defaultdict[str, list[Entry[K]]] = defaultdict(list)
        self._anywhere: list[Entry[K]] = []
        for number, (meaning, phrase) in enumerate(phrases):
            entry = Entry(number, meaning, phrase, slots, indispensable(phrase))
            if not entry.needs:
                self._anywhere.append(entry)
            for word in min(entry.needs, key=_frequency, default=()):
                self._by_word[word].append(entry)

    def possible(self, text: str) -> Iterator[tuple[K, re.Pattern[str]]]:
        """What the phrases mean that ``text`` may hold, and how to find them in it, in their order."""
        words = set(text.split())
        entries = {entry.number: entry for entry in self._anywhere}
        for word in words & self._by_word.keys():
            entries.update((one.number, one) for one in self._by_word[word] if one.may_be_in(words))
        return ((entry.meaning, entry.pattern) for _, entry in sorted(entries.items()))

    def found(self, text: str) -> frozenset[K]:
        """What the phrases mean that ``text`` holds."""
        return frozenset(meaning for meaning, pattern in self.possible(text) if pattern.search(text))


def _frequency(words: frozenset[str]) -> float:
    """Roughly how often one of ``words`` is said: short ones are."""
    return sum(2.0 ** -len(word) for word in words)
