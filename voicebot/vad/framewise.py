"""The shell of detectors so cheap that every frame is judged as it arrives. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from voicebot.media.frame import AudioFrame, Band
from voicebot.vad.background import Background
from voicebot.vad.gate import GateSettings, LevelGate
from voicebot.vad.levels import from_pcm, loudness
from voicebot.vad.vad import VadStream, VoiceActivity


class FrameJudge(Protocol):
    """One caller's detector."""

    def probability(self, frame: AudioFrame, level: float, floor: float) -> float:
        """How likely ``frame`` is speech; ``level`` is its own and ``floor`` the line's noise, in dBFS."""


class FramewiseVad:
    """A ``Vad`` that answers inside ``push``: no thread, no timer."""

    def __init__(self, new_judge: Callable[[], FrameJudge], gate: GateSettings) -> None:
        self._new_judge = new_judge
        self._gate = gate

    def open(self, band: Band, on_activity: Callable[[VoiceActivity], None]) -> VadStream:
        """Begin to listen to one more caller."""
        return FramewiseStream(self._new_judge(), LevelGate(self._gate), on_activity)

    async def close(self) -> None:
        """Nothing is held."""


class FramewiseStream:
    """One caller's frames, judged one by one."""

    __slots__ = ("_background", "_gate", "_judge", "_on_activity", "_open")

    def __init__(
        self, judge: FrameJudge, gate: LevelGate, on_activity: Callable[[VoiceActivity], None]
    ) -> None:
        self._judge = judge
        self._gate = gate
        self._on_activity = on_activity
        self._background = Background()
        self._open = True

    def push(self, frame: AudioFrame) -> None:
        """Judge the next frame."""
        if not self._open:
            return
        seconds = frame.seconds
        [(level, parts)] = loudness(from_pcm(frame.pcm)[None])
        speech = self._judge.probability(frame, level, self._background.floor)
        self._background.hear(level, speech, seconds)
        tail = self._background.quiet_tail(parts, seconds)
        speech = self._gate.admit(level, speech, seconds)
        self._on_activity(VoiceActivity(frame.at, seconds, speech, level, tail, self._background.floor))

    def close(self) -> None:
        """Forget this caller."""
        self._open = False
