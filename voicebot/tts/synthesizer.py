"""What a call needs of a voice. Pure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from voicebot.media.frame import AudioFrame


class Engine(StrEnum):
    """What can speak."""

    ESPEAK = "espeak"
    """espeak-ng: every language, robotic, from the extra ``voicebot[embedded]``."""
    PIPER = "piper"
    """Piper: one natural voice per model, from the extra ``voicebot[piper]``."""
    SHERPA = "sherpa"
    """sherpa-onnx: voices of Kokoro, Matcha and VITS, from the extras ``voicebot[sherpa,embedded]``."""
    OPENAI = "openai"
    """A server with OpenAI's API for speech: OpenAI's own, speaches, Kokoro-FastAPI ..."""
    WYOMING = "wyoming"
    """A server with the Wyoming protocol, as Home Assistant's voice services have it."""

    @property
    def is_remote(self) -> bool:
        """Whether a server does the work."""
        return self in {Engine.OPENAI, Engine.WYOMING}


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker of one engine."""

    language: str
    """``en`` or ``es``."""
    name: str
    """The engine's own name for it, such as ``en-us`` or ``es-419``; for others than espeak its model."""
    words_per_minute: int = 150
    """Speaking rate of espeak; telephones want it a little slower than face to face."""
    engine: Engine = Engine.ESPEAK
    speaker: int = 0
    """Which one, in a model of several."""
    speed: float = 1.0
    """Times the rate that the speaker has by nature."""

    @property
    def takes_time(self) -> bool:
        """A caller would notice how long a sentence takes; espeak makes one in 3 ms."""
        return self.engine is not Engine.ESPEAK


class Synthesizer(Protocol):
    """The mirror image of a recogniser."""

    def identity(self, voice: Voice) -> str:
        """Engine, version and files: with the voice and the text, all that decides how a prompt sounds."""

    async def ready(self) -> None:
        """Wait until it can speak without loading anything.

        Raises:
            SpeechError: a voice cannot be loaded.
        """

    def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        """The sound of ``text``, in chunks of any length at the engine's own rate.

        Raises:
            SpeechError: the engine failed or does not know the voice.
        """

    async def close(self) -> None:
        """Stop serving."""
