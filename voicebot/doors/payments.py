"""The door at which whoever takes payments tells of them: HTTP, one signed message for each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, NamedTuple

import h11
import structlog

from voicebot.campaigns.ledger.payment_message import Unsigned, read_payment, require_signed
from voicebot.campaigns.ledger.payment_settings import WebhookSettings
from voicebot.campaigns.ledger.promises import Payment
from voicebot.errors import SettingsError, StoreError
from voicebot.store.booking import Booked

PATH: Final = "/payments"
LARGEST: Final = 16_384
"""Bytes of a message."""
PATIENCE: Final = 10.0
"""Seconds for a message to come in whole."""
CONNECTIONS: Final = 64

Book = Callable[[Sequence[Payment], str, datetime], Awaitable[list[Booked]]]
log = structlog.get_logger(__name__)

_TOLD: Final = {
    Booked.NEW: (HTTPStatus.CREATED, "booked"),
    Booked.KNOWN: (HTTPStatus.OK, "booked before"),
    Booked.CONFLICT: (HTTPStatus.CONFLICT, "this reference was booked before, for something else"),
    Booked.NO_ACCOUNT: (HTTPStatus.NOT_FOUND, "there is no such account_ref"),
    Booked.OTHER_CURRENCY: (HTTPStatus.UNPROCESSABLE_ENTITY, "the account is in another currency"),
}


class _Answer(NamedTuple):
    status: HTTPStatus
    told: str


class _Message(NamedTuple):
    method: bytes
    target: bytes
    headers: dict[bytes, bytes]
    body: bytes

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")


class _TooLargeError(Exception):
    pass


class PaymentsDoor:
    """Books what it is told, each reference once: a message may come as often as it likes."""

    def __init__(self, settings: WebhookSettings, book: Book) -> None:
        self._settings = settings
        self._book = book
        self._places = asyncio.Semaphore(CONNECTIONS)
        self.port = settings.port

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen for as long as the block lasts.

        Raises:
            SettingsError: there is no secret, or the port cannot be had.
        """
        if not self._settings.secret.get_secret_value():
            raise SettingsError(
                "payments.webhook needs VOICEBOT_PAYMENTS__WEBHOOK__SECRET: set it, or port 0"
            )
        try:
            server = await asyncio.start_server(self._connected, self._settings.host, self._settings.port)
        except OSError as error:
            raise SettingsError(
                f"payments.webhook cannot listen on {self._settings.host}:{self._settings.port} ({error}): "
                "choose another port"
            ) from error
        self.port = server.sockets[0].getsockname()[1]
        log.info("payments_listening", host=self._settings.host, port=self.port)
        async with server:
            yield

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST)
        try:
            async with self._places, asyncio.timeout(2 * PATIENCE):
                writer.write(_written(connection, await self._answer_to(connection, reader)))
                await writer.drain()
        except (OSError, TimeoutError):
            log.info("payment_message_broke_off")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer_to(self, connection: h11.Connection, reader: asyncio.StreamReader) -> _Answer:
        try:
            async with asyncio.timeout(PATIENCE):
                message = await _message(connection, reader)
        except _TooLargeError:
            return _Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a message has at most {LARGEST} bytes")
        except h11.RemoteProtocolError as fault:
            return _Answer(HTTPStatus(fault.error_status_hint), "this is not HTTP/1.1")
        except TimeoutError:
            return _Answer(HTTPStatus.REQUEST_TIMEOUT, "the message did not come in whole")
        if message.target.partition(b"?")[0].decode("latin-1") != PATH:
            return _Answer(HTTPStatus.NOT_FOUND, f"payments are told at {PATH}")
        if message.method != b"POST":
            return _Answer(HTTPStatus.METHOD_NOT_ALLOWED, "payments are told by POST")
        return await self._booked(message)

    async def _booked(self, message: _Message) -> _Answer:
        now = datetime.now(UTC)
        try:
            require_signed(
                self._settings.secret.get_secret_value(),
                message.header(b"x-voicebot-timestamp"),
                message.header(b"x-voicebot-signature"),
                message.body,
                now.timestamp(),
                self._settings.tolerance,
            )
            payment = read_payment(message.body)
            (booked,) = await self._book([payment], "webhook", now)
        except Unsigned as fault:
            log.warning("payment_message_refused", reason=str(fault))
            return _Answer(HTTPStatus.UNAUTHORIZED, str(fault))
        except ValueError as fault:
            return _Answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(fault))
        except StoreError as fault:
            log.error("payment_not_booked", reason=str(fault))
            return _Answer(HTTPStatus.SERVICE_UNAVAILABLE, "try again later")
        log.info("payment_told", outcome=booked)
        return _Answer(*_TOLD[booked])


async def _message(connection: h11.Connection, reader: asyncio.StreamReader) -> _Message:
    """The whole request."""
    request: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        match event:
            case h11.NEED_DATA:
                connection.receive_data(await reader.read(LARGEST))
            case h11.Request():
                request = event
            case h11.Data(data=data):
                body += data
                if len(body) > LARGEST:
                    raise _TooLargeError
            case h11.EndOfMessage() if request is not None:
                return _Message(request.method, request.target, dict(request.headers), bytes(body))
            case _:
                raise h11.RemoteProtocolError("the connection ended")


def _written(connection: h11.Connection, answer: _Answer) -> bytes:
    """One answer, and the end of the connection."""
    body = json.dumps({"status": answer.status.phrase, "detail": answer.told}).encode() + b"\n"
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    ]
    with suppress(h11.LocalProtocolError):  # to whom speaks no HTTP nothing can be said
        events = (
            h11.Response(status_code=answer.status, headers=headers, reason=answer.status.phrase.encode()),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        return b"".join(connection.send(event) or b"" for event in events)
    return b""
