"""What a line sounds like when nobody speaks, and where speech falls back to it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

USUAL_FLOOR = -50.0
USUAL_SPEECH = -30.0
# dBFS a call starts from; both are left behind within a second of sound.

FALL = 0.5
SETTLE = 0.1
# Share of the way to this window's level that the floor goes down, and up while nobody speaks.

CREEP = 2.0
# dB a second that the floor rises under what passes for speech: noise that began mid-call is learnt at last.

ABOVE_FLOOR = 6.0
BELOW_SPEECH = 6.0
# dB that bound the background. At poor signal-to-noise ratios the second bound rules, and less of a window
# counts as quiet: the end of speech is then placed late rather than early.

IDLE_LINE = -65.0
# dBFS under which any sound is background: G.711's own idle noise lies there.


class Background:
    """The noise floor and the speech level of one caller, in dBFS."""

    __slots__ = ("floor", "speech")

    def __init__(self) -> None:
        self.floor = USUAL_FLOOR
        self.speech = USUAL_SPEECH

    def hear(self, level: float, probability: float, seconds: float) -> None:
        """Learn from one window."""
        if level < self.floor:
            self.floor += FALL * (level - self.floor)
        elif probability < 0.3:
            self.floor += SETTLE * (level - self.floor)
        else:
            self.floor += CREEP * seconds
        if probability >= 0.5:
            self.speech += (0.2 if level > self.speech else 0.02) * (level - self.speech)

    def quiet_tail(self, parts: Sequence[float], seconds: float) -> float:
        """How much of a window's end, in seconds, is no louder than the background.

        Args:
            parts: levels of equal parts of the window, in order.
            seconds: length of the window.
        """
        limit = max(min(self.floor + ABOVE_FLOOR, self.speech - BELOW_SPEECH), IDLE_LINE)
        quiet = 0
        for level in reversed(parts):
            if level > limit:
                break
            quiet += 1
        return seconds * quiet / len(parts)
