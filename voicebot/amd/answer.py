"""Whether a person answered, or a machine: evidence that adds up while the call goes on. Pure.

Nobody waits for the verdict: the bot speaks at once, and a machine is left as soon as it is known to be one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Final

from voicebot.amd.signals import Signal
from voicebot.amd.wording import answers_us, asks, like_a_machine, machine_words, word_count
from voicebot.disposition import Disposition

WINDOW: Final = 20.0
"""Seconds after the answer in which it is decided; later the conversation itself tells who listens."""
MACHINE: Final = 4
"""Points from which it is a machine."""
HUMAN: Final = -2
"""Points from which it is a person, whom now only the words of a machine make one."""
CERTAIN: Final = -6
"""Points from which nothing more is looked for: they answered twice."""

GREETING_WORDS: Final = 9
"""People who pick up say fewer words in one breath."""
_TALK: Final = ((4.0, 1), (5.0, 3))
"""Seconds of talk without a pause, and the points for each that is passed: both are enough, where no words
can be had."""
_TALK_IN_WORDS: Final = ((4.0, 1), (7.0, 3))
"""The same where words are had, and are not a machine's: people finish long sentences."""
_WORDS_HAD: Final = 4
"""Words from which they are known to be had; fewer may be invented."""
_BEEP_PASSES: Final = 1.0
"""Seconds after a beep in which a stretch of talk without words may be that beep."""
_SHORT: Final = (4, 2.0)
"""Words and seconds of "hello?", after which people wait."""


class Answerer(StrEnum):
    """Who answered."""

    HUMAN = "human"
    MACHINE = "machine"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something heard that speaks for a machine, or for a person."""

    at: float
    """Seconds of audio since answer."""
    what: str
    points: int
    """Above zero for a machine."""

    def __str__(self) -> str:
        return f"{self.at:.1f} s: {self.what} ({self.points:+d})"


class AnswerJudge:
    """Is told what is heard after the answer, and adds it up."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._talked = 0
        self._in_words = self._wordy = self._doubted = self._replied = False
        self._greeted = False
        self._beep_at = -inf
        self.evidence: list[Evidence] = []
        self.disposition = Disposition.MACHINE
        """How the contact ends, should it be a machine."""

    @property
    def points(self) -> int:
        """What all of it comes to."""
        return sum(one.points for one in self.evidence)

    @property
    def verdict(self) -> Answerer:
        """Who answered, by what is known so far."""
        if self.points >= MACHINE:
            return Answerer.MACHINE
        return Answerer.HUMAN if self.points <= HUMAN else Answerer.UNSURE

    def talks(self, at: float, seconds: float) -> None:
        """Somebody has been talking for so long without a pause."""
        self._greeted |= seconds > _SHORT[1]
        steps = _TALK_IN_WORDS if self._in_words else _TALK
        if seconds < steps[0][0]:
            self._talked = 0
        elif self._talked < len(steps) and seconds >= steps[self._talked][0]:
            longest, points = steps[self._talked]
            self._talked += 1
            self._add(at, f"talks for {longest:.0f} s without a pause", points)

    def said(self, at: float, text: str) -> None:
        """A turn of theirs was ``text``: only what machines alone say counts."""
        if disposition := machine_words(text, self._language):
            self._machine(disposition, at, "the words of a machine", 7)

    def hears(self, at: float, text: str) -> None:
        """These are the words so far of somebody who goes on talking."""
        self._by_words(at, text, asks)

    def heard(self, at: float, text: str, seconds: float) -> None:
        """These were all the words, in so many seconds; then they paused."""
        machine = self._by_words(at, text, answers_us)
        words, longest = _SHORT
        known = machine or self._doubted or self._replied
        self._in_words = self._wordy = self._doubted = self._replied = False
        if not text and at - self._beep_at < _BEEP_PASSES:
            return  # detectors of speech take a beep for a short word
        if not known and word_count(text) <= words and seconds <= longest:
            self._add(at, "says a word or two, and waits", -3)

    def signalled(self, at: float, signal: Signal) -> None:
        """The line gave a signal; a beep alone is none before somebody talked."""
        if signal is not Signal.BEEP:
            self._machine(signal.disposition, at, signal.value, 9)
        else:
            self._beep_at = at
            self._add(at, "a beep", 4 if self._greeted else 3 if self.evidence else 1)

    def _by_words(self, at: float, text: str, replies: Callable[[str, str], bool]) -> bool:
        self._in_words |= word_count(text) >= _WORDS_HAD
        disposition = machine_words(text, self._language)
        if disposition:
            self._machine(disposition, at, "the words of a machine", 7)
        elif not self._wordy and word_count(text) > GREETING_WORDS:
            self._wordy = True
            self._add(at, f"more than {GREETING_WORDS} words in one breath", 2)
        if disposition:
            return True
        if not self._doubted and like_a_machine(text, self._language):
            self._doubted = True
            self._add(at, "words like a machine's", 2)
        elif not self._replied and replies(text, self._language):
            self._replied = True
            self._add(at, "answers, or asks", -3)
        return False

    def _machine(self, disposition: Disposition, at: float, what: str, points: int) -> None:
        if self.verdict is not Answerer.MACHINE:
            self.disposition = disposition
        self._add(at, what, points)

    def _add(self, at: float, what: str, points: int) -> None:
        self.evidence.append(Evidence(at, what, points))
