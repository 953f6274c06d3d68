"""Scripts of what a caller does, and the audio clock that plays them to a turn detector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from voicebot.media.frame import FRAME_SECONDS
from voicebot.turns.detector import TurnDetector
from voicebot.turns.events import TurnEvent
from voicebot.vad.vad import VoiceActivity

WINDOW = 0.032
PART = WINDOW / 4


@dataclass(frozen=True)
class Sound:
    """A stretch of the caller's sound."""

    seconds: float
    probability: float
    loud: bool = True
    """False when it lies at the background from end to end."""


def speech(seconds: float) -> Sound:
    return Sound(seconds, 0.95)


def silence(seconds: float) -> Sound:
    return Sound(seconds, 0.02, loud=False)


def cough(seconds: float = 0.2) -> Sound:
    return Sound(seconds, 0.6)


def hang_over(seconds: float = 0.096) -> Sound:
    """The detector goes on reporting speech although the sound has stopped."""
    return Sound(seconds, 0.8, loud=False)


class Stage:
    """One call on its audio clock: plays sounds to a detector and keeps what was decided."""

    def __init__(self, turns: TurnDetector, *, verdicts_late: float = 0.02) -> None:
        self.turns = turns
        self.now = 0.0
        self._late = verdicts_late
        self._frames = 0
        self._windows = 0
        self._sounds: list[Sound] = []

    def play(self, *sounds: Sound) -> list[TurnEvent]:
        """What was decided while ``sounds`` were heard; their sum should be a multiple of 20 ms."""
        self._sounds.extend(sounds)
        end = self.now + sum(sound.seconds for sound in sounds)
        events: list[TurnEvent] = []
        while self.now < end - FRAME_SECONDS / 2:
            self._frames += 1
            self.now = self._frames * FRAME_SECONDS
            events += self._frame()
        return events

    def _frame(self) -> Iterator[TurnEvent]:
        while (self._windows + 1) * WINDOW <= self.now - self._late:
            yield from self.turns.on_activity(self._verdict(self._windows * WINDOW))
            self._windows += 1
        if self.now >= self.turns.deadline:
            yield from self.turns.on_time(self.now)

    def _verdict(self, at: float) -> VoiceActivity:
        probability = self._sound_at(at + WINDOW / 2).probability
        quiet = 0
        while quiet < 4 and not self._sound_at(at + WINDOW - (quiet + 0.5) * PART).loud:
            quiet += 1
        level = -90.0 if quiet == 4 else -22.0
        return VoiceActivity(at, WINDOW, probability, level, quiet * PART, background=-90.0)

    def _sound_at(self, at: float) -> Sound:
        begins = 0.0
        for sound in self._sounds:
            begins += sound.seconds
            if at < begins:
                return sound
        return self._sounds[-1]


def kinds(events: list[TurnEvent]) -> list[str]:
    """The names of the events, in order."""
    return [type(event).__name__ for event in events]


def times(events: list[TurnEvent]) -> list[float]:
    """Every moment that the events name, in order."""
    fields = ("at", "ended_at", "decided_at")
    return [getattr(event, field) for event in events for field in fields if hasattr(event, field)]


def in_order(moments: list[float]) -> bool:
    """Whether no moment lies before the one before."""
    return all(later >= earlier for earlier, later in pairwise(moments))
