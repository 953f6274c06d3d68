"""Asterisk dials us: the persistent connection of ``outbound_websocket`` in its ``ari.conf``.

Asterisk waits between attempts only after one that failed. A connection that is accepted and then closed is
dialled again at once: dozens a second. So whatever is not wanted is refused before the handshake.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus

import structlog
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as listen
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from voicebot.telephony.ari_connection import MOST_EVENT_BYTES
from voicebot.telephony.ari_errors import AriRefusedError
from voicebot.telephony.reconnect import Backoff
from voicebot.telephony.settings import AriSettings

PING_SECONDS = 5.0
"""Between two signs of life. An Asterisk whose machine lost its power says no goodbye, and until its old
connection is known for dead, the one of its new life is refused."""
PONG_SECONDS = 10.0
"""For one to come: longer than a request, which Asterisk finishes first."""

log = structlog.get_logger()


class AriListener:
    """Takes one connection at a time.

    A second one is refused while the first lives. If the newcomer were let in instead, two Asterisks that
    are given the same address by mistake would throw each other out for ever, without a pause.
    """

    def __init__(self, settings: AriSettings, *, dice: Callable[[], float]) -> None:
        self._settings = settings
        self._dice = dice
        self._backoff = Backoff(settings.reconnect)
        self._closed_until = 0.0
        self._connections = 0
        self._one_at_a_time = asyncio.Lock()
        self._server: Server | None = None

    @property
    def advice(self) -> str:
        """What to look at when there is no connection."""
        return (
            f"Asterisk has not dialled {self._settings.listen_host}:{self.port}; is it running, with "
            "outbound_websocket in ari.conf and its client in websocket_client.conf leading here?"
        )

    @property
    def port(self) -> int:
        """The port that is listened on; the one of the settings before that."""
        if self._server is None:
            return self._settings.listen_port
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def keep(self, serve: Callable[[Connection], Awaitable[None]]) -> None:
        """Have one connection after the other served, until cancelled.

        Raises:
            AriRefusedError: the address cannot be had, or trying again would not help.
        """
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def session(socket: ServerConnection) -> None:
            try:
                await self._session(socket, serve)
            except Exception as error:  # left to websockets, it would close the connection and go on
                if not failed.done():
                    failed.set_exception(error)

        server = self._server = await self._listen(session)
        async with server:
            log.info("ari_listening", host=self._settings.listen_host, port=self.port)
            await failed

    async def _listen(self, session: Callable[[ServerConnection], Awaitable[None]]) -> Server:
        host, port = self._settings.listen_host, self._settings.listen_port
        try:
            return await listen(
                session,
                host,
                port,
                process_request=self._admit,
                subprotocols=[Subprotocol("ari")],
                compression=None,
                max_size=MOST_EVENT_BYTES,
                open_timeout=self._settings.connect_seconds,
                close_timeout=1.0,
                ping_interval=PING_SECONDS,
                ping_timeout=PONG_SECONDS,
                server_header=None,
            )
        except OSError as error:
            raise AriRefusedError(
                f"cannot listen for Asterisk on {host}:{port} ({error.strerror}); "
                "stop what uses it, or set ari.listen_host and ari.listen_port"
            ) from error

    async def _session(
        self, socket: ServerConnection, serve: Callable[[Connection], Awaitable[None]]
    ) -> None:
        loop = asyncio.get_running_loop()
        self._connections += 1
        try:
            async with self._one_at_a_time:  # two may have been admitted at one moment: the second is held
                began = loop.time()
                with suppress(ConnectionClosed):
                    await serve(socket)
                self._lost(loop.time() - began)
        finally:
            self._connections -= 1

    def _lost(self, lived: float) -> None:
        """Refuse newcomers for a while after the second short life in a row."""
        self._backoff = self._backoff.after(lived)
        wait = self._backoff.wait_seconds(self._dice()) if self._backoff.failures > 1 else 0.0
        self._closed_until = asyncio.get_running_loop().time() + wait
        log.warning("ari_connection_lost", lived_seconds=round(lived, 1), wait_seconds=round(wait, 2))

    # Before the handshake

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        status = self._refusal(request.headers)
        if status is None:
            return None
        log.warning("ari_refused", peer=str(connection.remote_address), status=int(status))
        headers = [("Connection", "close"), ("Content-Length", "0")]
        if status is HTTPStatus.UNAUTHORIZED:
            headers.append(("WWW-Authenticate", 'Basic realm="voicebot"'))
        return Response(int(status), status.phrase, Headers(headers))

    def _refusal(self, headers: Headers) -> HTTPStatus | None:
        given = ", ".join(headers.get_all("Authorization")).encode()
        if not hmac.compare_digest(given, self._settings.authorization.encode()):
            return HTTPStatus.UNAUTHORIZED
        if "ari" not in ",".join(headers.get_all("Sec-WebSocket-Protocol")).replace(",", " ").split():
            return HTTPStatus.BAD_REQUEST
        if self._connections or asyncio.get_running_loop().time() < self._closed_until:
            return HTTPStatus.SERVICE_UNAVAILABLE
        return None
