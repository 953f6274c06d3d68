"""What a call needs of the line it runs on, whatever carries the sound."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Protocol

from voicebot.media.frame import AudioFrame, Band, KeyPressed


class MediaTransport(Protocol):
    """One leg of a call: the caller's sound and keys come in, the bot's sound goes out."""

    on_sent: Callable[[bytes], None] | None
    """Hears every 20 ms of what the caller hears, silence included: for recordings and latencies."""

    @property
    def call_id(self) -> str:
        """The identity the peer gave this call, or one made for it."""

    @property
    def band(self) -> Band:
        """The line's band; its value is the sampling rate of all sound in and out."""

    def incoming(self) -> AsyncIterator[AudioFrame | KeyPressed]:
        """The caller's leg in order; ends at hang-up. Frames are 20 ms at the band's rate."""

    def play(self, pcm: bytes) -> None:
        """Queue sound (16-bit mono at the band's rate) behind what is still to be heard."""

    async def drain(self) -> None:
        """Wait until the caller has heard all that was queued, or it was flushed, or the line is gone."""

    def pause(self) -> None:
        """Hold the queued sound: the caller made a sound and may be taking the turn."""

    def resume(self) -> None:
        """Go on where ``pause`` held: it was a cough."""

    def flush(self) -> None:
        """Drop what is still queued: the caller has taken the turn."""

    @property
    def heard_seconds(self) -> float:
        """Seconds of bot sound the caller has heard since answer (silence between prompts not counted)."""

    @property
    def sounding_at(self) -> float:
        """Seconds since answer, on the caller's audio clock, of the bot sound played last."""

    async def hang_up(self) -> None:
        """End the call from our side; ``incoming`` ends."""
