"""Utterances sent to a server with OpenAI's API for recordings.

``POST /audio/transcriptions``: https://platform.openai.com/docs/api-reference/audio/createTranscription.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ValidationError

from voicebot.errors import RemoteError
from voicebot.media.frame import AudioFrame, pcm_seconds
from voicebot.remote.http import Answer
from voicebot.remote.speech import as_speech_error, body_of, open_server, require_reachable
from voicebot.stt.free_text import expected_last
from voicebot.stt.jobs import Said
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.settings import SttSettings
from voicebot.stt.utterances import NOTHING, believed
from voicebot.stt.wav import wav_of

_NOT_VERBOSE = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
"""How servers answer whose model cannot tell how sure it was of each segment."""


class _Segment(BaseModel):
    avg_logprob: float = 0.0
    no_speech_prob: float = 0.0


class _Token(BaseModel):
    logprob: float = 0.0


class _Written(BaseModel):
    """The body of an answer, as far as anybody fills it in."""

    text: str
    segments: list[_Segment] | None = None
    logprobs: list[_Token] | None = None


class OpenAiRecognizer:
    """Has whole utterances heard by a server, over connections that stay open."""

    def __init__(self, settings: SttSettings) -> None:
        assert settings.openai
        self._settings = settings.openai
        self._most_words = settings.most_expected_words
        self._server = open_server(settings.openai)
        self._verbose = True
        self.name = f"openai {settings.openai.model} at {self._server.host}"

    async def ready(self) -> None:
        """See that the server is there.

        Raises:
            SpeechServerError: it is not, or does not take the key.
        """
        with as_speech_error():
            await require_reachable(self._server)

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """The words of the whole utterance once its sound has ended; there are no partial ones.

        Raises:
            SpeechServerError: the server gave none.
        """
        frames = [frame async for frame in audio]
        yield await self._transcript(frames, context) if frames else NOTHING

    async def close(self) -> None:
        """Let go of the connections."""
        await self._server.close()

    async def _transcript(self, frames: list[AudioFrame], context: ListenContext) -> Transcript:
        pcm, rate = b"".join(frame.pcm for frame in frames), frames[0].rate
        with as_speech_error():
            answer = await self._answer(wav_of(pcm, rate), context)
            written = _written(body_of(answer, self._server.host), self._server.host)
        return believed(_said(written), pcm_seconds(pcm, rate))

    async def _answer(self, wav: bytes, context: ListenContext) -> Answer:
        if self._verbose:
            answer = await self._asked(wav, context, {"response_format": "verbose_json"})
            if answer.status not in _NOT_VERBOSE:
                return answer
        answer = await self._asked(wav, context, {"response_format": "json", "include[]": "logprobs"})
        self._verbose &= answer.status != HTTPStatus.OK
        return answer

    async def _asked(self, wav: bytes, context: ListenContext, wanted: dict[str, str]) -> Answer:
        form: dict[str, Any] = {
            "model": self._settings.model,
            "language": context.language,
            "temperature": "0",
            **wanted,
        }
        if prompt := expected_last(context.phrases, self._most_words):
            form["prompt"] = prompt
        files = {"file": ("utterance.wav", wav, "audio/wav")}
        return await self._server.post("/audio/transcriptions", data=form, files=files)


def _written(body: bytes, host: str) -> _Written:
    try:
        return _Written.model_validate_json(body)
    except ValidationError:
        raise RemoteError(f"{host} answers what is no transcription; does base_url end in /v1?") from None


def _said(written: _Written) -> Said:
    segments = written.segments or []
    surenesses = [segment.avg_logprob for segment in segments]
    surenesses += [token.logprob for token in written.logprobs or []]
    return Said(
        written.text,
        sum(surenesses) / max(1, len(surenesses)),
        max((segment.no_speech_prob for segment in segments), default=0.0),
    )
