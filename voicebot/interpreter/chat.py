"""Asking a language model what a caller meant, within the patience of a telephone call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import structlog
from pydantic import SecretStr

from voicebot.dialogue.understanding.interpretation import (
    INSTRUCTIONS,
    Asked,
    Interpretation,
    OpenQuestion,
    Reply,
    answer_schema,
    read_answer,
    request,
)
from voicebot.errors import InterpreterError, RemoteError
from voicebot.interpreter.settings import InterpreterSettings
from voicebot.remote.breaker import Breaker
from voicebot.remote.http import Answer, HttpServer

MOST_TOKENS = 120
"""An answer has some forty."""
_NO_SCHEMA = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
"""How servers answer that know no JSON Schema."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_interpreter(
    settings: InterpreterSettings | None, key: SecretStr
) -> AsyncIterator[ChatInterpreter | None]:
    """Whoever is asked about words that are not understood, if anybody is; closed again on leaving."""
    interpreter = ChatInterpreter(settings, key.get_secret_value()) if settings else None
    try:
        yield interpreter
    finally:
        if interpreter:
            await interpreter.close()


class ChatInterpreter:
    """A chat endpoint, for all calls of the process; it never waits longer than its settings say."""

    def __init__(self, settings: InterpreterSettings, key: str = "") -> None:
        self._settings = settings
        self._server = HttpServer(settings.base_url, key)
        self._breaker = Breaker(settings.failures, settings.rest)
        self._in_flight = 0
        self._knows_schemas = True

    async def close(self) -> None:
        """Let go of its connections."""
        await self._server.close()

    async def interpret(self, question: OpenQuestion) -> Reply:
        """What it makes of ``question``, and why nothing, when it does not come to that."""
        if self._in_flight >= self._settings.in_flight:
            return Reply(Asked.BUSY)
        if not self._breaker.allows(_now()):
            return Reply(Asked.RESTING)
        self._in_flight += 1
        try:
            reply = await self._reply(question)
        except asyncio.CancelledError:
            self._breaker.abandoned()
            raise
        finally:
            self._in_flight -= 1
        self._learn_from(reply)
        return reply

    async def ask(self, question: OpenQuestion) -> Interpretation:
        """What it makes of ``question``, however long it takes.

        Raises:
            RemoteError: it gave no answer.
            InterpreterError: its answer is not one of those allowed.
        """
        return read_answer(_content(await self._answer(question)), question)

    async def _reply(self, question: OpenQuestion) -> Reply:
        try:
            async with asyncio.timeout(self._settings.timeout):
                return Reply(Asked.ANSWERED, await self.ask(question))
        except TimeoutError:
            return Reply(Asked.LATE)
        except RemoteError:
            return Reply(Asked.FAILED)
        except InterpreterError:
            return Reply(Asked.REFUSED)

    def _learn_from(self, reply: Reply) -> None:
        if reply.asked is Asked.ANSWERED:
            self._breaker.succeeded()
        elif self._breaker.failed(_now()):
            log.warning("interpreter_left_alone", last=reply.asked.value, seconds=self._settings.rest)

    async def _answer(self, question: OpenQuestion) -> Answer:
        """The answer to ``question``, without a schema where the server cannot be given one."""
        if self._knows_schemas:
            answer = await self._server.post("/chat/completions", json=self._body(question, schema=True))
            if answer.status not in _NO_SCHEMA:
                return answer
        answer = await self._server.post("/chat/completions", json=self._body(question, schema=False))
        self._knows_schemas &= answer.status != HTTPStatus.OK
        return answer

    def _body(self, question: OpenQuestion, *, schema: bool) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._settings.model,
            "messages": [
                {"role": "system", "content": INSTRUCTIONS},
                {"role": "user", "content": json.dumps(request(question), ensure_ascii=False)},
            ],
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
        }
        if schema:
            named = {"name": "interpretation", "strict": True, "schema": answer_schema(question)}
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        return body


def _content(answer: Answer) -> str:
    """The words of the model in a chat completion."""
    if answer.status != HTTPStatus.OK:
        raise RemoteError(f"it answers with status {answer.status}")
    try:
        content = json.loads(answer.body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise RemoteError("its answer is no chat completion")
    return content


def _now() -> float:
    return asyncio.get_running_loop().time()
