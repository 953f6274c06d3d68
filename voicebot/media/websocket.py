"""The media server for Asterisk's ``chan_websocket``: Asterisk dials us once for each call we opened."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import socket
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from voicebot.errors import MediaError
from voicebot.media.chan_websocket import transport_data
from voicebot.media.clock import MediaClock
from voicebot.media.frame import Band
from voicebot.media.settings import MediaWebSocketSettings
from voicebot.media.websocket_line import WebSocketTransport

MOST_EVENT_BYTES = 256 * 1024
"""Of one message of Asterisk's: sound is 640, ``MEDIA_START`` brings all channel variables."""

SUBPROTOCOLS = [Subprotocol("media")]
CLOSING_SECONDS = 1.0
"""For the other side to say goodbye."""

log = structlog.get_logger()


@dataclass(slots=True)
class ExpectedMedia:
    """A media connection that is awaited."""

    call_id: str
    band: Band
    worker: int = 0
    """Who expects it, behind a front."""
    token: str = field(default_factory=secrets.token_hex, repr=False)
    connected: asyncio.Future[WebSocketTransport] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    taken: bool = False
    """The token was used: it opens one connection."""

    @property
    def query(self) -> dict[str, str]:
        """Of the URI that the connection is opened with."""
        worker = {"worker": str(self.worker)} if self.worker else {}
        return {"call": self.call_id, "token": self.token, **worker}

    @property
    def transport_data(self) -> str:
        """For ``transport_data`` of externalMedia."""
        return transport_data(self.query)


class MediaWebSocketServer:
    """Takes the connections of calls we opened, and no others."""

    def __init__(self, settings: MediaWebSocketSettings, clock: MediaClock, worker: int = 0) -> None:
        """``worker`` is its number behind a front, whose port it is then: connections are brought here by
        ``adopt``."""
        self._settings = settings
        self._worker = worker
        self.clock = clock
        """Paces the calls' sound, whatever carries it."""
        self._expected: dict[str, ExpectedMedia] = {}
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def client(self) -> str:
        """Our section in ``websocket_client.conf``: the ``external_host`` of externalMedia."""
        return self._settings.client

    @property
    def port(self) -> int:
        """The port that is listened on."""
        assert self._server is not None, "not started"
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def start(self) -> None:
        """Listen.

        Raises:
            MediaError: the address or port cannot be had.
        """
        host, port = self._settings.host, self._settings.port
        if self._worker:  # a server that does not listen would refuse what is brought to it as well
            host, port = "127.0.0.1", 0
        try:
            self._server = await serve(
                self._carry,
                host,
                port,
                process_request=self._admit,
                subprotocols=SUBPROTOCOLS,
                compression=None,
                max_size=MOST_EVENT_BYTES,
                close_timeout=CLOSING_SECONDS,
                server_header=None,
            )
        except OSError as error:
            raise MediaError(
                f"cannot listen for Asterisk's media on {host}:{port} ({error.strerror}); "
                "stop what uses it, or set media.host and media.port"
            ) from error
        if not self._worker:
            log.info("media_listening", host=host, port=self.port)

    async def adopt(self, connection: socket.socket) -> None:
        """Take a connection that the front has accepted, as if it had come here."""
        server = self._server
        assert server is not None, "not started"

        def session() -> ServerConnection:
            protocol = ServerProtocol(subprotocols=SUBPROTOCOLS, max_size=MOST_EVENT_BYTES)
            return ServerConnection(protocol, server, close_timeout=CLOSING_SECONDS)

        await asyncio.get_running_loop().connect_accepted_socket(session, connection)

    async def close(self) -> None:
        """Take no more connections and close those in use."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @contextmanager
    def expect(self, call_id: str, band: Band) -> Iterator[ExpectedMedia]:
        """Admit one connection for this call while the context is open."""
        expected = ExpectedMedia(call_id, band, self._worker)
        self._expected[call_id] = expected
        try:
            yield expected
        finally:
            del self._expected[call_id]
            expected.connected.cancel()

    async def connected(
        self, expected: ExpectedMedia, *, disconnect: Callable[[], None], lost: Callable[[], None]
    ) -> WebSocketTransport:
        """The call's transport, once Asterisk has dialled; ``disconnect`` is called when the call is hung
        up from our side, ``lost`` when the connection ends before the call does.

        Raises:
            MediaError: Asterisk did not come, or speaks another format.
        """
        try:
            async with asyncio.timeout(self._settings.connecting_seconds):
                transport = await expected.connected
        except TimeoutError:
            raise MediaError(
                f"Asterisk did not bring the call's sound within {self._settings.connecting_seconds:g} s; "
                f"does [{self._settings.client}] in websocket_client.conf lead to {self._settings.host}:"
                f"{self.port}{self._settings.path} with protocols=media and our password?"
            ) from None
        transport.disconnect, transport.lost = disconnect, lost
        return transport

    # What the websocket server calls

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse whatever is not the connection of a call we opened, before the handshake."""
        status = self._refusal(request)
        if status is None:
            return None
        log.warning("media_refused", peer=str(connection.remote_address), status=int(status))
        headers = [("Connection", "close"), ("Content-Length", "0")]
        if status is HTTPStatus.UNAUTHORIZED:
            headers.append(("WWW-Authenticate", 'Basic realm="voicebot"'))
        return Response(int(status), status.phrase, Headers(headers))

    def _refusal(self, request: Request) -> HTTPStatus | None:
        if not self._knows_password(request.headers):
            return HTTPStatus.UNAUTHORIZED
        if "media" not in _header(request.headers, "Sec-WebSocket-Protocol").replace(",", " ").split():
            return HTTPStatus.BAD_REQUEST
        expected = self._expectation(request.path)
        if expected is None:
            return HTTPStatus.FORBIDDEN
        expected.taken = True
        return None

    def _knows_password(self, headers: Headers) -> bool:
        if not self._settings.username:
            return True
        given = _header(headers, "Authorization").partition(" ")
        try:
            credentials = b64decode(given[2], validate=True) if given[0].lower() == "basic" else b""
        except ValueError:
            return False
        right = f"{self._settings.username}:{self._settings.password.get_secret_value()}"
        return hmac.compare_digest(credentials, right.encode())

    def _expectation(self, uri: str) -> ExpectedMedia | None:
        """Whose connection it is, if its token is right and was not used before."""
        try:
            parts = urlsplit(uri)
            query = parse_qs(parts.query, max_num_fields=10)
        except ValueError:
            return None
        expected = self._expected.get(query.get("call", [""])[0])
        token = query.get("token", [""])[0]
        if expected is None or expected.taken or parts.path != self._settings.path:
            return None
        return expected if hmac.compare_digest(token.encode(), expected.token.encode()) else None

    async def _carry(self, connection: ServerConnection) -> None:
        expected = self._expected.get(self._call_of(connection))
        if expected is None or expected.connected.done():
            return  # given up in the moment it came
        transport = WebSocketTransport(expected.call_id, expected.band, self.clock, connection)
        await transport.run(on_started=lambda: _hand_over(expected, transport))

    @staticmethod
    def _call_of(connection: ServerConnection) -> str:
        assert connection.request is not None
        return parse_qs(urlsplit(connection.request.path).query)["call"][0]


def _header(headers: Headers, name: str) -> str:
    """What a header says; one that comes on several lines is one list (RFC 9110, section 5.3)."""
    return ", ".join(headers.get_all(name))


def _hand_over(expected: ExpectedMedia, transport: WebSocketTransport) -> None:
    if not expected.connected.done():
        expected.connected.set_result(transport)
