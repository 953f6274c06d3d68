"""Tells the caller's voice from our own that comes back on their leg. Pure.

Lines and hands-free telephones return what we play 50 to 500 ms later and 10 to 30 dB softer. An echo rises
and falls as the prompt did: the lag at which both go together best is found while the bot speaks, and with it
how loud the echo is. What is not clearly louder than that is no speech of the caller's.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from voicebot.media.frame import FRAME_SECONDS
from voicebot.vad.vad import VoiceActivity

LAGS = 28
"""Frames: echoes of up to 0.54 s are found."""

BEHIND = 8
# Frames by which a verdict may come behind the clock.

MEMORY = 0.985
# Weight that a window loses to the next one: two seconds are remembered.

ENOUGH = 12.0
# Windows, about 0.4 s of prompt, before any lag is believed.

ALIKE_AT_FIRST, ALIKE = 0.9, 0.7
# Correlation from which what comes back is an echo; echoes reach 0.9, the caller's own speech seldom 0.4. In
# the first second one "hello" beside one syllable of ours goes together with it by chance: more is asked.

LEARNT = 40.0
# Windows after which chance is ruled out.

LOUDEST_ECHO = 0.32
# Amplitude of an echo against what was played, -10 dB: what comes back louder is nobody's echo.

MISSING, SOFTER = 0.15, 4.0
# Share of the last two seconds in which an echo may be 12 dB softer than it should be: where more of it is
# missing, it was a caller who spoke when we did.

CLEAR = 4.0
# How far above the line's noise an echo must lie to be missed.

LOUDER = 2.0
# How many times the expected echo it takes until somebody speaks over it: 6 dB.

UNHEARD = 0.2
# Probability of speech below which a verdict needs no second look.


class EchoGate:
    """Takes the bot's echo out of the verdicts on one caller's sound."""

    __slots__ = (
        "_frame",
        "_history",
        "_powers",
        "_sounded",
        "_sum_x",
        "_sum_xx",
        "_sum_xy",
        "_sum_y",
        "_sum_yy",
        "_weight",
    )

    def __init__(self) -> None:
        self._powers: deque[float] = deque([0.0] * (LAGS + BEHIND), maxlen=LAGS + BEHIND)
        """Of the last frames played, the newest last."""
        self._frame = 0
        """Number of the newest."""
        self._sounded = -LAGS
        """Number of the last one that was not silent."""
        self._history: deque[tuple[NDArray[np.float64], float]] = deque(maxlen=round(2.0 / 0.032))
        """What was played at each lag, and how loud the leg was, of the last windows."""
        self._weight = self._sum_y = self._sum_yy = 0.0
        self._sum_x, self._sum_xx, self._sum_xy = np.zeros((3, LAGS))

    def played(self, pcm: bytes, at: float) -> None:
        """Know what the caller is given to hear: a frame of 16-bit mono, ``at`` seconds on their clock."""
        if pcm.count(0) == len(pcm):
            return
        self._sounded = frame = round(at / FRAME_SECONDS)
        self._advance(frame)
        samples = np.frombuffer(pcm, "<i2").astype(np.float32)
        self._powers[-1] = 2 * float(samples @ samples) / len(samples) / 32768**2

    def admit(self, activity: VoiceActivity) -> VoiceActivity:
        """The verdict as it stands, or that nobody speaks if it is no more than an echo."""
        frame = int((activity.at + activity.seconds / 2) / FRAME_SECONDS)
        if frame - self._sounded >= LAGS:
            return activity
        self._advance(frame)
        newest = len(self._powers) - 1 - (self._frame - frame)
        if newest < LAGS:
            return activity  # the verdict is very late
        powers = np.array(self._powers)[newest - LAGS : newest + 1]
        played = np.sqrt((powers[1:] + powers[:-1])[::-1] / 2)
        level, background = 10 ** (activity.level / 20), 10 ** (activity.background / 20)
        loudest = self._loudest(played, background) if activity.probability > UNHEARD else 0.0
        self._learn(played, level)
        return activity if level > loudest else activity._replace(probability=0.0)

    def _advance(self, frame: int) -> None:
        for _ in range(min(frame - self._frame, len(self._powers))):
            self._powers.append(0.0)
        self._frame = max(self._frame, frame)

    def _learn(self, played: NDArray[np.float64], level: float) -> None:
        self._history.append((played, level))
        self._weight = MEMORY * self._weight + 1
        self._sum_y = MEMORY * self._sum_y + level
        self._sum_yy = MEMORY * self._sum_yy + level * level
        self._sum_x = MEMORY * self._sum_x + played
        self._sum_xx = MEMORY * self._sum_xx + played * played
        self._sum_xy = MEMORY * self._sum_xy + played * level

    def _loudest(self, played: NDArray[np.float64], background: float) -> float:
        """The amplitude up to which this window may be echo over the line's noise; 0 if none comes back."""
        if self._weight < ENOUGH:
            return 0.0
        mean_x, mean_y = self._sum_x / self._weight, self._sum_y / self._weight
        spread_x = self._sum_xx / self._weight - mean_x**2
        spread_y = self._sum_yy / self._weight - mean_y**2
        together = self._sum_xy / self._weight - mean_x * mean_y
        alike = together / np.sqrt(np.maximum(spread_x * spread_y, 1e-15))
        lag = int(alike.argmax())
        if alike[lag] < self._enough_alike:
            return 0.0
        gain = min(float(together[lag] / spread_x[lag]), LOUDEST_ECHO)
        if self._is_missing(lag, gain, background):
            return 0.0
        around = played[max(lag - 1, 0) : lag + 2].max()
        return LOUDER * float(gain * around + background)

    @property
    def _enough_alike(self) -> float:
        still_to_learn = max(LEARNT - self._weight, 0.0) / (LEARNT - ENOUGH)
        return ALIKE + (ALIKE_AT_FIRST - ALIKE) * still_to_learn

    def _is_missing(self, lag: int, gain: float, background: float) -> bool:
        """Whether an echo at that lag would have had to be heard where the leg was quiet."""
        expected = gain * np.array([played[lag] for played, _ in self._history])
        levels = np.array([level for _, level in self._history])
        clear = expected > CLEAR * background
        missing = clear & (levels < expected / SOFTER)
        return bool(missing.sum() > MISSING * clear.sum())
