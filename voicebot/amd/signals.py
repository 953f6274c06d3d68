"""What tones on a line mean: the beep of a mailbox, a network that cannot connect, a fax machine. Pure.

Sources: ITU-T E.180 (special information tones), Telcordia SR-2275 (their North American code), ITU-T T.30
(fax).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from voicebot.amd.tones import Tone, ToneFinder
from voicebot.disposition import Disposition
from voicebot.media.frame import AudioFrame

SHORTEST_BEEP, LONGEST_BEEP = 0.15, 1.5
"""Seconds of the tone after which mailboxes listen."""
AFTER_BEEP = 0.12
"""Seconds without a tone after which it was a beep, and not the first of three tones."""


class Signal(StrEnum):
    """What a tone, or a row of tones, tells."""

    BEEP = "beep"
    """A mailbox listens."""
    SIT = "sit"
    """The network cannot connect, and does not say why (ITU-T E.180)."""
    SIT_VACANT = "sit_vacant"
    """There is no such number."""
    SIT_INTERCEPT = "sit_intercept"
    """The number is out of service, or was changed."""
    SIT_REORDER = "sit_reorder"
    """The network is congested."""
    SIT_NO_CIRCUIT = "sit_no_circuit"
    """No line is free."""
    FAX = "fax"

    @property
    def disposition(self) -> Disposition:
        """How the contact ends that begins so."""
        return _DISPOSITIONS[self]


_DISPOSITIONS: Final = {
    Signal.BEEP: Disposition.MACHINE,
    Signal.SIT: Disposition.UNREACHABLE,  # congestion sounds so, too: the number is not given up for it
    Signal.SIT_VACANT: Disposition.SIT_INVALID,
    Signal.SIT_INTERCEPT: Disposition.SIT_INVALID,
    Signal.SIT_REORDER: Disposition.SIT_REORDER,
    Signal.SIT_NO_CIRCUIT: Disposition.SIT_NO_CIRCUIT,
    Signal.FAX: Disposition.FAX,
}

_LONG = 0.327
"""Seconds from which a tone of the code is the long one (0.380), and not the short one (0.274)."""
_CODE: Final = {
    (True, False): Signal.SIT_VACANT,
    (False, False): Signal.SIT_INTERCEPT,
    (False, True): Signal.SIT_REORDER,
    (True, True): Signal.SIT_NO_CIRCUIT,
}
"""By whether the first tone is long, and the second."""


class Heard(NamedTuple):
    """A signal, and where it was over."""

    signal: Signal
    at: float
    tone: Tone
    """Its last one."""


class SignalFinder:
    """Follows one leg's frames, and tells of each signal as soon as it is sure."""

    def __init__(self) -> None:
        self._tones = ToneFinder()
        self._recent: deque[Tone] = deque(maxlen=3)
        self._beep: Tone | None = None
        self._answered = False

    def hear(self, frame: AudioFrame) -> Heard | None:
        """Take the next frame; the signal that it makes sure."""
        ended, sounding = self._tones.hear(frame), self._tones.sounding
        if sounding:
            self._beep = None
            return self._fax_answers(sounding)
        if ended:
            return self._after(ended)
        return self._beep_that_is_over(frame)

    def _after(self, ended: Tone) -> Heard | None:
        self._answered = False
        self._recent.append(ended)
        if signal := special(self._recent) or _fax_calls(self._recent):
            return Heard(signal, ended.ended_at, ended)
        self._beep = ended if _is_beep(ended) else None
        return None

    def _beep_that_is_over(self, frame: AudioFrame) -> Heard | None:
        beep = self._beep
        if beep is None or self._tones.begun or frame.ends_at - beep.ended_at < AFTER_BEEP:
            return None
        self._beep = None
        return Heard(Signal.BEEP, beep.ended_at, beep)

    def _fax_answers(self, tone: Tone) -> Heard | None:
        """The tone of an answering fax machine or modem: 2100 Hz for 2.6 s and more."""
        if self._answered or not tone.near(2100, 30) or tone.seconds <= LONGEST_BEEP + 0.1:
            return None
        self._answered = True
        return Heard(Signal.FAX, tone.ended_at, tone)


def special(tones: Sequence[Tone]) -> Signal | None:
    """The special information tone that the last three tones are."""
    if len(tones) < 3:
        return None
    first, second, third = list(tones)[-3:]
    follow = second.began_at - first.ended_at <= 0.07 and third.began_at - second.ended_at <= 0.07
    timed = all(0.2 <= tone.seconds <= 0.46 for tone in (first, second, third))
    if not (follow and timed and first.near(950, 60) and second.near(1400, 60) and third.near(1800, 60)):
        return None
    if first.near(950, 15) and second.near(1400, 13):
        return Signal.SIT
    return _CODE[first.seconds >= _LONG, second.seconds >= _LONG]


def _fax_calls(tones: Sequence[Tone]) -> Signal | None:
    """The tone of a calling fax machine: 1100 Hz for half a second, every three and a half."""
    pair = [tone for tone in list(tones)[-2:] if tone.near(1100, 38) and 0.42 <= tone.seconds <= 0.58]
    apart = pair[1].began_at - pair[0].ended_at if len(pair) == 2 else 0.0
    return Signal.FAX if 2.5 <= apart <= 3.5 else None


def _is_beep(tone: Tone) -> bool:
    """Networks let people hear 425 Hz while it rings, and when it is busy (ITU-T E.180)."""
    return SHORTEST_BEEP - 0.02 <= tone.seconds <= LONGEST_BEEP and not tone.near(425, 12)
