"""Steady single tones in the sound of a line: beeps, and what networks and fax machines say. Pure."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicebot.media.frame import AudioFrame

LOWEST, HIGHEST = 400.0, 2200.0
"""Hertz between which tones are looked for."""
SHORTEST = 0.14
"""Seconds: vowels stay on one pitch for less."""

_QUIETEST = 10 ** (-42 / 20)
"""Of full scale; networks send their tones at -24 dBm0, mailboxes far louder."""
_PURE = 0.9
"""The share of a frame's energy that a tone has."""
_STEADY = 15.0
"""Hertz by which a tone may stray; singing and whistling do more."""
_LAPSES = 1
"""Frames without it that a tone survives: fax machines turn the phase of theirs."""


class Tone(NamedTuple):
    """A stretch of one frequency."""

    hertz: float
    began_at: float
    """Seconds of audio since answer."""
    seconds: float

    @property
    def ended_at(self) -> float:
        """Seconds of audio since answer."""
        return self.began_at + self.seconds

    def near(self, hertz: float, by: float) -> bool:
        """Whether it is ``hertz``, give or take."""
        return abs(self.hertz - hertz) <= by


class ToneFinder:
    """Follows one leg's frames, and tells of each tone when it has ended."""

    def __init__(self) -> None:
        self._run: list[float] = []
        self._began_at = self._ended_at = 0.0
        self._lapses = 0

    @property
    def begun(self) -> bool:
        """Whether what is heard at this moment may become a tone."""
        return bool(self._run)

    @property
    def sounding(self) -> Tone | None:
        """The tone that is heard at this moment, once it is long enough to be one."""
        seconds = self._ended_at - self._began_at
        if not self._run or seconds < SHORTEST - 1e-6:
            return None
        return Tone(float(np.median(self._run)), self._began_at, seconds)

    def hear(self, frame: AudioFrame) -> Tone | None:
        """Take the next frame; the tone that it ends, if any."""
        hertz = tone_of(frame)
        if hertz is not None and self._run and abs(hertz - self._run[len(self._run) // 2]) <= _STEADY:
            self._go_on(hertz, frame)
            return None
        if self._run and self._lapses < _LAPSES:
            self._lapses += 1
            return None
        ended = self.sounding
        self._run, self._lapses = [], 0
        if hertz is not None:
            self._began_at = frame.at
            self._go_on(hertz, frame)
        return ended

    def _go_on(self, hertz: float, frame: AudioFrame) -> None:
        self._run.append(hertz)
        self._ended_at = frame.ends_at
        self._lapses = 0


def tone_of(frame: AudioFrame) -> float | None:
    """The frequency of a frame that holds one tone and little else."""
    samples = np.frombuffer(frame.pcm, np.int16).astype(np.float64) / 32768.0
    if len(samples) < 16 or np.mean(samples**2) < _QUIETEST**2 / 2:
        return None
    energy = np.abs(np.fft.rfft(samples * _window(len(samples)))) ** 2
    width = frame.rate / len(samples)
    first, last = int(LOWEST / width), int(HIGHEST / width) + 1
    peak = first + int(np.argmax(energy[first : last + 1]))
    if energy[peak - 2 : peak + 3].sum() < _PURE * energy.sum():
        return None
    hertz = (peak + _between(energy[peak - 1 : peak + 2])) * width
    return hertz if LOWEST <= hertz <= HIGHEST + width else None


def _between(energy: NDArray[np.float64]) -> float:
    """How far the true peak lies from the middle bin: a parabola through the logarithms."""
    low, middle, high = np.log(energy + 1e-20)
    bend = low - 2 * middle + high
    return float((low - high) / (2 * bend)) if bend else 0.0


@cache
def _window(length: int) -> NDArray[np.float64]:
    return np.hanning(length + 1)[:-1]
