"""One websocket to Asterisk: events come, and requests go beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

import structlog
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed

from voicebot.telephony.ari_errors import AriReplacedError, AriUnavailableError
from voicebot.telephony.ari_events import (
    ApplicationReplaced,
    AriMalformedError,
    LegEvent,
    PassedOver,
    RESTResponse,
    read_message,
)
from voicebot.telephony.ari_wire import rest_request

MOST_EVENT_BYTES = 4 * 1024 * 1024
"""Of one message: lists of channels and bridges grow with the calls."""

GREETING_SECONDS = 1.0
"""By then the handshake is over, greeting or not."""

log = structlog.get_logger()


class AriConnection:
    """Takes what Asterisk sends apart into events and answers, whoever of the two dialled."""

    def __init__(self, socket: Connection, request_seconds: float) -> None:
        self._socket = socket
        self._request_seconds = request_seconds
        self._answers: dict[str, asyncio.Future[RESTResponse]] = {}
        self._numbers = count(1)
        self._turn = asyncio.Lock()
        self._over = False
        self._greeted = asyncio.Event()
        if isinstance(socket, ClientConnection):
            self._greeted.set()

    async def events(self) -> AsyncGenerator[LegEvent]:
        """What happens to channels, until Asterisk closes the connection in order.

        Raises:
            AriReplacedError: another process took our application.
            ConnectionClosed: it broke.
        """
        try:
            async for text in self._socket:
                self._greeted.set()
                if (event := self._read(text)) is not None:
                    yield event
        finally:
            self._over = True
            for answer in self._answers.values():
                answer.cancel()

    async def greeted(self) -> None:
        """Wait until Asterisk may be asked: at once if we dialled, after its first word if it did.

        A request that reaches Asterisk together with the end of its handshake lies unread until more comes
        (2 of 40 connections, measured on 22.10.1). ``ApplicationRegistered`` follows the handshake.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(GREETING_SECONDS):
                await self._greeted.wait()

    async def ask(
        self,
        method: str,
        uri: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> RESTResponse:
        """Put a request when those before it are answered: Asterisk works on one at a time per socket.

        Raises:
            AriUnavailableError: it could not be put, or was not answered in time.
        """
        async with self._turn:
            if self._over:
                raise AriUnavailableError(
                    f"`{method} {uri}` was not sent: the connection to Asterisk was lost", sent=False
                )
            return await self._put(method, uri, query or {}, body)

    async def _put(
        self, method: str, uri: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> RESTResponse:
        number = str(next(self._numbers))
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._request_seconds):
                await self._socket.send(rest_request(number, method, uri, query, body))
                return await _unless_cut(answer)
        except TimeoutError:
            # The requests behind it would wait as long: Asterisk gives a new socket a new thread.
            self._socket.transport.abort()
            raise AriUnavailableError(
                f"Asterisk did not answer `{method} {uri}` within {self._request_seconds:g} s; "
                "see `core show locks` and Asterisk's log"
            ) from None
        except ConnectionClosed:
            raise AriUnavailableError(
                f"the connection to Asterisk was lost during `{method} {uri}`"
            ) from None
        finally:
            del self._answers[number]

    def _read(self, text: str | bytes) -> LegEvent | None:
        try:
            message = read_message(text)
        except AriMalformedError as error:
            log.warning("ari_malformed", why=str(error))
            return None
        match message:
            case RESTResponse():
                self._answered(message)
            case ApplicationReplaced(application=app):
                raise AriReplacedError(
                    f"another process registered the application {app!r}: "
                    "stop it, or give each its own ari.app"
                )
            case PassedOver(type=kind):
                log.debug("ari_event_passed_over", type=kind)
            case event:
                return event
        return None

    def _answered(self, response: RESTResponse) -> None:
        answer = self._answers.get(response.request_id)
        if answer is not None and not answer.done():
            answer.set_result(response)


async def _unless_cut(answer: asyncio.Future[RESTResponse]) -> RESTResponse:
    """The answer; a connection that ends cancels it, which must not look as if we had been cancelled."""
    await asyncio.wait((answer,))
    if answer.cancelled():
        raise ConnectionClosed(None, None)
    return answer.result()
