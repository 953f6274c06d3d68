"""What servers that hear and servers that speak have in common."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus

import structlog

from voicebot.errors import RemoteError, SpeechError, SpeechServerError
from voicebot.remote.breaker import Breaker
from voicebot.remote.http import LONGEST_ANSWER, Answer, HttpServer
from voicebot.remote.settings import OpenAiSettings

log = structlog.get_logger(__name__)

READY_SECONDS = 10.0
_KEY_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@contextmanager
def as_speech_error() -> Iterator[None]:
    """A server's failure as that of an engine, which is what calls know how to answer."""
    try:
        yield
    except RemoteError as error:
        raise SpeechServerError(str(error), error.retry_after) from error


@asynccontextmanager
async def patience() -> AsyncIterator[None]:
    """As long as is waited for a server to say that it is there.

    Raises:
        RemoteError: it did not.
    """
    try:
        async with asyncio.timeout(READY_SECONDS):
            yield
    except TimeoutError:
        raise RemoteError(f"it did not answer within {READY_SECONDS:g} s") from None


@asynccontextmanager
async def readiness() -> AsyncIterator[None]:
    """In here a server is asked whether it is there.

    Raises:
        SpeechServerError: it is not, or not soon.
    """
    with as_speech_error():
        async with patience():
            yield


def note_failure(breaker: Breaker, engine: str, error: SpeechError, now: float) -> None:
    """Let the breaker know, and whoever reads the log; ``now`` is the breaker's clock."""
    log.warning("speech_engine_failed", engine=engine, reason=str(error))
    rest = error.retry_after if isinstance(error, SpeechServerError) else 0.0
    if breaker.failed(now, rest=rest):
        log.warning("speech_engine_left_alone", engine=engine)


def open_server(settings: OpenAiSettings, *, longest_answer: int = LONGEST_ANSWER) -> HttpServer:
    """The server of ``settings``; ``longest_answer`` is in bytes."""
    return HttpServer(
        settings.base_url,
        settings.key.get_secret_value(),
        connect_timeout=settings.connect_timeout,
        longest_answer=longest_answer,
    )


def body_of(answer: Answer, host: str) -> bytes:
    """The body of an answer that is one.

    Raises:
        RemoteError: the server refuses, or cannot answer now.
    """
    if answer.status == HTTPStatus.OK:
        return answer.body
    raise RemoteError(f"{host} answers with status {answer.status}", answer.retry_after)


async def require_reachable(server: HttpServer) -> None:
    """Ask the server for its models, which costs nothing; some have no such list, and are there all the same.

    Raises:
        RemoteError: it is not there, is in trouble, or does not take the key.
    """
    async with patience():
        answer = await server.get("/models")
    if answer.status in _KEY_REFUSED:
        raise RemoteError(f"{server.host} does not take the key; set it in the environment (docs/speech.md)")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        body_of(answer, server.host)
