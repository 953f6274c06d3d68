"""What is heard before anybody answers: tones by which a dial is over. Pure."""

from __future__ import annotations

from voicebot.amd.signals import Signal, SignalFinder
from voicebot.media.frame import AudioFrame
from voicebot.telephony.channel import DialOutcome, HangupCause, NotConnectedError


class EarlySignals:
    """Listens while it rings."""

    def __init__(self) -> None:
        self._finder = SignalFinder()

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame of the early media.

        Raises:
            NotConnectedError: the network told by its three tones why it cannot connect; carriers play them,
                and an announcement, for half a minute before they say so in SIP. Tones that do not say why
                wait for what SIP will say.
        """
        found = self._finder.hear(frame)
        if found and found.signal not in (Signal.SIT, Signal.BEEP, Signal.FAX):
            outcome = DialOutcome(found.signal.disposition, HangupCause.UNKNOWN)
            raise NotConnectedError(outcome, f"the network plays {found.signal}: {outcome.disposition}")
