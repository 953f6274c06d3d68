"""Asking a language model what a caller meant, within the patience of a telephone call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
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
from voicebot.errors import InterpreterError
from voicebot.interpreter.breaker import Breaker
from voicebot.interpreter.http import Endpoint, Response, UnreachableError
from voicebot.interpreter.settings import InterpreterSettings

MOST_TOKENS = 120
"""An answer has some forty."""
_NO_SCHEMA = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
"""How servers answer that know no JSON Schema."""

log = structlog.get_logger(__name__)


@contextmanager
def open_interpreter(
    settings: InterpreterSettings | None, key: SecretStr
) -> Iterator[ChatInterpreter | None]:
    """Whoever is asked about words that are not understood, if anybody is; closed again on leaving."""
    interpreter = ChatInterpreter(settings, key.get_secret_value()) if settings else None
    try:
        yield interpreter
    finally:
        if interpreter:
            interpreter.close()


class ChatInterpreter:
    """A chat endpoint, for all calls of the process; it never waits longer than its settings say."""

    def __init__(self, settings: InterpreterSettings, key: str = "") -> None:
        self._settings = settings
        self._endpoint = Endpoint(f"{settings.base_url}/chat/completions", key)
        self._breaker = Breaker(settings.failures, settings.rest)
        self._in_flight = 0
        self._knows_schemas = True

    def close(self) -> None:
        """Let go of its connections."""
        self._endpoint.close()

    async def interpret(self, question: OpenQuestion) -> Reply:
        """What it makes of ``question``, and why nothing, when it does not come to that."""
        if not self._breaker.allows(_now()):
            return Reply(Asked.RESTING)
        if self._in_flight >= self._settings.in_flight:
            return Reply(Asked.BUSY)
        self._in_flight += 1
        try:
            reply = await self._reply(question)
        finally:
            self._in_flight -= 1
        self._learn_from(reply)
        return reply

    async def ask(self, question: OpenQuestion) -> Interpretation:
        """What it makes of ``question``, however long it takes.

        Raises:
            UnreachableError: it gave no answer.
            InterpreterError: its answer is not one of those allowed.
        """
        return read_answer(_content(await self._response(question)), question)

    async def _reply(self, question: OpenQuestion) -> Reply:
        try:
            async with asyncio.timeout(self._settings.timeout):
                return Reply(Asked.ANSWERED, await self.ask(question))
        except TimeoutError:
            return Reply(Asked.LATE)
        except UnreachableError:
            return Reply(Asked.FAILED)
        except InterpreterError:
            return Reply(Asked.REFUSED)

    def _learn_from(self, reply: Reply) -> None:
        if reply.asked is Asked.ANSWERED:
            self._breaker.succeeded()
        elif self._breaker.failed(_now()):
            log.warning("interpreter_left_alone", last=reply.asked.value, seconds=self._settings.rest)

    async def _response(self, question: OpenQuestion) -> Response:
        """The answer to ``question``, without a schema where the server cannot be given one."""
        if self._knows_schemas:
            response = await self._endpoint.post(self._body(question, schema=True))
            if response.status not in _NO_SCHEMA:
                return response
        response = await self._endpoint.post(self._body(question, schema=False))
        self._knows_schemas &= response.status != HTTPStatus.OK
        return response

    def _body(self, question: OpenQuestion, *, schema: bool) -> bytes:
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
        return json.dumps(body).encode()


def _content(response: Response) -> str:
    """The words of the model in a chat completion."""
    if response.status != HTTPStatus.OK:
        raise UnreachableError(f"it answers with status {response.status}")
    try:
        content = json.loads(response.body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise UnreachableError("its answer is no chat completion")
    return content


def _now() -> float:
    return asyncio.get_running_loop().time()
