"""An OpenAI-compatible chat endpoint on a free port that answers as it is told to."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.http_endpoint import HttpEndpoint, Request, gives, http
from voicebot.interpreter.settings import InterpreterSettings

Answer = Callable[[dict[str, Any]], Awaitable[bytes]]
"""The bytes of the HTTP answer to a question."""


def completion(content: object) -> str:
    """The body of a chat completion; what is no text is written as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]})


def says(content: object) -> Answer:
    """Every question is answered so."""
    return gives(http(200, completion(content)))


class ChatEndpoint(HttpEndpoint):
    """``reply`` may be changed at any time."""

    def __init__(self, reply: Answer) -> None:
        super().__init__(self._reply_to)
        self.reply = reply
        self.questions: list[dict[str, Any]] = []

    def settings(self, **more: Any) -> InterpreterSettings:
        """What leads here; on a busy machine everything but silence is in time."""
        told = {"base_url": self.url, "model": "small", "timeout": 5.0}
        return InterpreterSettings.model_validate(told | more)

    async def _reply_to(self, request: Request) -> bytes:
        question = json.loads(request.body)
        self.questions.append(question)
        return await self.reply(question)
