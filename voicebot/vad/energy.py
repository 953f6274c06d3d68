"""Speech by loudness alone: what is clearly louder than the line's own noise. Pure."""

from __future__ import annotations

from voicebot.media.frame import AudioFrame

LOUDER = 9.0
# dB above the noise floor at which sound is as likely speech as not.

SLOPE = 12.0
# dB from certainly none to certainly speech.

INAUDIBLE = -60.0
# dBFS under which nothing is speech, however silent the line was before.


def energy_probability(level: float, floor: float) -> float:
    """How likely a window of ``level`` over a noise ``floor`` (both dBFS) is speech."""
    if level < INAUDIBLE:
        return 0.0
    return min(max(0.5 + (level - floor - LOUDER) / SLOPE, 0.0), 1.0)


class EnergyJudge:
    """Serves calls whose neural model failed, and tests that want no model."""

    def probability(self, frame: AudioFrame, level: float, floor: float) -> float:
        """How likely ``frame`` is speech."""
        return energy_probability(level, floor)
