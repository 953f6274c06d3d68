"""OpenAI's realtime transcription API on a free port, as far as anybody uses it here."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from voicebot.remote.settings import OpenAiSettings

Answer = Callable[["RealtimeTalk"], Awaitable[None]]
"""What a server does when an utterance has been committed."""


class RealtimeTalk:
    """One session, as the server sees it."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.sessions: list[dict[str, Any]] = []
        self.pcm = b""

    async def tell(self, kind: str, **more: Any) -> None:
        """Send an event."""
        await self.socket.send(json.dumps({"type": kind, "event_id": "event_1", **more}))

    async def write(self, *deltas: str, item: str = "item_1") -> None:
        """Transcribe, in pieces."""
        name = "conversation.item.input_audio_transcription"
        for delta in deltas:
            await self.tell(f"{name}.delta", item_id=item, delta=delta)
        await self.tell(f"{name}.completed", item_id=item, transcript="".join(deltas))


def writes(*deltas: str) -> Answer:
    """Every utterance is transcribed so."""

    async def write(talk: RealtimeTalk) -> None:
        await talk.write(*deltas)

    return write


class RealtimeServer:
    """``answer`` may be changed at any time."""

    def __init__(self, answer: Answer, refusal: Response | None = None) -> None:
        self.answer = answer
        self.refusal = refusal
        self.requests: list[Request] = []
        self.talks: list[RealtimeTalk] = []
        self.port = 0

    @property
    def settings(self) -> OpenAiSettings:
        """What leads here."""
        url = f"http://127.0.0.1:{self.port}/v1"
        told = {"base_url": url, "model": "small", "key": "sk-secret", "connect_timeout": 30.0}
        return OpenAiSettings.model_validate(told)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[RealtimeServer]:
        """Listen."""
        async with serve(
            self._serve, "127.0.0.1", self.port, process_request=self._admit, compression=None
        ) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield self

    async def hang_up(self) -> None:
        """End all sessions, as the server does after an hour."""
        await asyncio.gather(*(talk.socket.close() for talk in self.talks))

    def _admit(self, _: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        return self.refusal

    async def _serve(self, socket: ServerConnection) -> None:
        talk = RealtimeTalk(socket)
        self.talks.append(talk)
        try:
            await talk.tell("session.created", session={"type": "transcription"})
            async for message in socket:
                await self._take(talk, json.loads(message))
        except ConnectionClosed:
            pass

    async def _take(self, talk: RealtimeTalk, event: dict[str, Any]) -> None:
        match event["type"]:
            case "session.update":
                talk.sessions.append(event["session"])
                await talk.tell("session.updated", session=event["session"])
            case "input_audio_buffer.append":
                talk.pcm += b64decode(event["audio"])
            case "input_audio_buffer.commit":
                await talk.tell("input_audio_buffer.committed", item_id="item_1")
                await self.answer(talk)
