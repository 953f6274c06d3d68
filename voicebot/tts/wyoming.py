"""Sentences spoken by a server with the Wyoming protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator

from voicebot.errors import RemoteError
from voicebot.media.frame import BYTES_PER_SAMPLE, AudioFrame
from voicebot.remote.speech import as_speech_error, readiness
from voicebot.remote.wyoming import connected, require_service
from voicebot.remote.wyoming_protocol import Event
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Voice


class WyomingVoices:
    """The voices of a server, over a connection for each sentence."""

    def __init__(self, settings: TtsSettings) -> None:
        assert settings.wyoming
        self._server = settings.wyoming
        self.name = f"wyoming at {self._server.host}:{self._server.port}"

    def identity(self, voice: Voice) -> str:
        """The server; what it runs it does not say."""
        return self.name

    async def ready(self) -> None:
        """See that the server is there, and speaks.

        Raises:
            SpeechServerError: it is not, or does not.
        """
        async with readiness():
            await require_service(self._server, "tts")

    async def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        """The sound of ``text``, as it comes.

        Raises:
            SpeechServerError: the server broke off, or is in trouble.
        """
        at = 0.0
        with as_speech_error():
            async with connected(self._server) as connection:
                await connection.send(Event("synthesize", {"text": text, "voice": _named(voice)}))
                while (event := await connection.receive()).type != "audio-stop":
                    if event.type == "audio-chunk":
                        frame = AudioFrame(event.sound, _rate(event), at)
                        at = frame.ends_at
                        yield frame

    async def close(self) -> None:
        """Nothing stays open."""


def _named(voice: Voice) -> dict[str, str]:
    return {"name": voice.name, **({"speaker": str(voice.speaker)} if voice.speaker else {})}


def _rate(event: Event) -> int:
    shape = [event.data.get(name) for name in ("rate", "width", "channels")]
    match shape:
        case [int(rate), 2, 1] if rate > 0 and len(event.sound) % BYTES_PER_SAMPLE == 0:
            return rate
    raise RemoteError(f"its sound has rate, width and channels {shape}: 16 bits on 1 channel are wanted")
