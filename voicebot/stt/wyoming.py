"""Utterances sent to a server with the Wyoming protocol, as they are spoken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
from functools import partial

from voicebot.media.frame import AudioFrame
from voicebot.remote.speech import readiness
from voicebot.remote.wyoming import WyomingConnection, connected, require_service
from voicebot.remote.wyoming_protocol import Event, sound_format
from voicebot.stt.free_text import plain
from voicebot.stt.jobs import Said
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.served import served
from voicebot.stt.settings import SttSettings
from voicebot.stt.sound import Measured
from voicebot.stt.utterances import believed


class WyomingRecognizer:
    """Has utterances heard by a server, over a connection each: in a house that is a millisecond."""

    def __init__(self, settings: SttSettings) -> None:
        assert settings.wyoming
        self._server = settings.wyoming
        self.name = " ".join(filter(None, ("wyoming", self._server.model, "at", self._server.host)))

    async def ready(self) -> None:
        """See that the server is there, and hears.

        Raises:
            SpeechServerError: it is not, or does not.
        """
        async with readiness():
            await require_service(self._server, "asr")

    def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """Partial transcripts from servers that have them, then the words of the whole utterance.

        Raises:
            SpeechServerError: the server gave none.
        """
        return served(audio, partial(self._hear, context))

    async def _hear(self, context: ListenContext, utterance: Measured) -> AsyncGenerator[Transcript, None]:
        async with connected(self._server) as connection:
            sending = asyncio.create_task(_send(connection, self._asked(context), utterance))
            try:
                async for transcript in _heard(connection, utterance):
                    yield transcript
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    async def close(self) -> None:
        """Nothing stays open."""

    def _asked(self, context: ListenContext) -> dict[str, str]:
        model = {"name": self._server.model} if self._server.model else {}
        return {"language": context.language, **model}


async def _send(connection: WyomingConnection, asked: Mapping[str, str], utterance: Measured) -> None:
    """Frame by frame; what fails here is told to whoever waits for the words."""
    sound = sound_format(utterance.rate)
    try:
        await connection.send(Event("transcribe", asked))
        await connection.send(Event("audio-start", sound))
        async for frame in utterance.frames():
            await connection.send(Event("audio-chunk", sound, frame.pcm))
        await connection.send(Event("audio-stop"))
    except Exception:
        connection.abort()
        raise


async def _heard(connection: WyomingConnection, utterance: Measured) -> AsyncIterator[Transcript]:
    written = ""
    while True:
        event = await connection.receive()
        match event.type:
            case "transcript-chunk":
                written += str(event.data.get("text", ""))
                yield Transcript(plain(written), final=False)
            case "transcript" | "transcript-stop":
                words = str(event.data.get("text", written))
                yield believed(Said(words, 0.0, 0.0), utterance.seconds)
                return
