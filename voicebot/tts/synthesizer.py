"""What a call needs of a voice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from voicebot.media.frame import AudioFrame


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker of one engine."""

    language: str
    """``en`` or ``es``."""
    name: str
    """The engine's own name for it, such as ``en-us`` or ``es-419``."""
    words_per_minute: int = 150
    """Speaking rate; telephones want it a little slower than face to face."""


class Synthesizer(Protocol):
    """The mirror image of a recogniser."""

    @property
    def name(self) -> str:
        """Engine and version: part of what decides how a prompt sounds."""

    def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        """The sound of ``text``, in chunks of any length at the engine's own rate.

        Raises:
            SpeechError: the engine failed or does not know the voice.
        """

    async def close(self) -> None:
        """Stop serving."""
