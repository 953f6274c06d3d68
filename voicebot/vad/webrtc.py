"""WebRTC's detector: a tenth of Silero's work and far more false alarms in noise."""

from __future__ import annotations

from collections import deque

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame

DEAF_UNTIL = 0.2
# Seconds: it calls the first frames of every noisy line speech.

MEMORY = 3
# Frames whose verdicts are averaged: a lone one means little.


class WebRtcJudge:
    """One caller's WebRTC detector."""

    def __init__(self, aggressiveness: int) -> None:
        """Load the detector; ``aggressiveness`` is 0 (lets noise pass) to 3 (misses soft speech).

        Raises:
            SpeechError: the optional package is not installed.
        """
        try:
            import webrtcvad
        except ImportError as error:
            raise SpeechError(
                "the vad engine `webrtc` is not installed: run `pip install 'voicebot[webrtc]'`, "
                "or choose the engine `silero`"
            ) from error
        self._vad = webrtcvad.Vad(aggressiveness)
        self._verdicts: deque[bool] = deque([False] * MEMORY, maxlen=MEMORY)
        self._heard = 0.0

    def probability(self, frame: AudioFrame, level: float, floor: float) -> float:
        """The share of the last frames it took for speech."""
        verdict = bool(self._vad.is_speech(frame.pcm, frame.rate))
        self._heard += frame.seconds
        self._verdicts.append(verdict and self._heard > DEAF_UNTIL)
        return sum(self._verdicts) / MEMORY
