"""Utterances sent to OpenAI's realtime API while they are spoken.

A session transcribes any number of utterances one after the other, and to open one takes several round
trips: so sessions wait for the next utterance, of whichever call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from functools import partial

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.protocol import State

from voicebot.errors import RemoteError
from voicebot.media.frame import AudioFrame
from voicebot.media.resample import LiveResampler
from voicebot.remote.address import host_of, is_here, websocket
from voicebot.remote.http import retry_after
from voicebot.remote.settings import OpenAiSettings
from voicebot.remote.speech import readiness
from voicebot.stt.free_text import expected_last, plain
from voicebot.stt.jobs import Said
from voicebot.stt.realtime_events import RATE, append, commit, is_configured, read_part, session_update
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.served import served
from voicebot.stt.settings import SttSettings
from voicebot.stt.sound import Measured
from voicebot.stt.utterances import believed

OLDEST = 900.0
"""Seconds that a session is used; the server ends it after an hour, maybe in the middle of an utterance."""


class OpenAiRealtimeRecognizer:
    """Has utterances heard by sessions that stay open."""

    def __init__(self, settings: SttSettings) -> None:
        assert settings.openai_realtime
        self._server = settings.openai_realtime
        self._most_words = settings.most_expected_words
        self._idle: list[_Session] = []
        self.name = f"openai_realtime {self._server.model} at {host_of(self._server.base_url)}"

    async def ready(self) -> None:
        """See that the server opens a session as calls will ask for it.

        Raises:
            SpeechServerError: it does not.
        """
        async with readiness():
            session = await _opened(self._server)
            await session.configure(session_update(self._server.model, "en", ""))
            await session.configured()
        self._idle.append(session)

    def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """The words as they come, where the model writes while it listens, and at the end all of them.

        Raises:
            SpeechServerError: the server gave none.
        """
        return served(audio, partial(self._heard, context))

    async def _heard(self, context: ListenContext, utterance: Measured) -> AsyncGenerator[Transcript, None]:
        session = self._waiting() or await _opened(self._server)
        given_back = False  # from then on it may be another caller's
        try:
            prompt = expected_last(context.phrases, self._most_words)
            await session.configure(session_update(self._server.model, context.language, prompt))
            async with aclosing(session.heard(utterance)) as heard:
                async for transcript in heard:
                    if transcript.final and session.fresh:
                        given_back = True
                        self._idle.append(session)
                    yield transcript
        finally:
            if not given_back:
                session.abort()

    async def close(self) -> None:
        """End the sessions."""
        while self._idle:
            self._idle.pop().abort()

    def _waiting(self) -> _Session | None:
        """A session that nobody uses, and that the server has not ended meanwhile."""
        while self._idle:
            if (session := self._idle.pop()).fresh:
                return session
            session.abort()
        return None


class _Session:
    """One connection, for one utterance at a time."""

    def __init__(self, socket: ClientConnection, host: str) -> None:
        self._socket = socket
        self._host = host
        self._opened_at = _now()
        self._update = ""

    @property
    def fresh(self) -> bool:
        return self._socket.state is State.OPEN and _now() < self._opened_at + OLDEST

    async def configure(self, update: str) -> None:
        """Say what is to come, if it is not what was."""
        if update != self._update:
            await self._send(update)
            self._update = update

    async def configured(self) -> None:
        """Wait until the server has agreed.

        Raises:
            RemoteError: it will not.
        """
        while not is_configured(await self._receive()):
            pass

    async def heard(self, utterance: Measured) -> AsyncGenerator[Transcript, None]:
        """The words of an utterance.

        Raises:
            RemoteError: the server broke off, or is in trouble.
        """
        sending = asyncio.create_task(self._utter(utterance), name="send utterance")
        written = ""
        try:
            while not (part := read_part(await self._receive())) or not part.final:
                if part:
                    written += part.text
                    yield Transcript(plain(written), final=False)
            yield believed(Said(part.text, 0.0, 0.0), utterance.seconds)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def abort(self) -> None:
        """Break off."""
        self._socket.transport.abort()

    async def _utter(self, utterance: Measured) -> None:
        try:
            resampler = LiveResampler(utterance.rate, RATE)
            async for frame in utterance.frames():
                await self._send(append(resampler.process(frame.pcm)))
            await self._send(commit())
        except Exception:
            self.abort()
            raise

    async def _send(self, message: str) -> None:
        with _as_remote_error(self._host):
            await self._socket.send(message)

    async def _receive(self) -> str | bytes:
        with _as_remote_error(self._host):
            return await self._socket.recv()


async def _opened(server: OpenAiSettings) -> _Session:
    """A new session.

    Raises:
        RemoteError: the server is not there, or does not take the key.
    """
    host, key = host_of(server.base_url), server.key.get_secret_value()
    with _as_remote_error(host):
        socket = await connect(
            f"{websocket(server.base_url)}/realtime?intent=transcription",
            additional_headers={"Authorization": f"Bearer {key}"} if key else None,
            open_timeout=server.connect_timeout,
            proxy=None if is_here(host) else True,
            user_agent_header="voicebot",
        )
    return _Session(socket, host)


@contextmanager
def _as_remote_error(host: str) -> Iterator[None]:
    try:
        yield
    except InvalidStatus as refusal:
        asked = retry_after(refusal.response.headers.get("Retry-After", ""))
        raise RemoteError(f"{host} answers with status {refusal.response.status_code}", asked) from refusal
    except (WebSocketException, OSError) as error:
        raise RemoteError(f"{host} does not answer: {error or type(error).__name__}") from error


def _now() -> float:
    return asyncio.get_running_loop().time()
