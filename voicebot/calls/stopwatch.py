"""Where the time between the caller's last word and the bot's first goes. Pure."""

from __future__ import annotations

from voicebot.calls.record import Latency


class ReplyStopwatch:
    """Times one reply; ``now`` is any clock of seconds, the same in every call.

    It starts at the endpoint; ``endpointing`` (seconds since the caller's last sound) is the audio's own.
    """

    def __init__(self, endpointing: float, now: float) -> None:
        self._endpointing = endpointing
        self._decided = self._words = self._meaning = now

    def words(self, now: float) -> float:
        """The words are there; milliseconds since the endpoint."""
        self._words = self._meaning = now
        return (now - self._decided) * 1000

    def meaning(self, now: float) -> None:
        """What to do is decided."""
        self._meaning = now

    def first_sound(self, now: float, queued: float) -> Latency:
        """The first sound of the reply has left; it was ``queued`` on the line before."""
        queued = max(queued, self._meaning)
        return Latency(
            endpointing=self._endpointing * 1000,
            stt=(self._words - self._decided) * 1000,
            understanding=(self._meaning - self._words) * 1000,
            tts=(queued - self._meaning) * 1000,
            transport=(now - queued) * 1000,
            voice_to_voice=(self._endpointing + now - self._decided) * 1000,
        )
