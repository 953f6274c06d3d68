"""What a call needs of a speech recogniser."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from voicebot.media.frame import AudioFrame


@dataclass(frozen=True, slots=True)
class ListenContext:
    """What the dialogue expects to hear next; each engine takes from it what it can use."""

    language: str
    """``en`` or ``es``."""
    grammar: str = ""
    """JSGF (JSpeech Grammar Format) of all that makes sense here, for engines that decode by grammar."""
    phrases: tuple[str, ...] = ()
    """Words and sentences likely here, for engines that take hot words."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser made of an utterance."""

    text: str
    """Lower-case words; empty when nothing matched."""
    final: bool = True
    confidence: float = 1.0
    """0 to 1, as honest as the engine can be."""
    engine: str = ""
    """Who heard it, where several might have; empty for the recogniser itself."""


@runtime_checkable
class Live(Protocol):
    """A recogniser that may gain by hearing an utterance while it is spoken."""

    @property
    def hears_live(self) -> bool:
        """Whether it does, as it is set."""


class Recognizer(Protocol):
    """An engine that serves any number of calls without blocking the event loop."""

    @property
    def name(self) -> str:
        """Engine and model, as the journal names them."""

    async def ready(self) -> None:
        """Wait until it can hear.

        Raises:
            SpeechError: it cannot start; no call should be taken with it.
        """

    def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """Partial transcripts while they come, then exactly one final one.

        Raises:
            SpeechError: the engine failed; the call goes on by asking again or by keypad.
        """

    async def close(self) -> None:
        """Stop serving."""
