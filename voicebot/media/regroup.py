"""Even frames from uneven chunks. Pure."""

from __future__ import annotations

from voicebot.media.frame import BYTES_PER_SAMPLE, FRAME_SECONDS, AudioFrame, Band


class Regrouper:
    """Cuts one leg's sound into 20 ms frames and dates each by the sound that came before it."""

    __slots__ = ("_band", "_frame_bytes", "_frames", "_rest")

    def __init__(self, band: Band) -> None:
        self._band = band
        self._frame_bytes = band.frame_bytes
        self._frames = 0
        self._rest = b""

    @property
    def seconds(self) -> float:
        """How much sound has come in: the audio clock of this leg."""
        return self._frames * FRAME_SECONDS + len(self._rest) / BYTES_PER_SAMPLE / self._band

    def restart(self) -> None:
        """Count from here."""
        self._frames, self._rest = 0, b""

    def push(self, pcm: bytes) -> list[AudioFrame]:
        """The frames that ``pcm`` completes, oldest first."""
        if len(pcm) == self._frame_bytes and not self._rest:
            return [self._frame(pcm)]
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % self._frame_bytes
        self._rest = pcm[whole:]
        return [self._frame(pcm[i : i + self._frame_bytes]) for i in range(0, whole, self._frame_bytes)]

    def _frame(self, pcm: bytes) -> AudioFrame:
        frame = AudioFrame(pcm, self._band, self._frames * FRAME_SECONDS)
        self._frames += 1
        return frame
