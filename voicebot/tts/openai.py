"""Sentences spoken by a server with OpenAI's API for speech.

``POST /audio/speech``: https://platform.openai.com/docs/api-reference/audio/createSpeech. As WAV, because raw
sound does not say its rate, and servers differ in it.
"""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator
from io import BytesIO

from voicebot.errors import RemoteError
from voicebot.media.frame import BYTES_PER_SAMPLE, AudioFrame
from voicebot.remote.speech import as_speech_error, body_of, open_server, require_reachable
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Voice

LONGEST_SOUND = 1 << 24
"""Bytes; some five minutes."""


class OpenAiVoices:
    """The voices of a server, over connections that stay open."""

    def __init__(self, settings: TtsSettings) -> None:
        assert settings.openai
        self._model = settings.openai.model
        self._server = open_server(settings.openai, longest_answer=LONGEST_SOUND)
        self.name = f"openai {self._model} at {self._server.host}"

    def identity(self, voice: Voice) -> str:
        """Model and server."""
        return self.name

    async def ready(self) -> None:
        """See that the server is there.

        Raises:
            SpeechServerError: it is not, or does not take the key.
        """
        with as_speech_error():
            await require_reachable(self._server)

    async def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        """The sound of ``text``, in one piece.

        Raises:
            SpeechServerError: the server gave none.
        """
        asked = {"model": self._model, "input": text, "voice": voice.name, "response_format": "wav"}
        with as_speech_error():
            answer = await self._server.post("/audio/speech", json={**asked, "speed": voice.speed})
            yield _sound(body_of(answer, self._server.host), self._server.host)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._server.close()


def _sound(wav: bytes, host: str) -> AudioFrame:
    try:
        with wave.open(BytesIO(wav)) as riff:
            shape = riff.getnchannels(), riff.getsampwidth()
            # A server that begins to send before it has all of the sound does not know its length.
            pcm, rate = riff.readframes(LONGEST_SOUND), riff.getframerate()
    except (wave.Error, EOFError) as error:
        raise RemoteError(f"{host} answers what is no WAV: {error}") from None
    if shape != (1, BYTES_PER_SAMPLE):
        raise RemoteError(f"{host} answers {shape[0]} channels of {8 * shape[1]} bits: 1 of 16 are wanted")
    return AudioFrame(pcm[: len(pcm) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE], rate, 0.0)
