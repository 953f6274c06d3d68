"""Where the time between the caller's last word and the bot's first goes. Pure."""

from __future__ import annotations

from voicebot.calls.record import Latency


class ReplyStopwatch:
    """Times one reply after the other; ``now`` is any clock of seconds, the same in every call."""

    def __init__(self) -> None:
        self._endpointing: float | None = None
        self._decided = self._words = self._meaning = 0.0

    def start(self, endpointing: float, now: float) -> None:
        """The endpoint, ``endpointing`` seconds of audio after the caller's last sound."""
        self._endpointing = endpointing
        self._decided = self._words = self._meaning = now

    def drop(self) -> None:
        """No reply is to come."""
        self._endpointing = None

    def words(self, now: float) -> float:
        """The words are there; milliseconds since the endpoint, 0 where the reply has come before them."""
        self._words = self._meaning = now
        return 0.0 if self._endpointing is None else (now - self._decided) * 1000

    def meaning(self, now: float) -> None:
        """What to do is decided."""
        self._meaning = now

    def first_sound(self, now: float, queued: float) -> Latency | None:
        """The first sound of the reply has left; it was ``queued`` on the line before. ``None`` where no
        reply was awaited."""
        endpointing, self._endpointing = self._endpointing, None
        if endpointing is None:
            return None
        queued = max(queued, self._meaning)
        return Latency(
            endpointing=endpointing * 1000,
            stt=(self._words - self._decided) * 1000,
            understanding=(self._meaning - self._words) * 1000,
            tts=(queued - self._meaning) * 1000,
            transport=(now - queued) * 1000,
            voice_to_voice=(endpointing + now - self._decided) * 1000,
        )
