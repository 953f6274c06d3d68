"""Asterisk's control interface over one websocket: events come, REST requests go beside them."""

from __future__ import annotations

import asyncio
import json
import random
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import structlog
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from voicebot.telephony.ari_errors import AriError, AriRefusedError, AriUnavailableError
from voicebot.telephony.ari_events import (
    ApplicationReplaced,
    AriMalformedError,
    AriMessage,
    Arrival,
    ChannelLost,
    ChannelOrphaned,
    LegEvent,
    PassedOver,
    RESTResponse,
    StasisStart,
    read_message,
)
from voicebot.telephony.reconnect import Backoff, ReconnectSettings

MOST_EVENT_BYTES = 4 * 1024 * 1024
"""Of one message: lists of channels and bridges grow with the calls."""

log = structlog.get_logger()


class AriSettings(BaseModel):
    """Where Asterisk is, and who we are there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    """Address of Asterisk's HTTP server."""
    port: int = Field(default=8088, ge=1, le=65535)
    """Its TCP port."""
    tls: bool = False
    """Whether the connection is encrypted: wss instead of ws."""
    app: str = Field(default="voicebot", pattern=r"^[A-Za-z0-9_.-]+$")
    """Name of the Stasis application, as in the dialplan; one process registers it."""
    username: str = "voicebot"
    """Section of Asterisk's ``ari.conf``."""
    password: SecretStr = SecretStr("")
    """Password there; from the environment, ``VOICEBOT_ARI__PASSWORD``."""
    connect_seconds: float = Field(default=5.0, ge=0.1, le=60.0)
    """Seconds for one attempt to connect."""
    request_seconds: float = Field(default=5.0, ge=0.1, le=60.0)
    """Seconds for Asterisk to answer a request, and, before that, for a lost connection to come back."""
    reconnect: ReconnectSettings = ReconnectSettings()

    @property
    def url(self) -> str:
        """The events socket."""
        query = urlencode({"app": self.app, "subscribeAll": "false"})
        return f"{'wss' if self.tls else 'ws'}://{self.host}:{self.port}/ari/events?{query}"

    @property
    def authorization(self) -> str:
        """HTTP Basic: the query would end up in logs."""
        credentials = f"{self.username}:{self.password.get_secret_value()}"
        return f"Basic {b64encode(credentials.encode()).decode()}"


class Watch:
    """Hears what happens to one channel until it is closed."""

    __slots__ = ("_watches", "channel_id", "in_asterisk", "take")

    def __init__(self, channel_id: str, take: Callable[[LegEvent], None], watches: dict[str, Watch]) -> None:
        self.channel_id = channel_id
        self.take = take
        self.in_asterisk = False
        """The channel is known to exist there, so that its absence after a reconnect means its end."""
        self._watches = watches
        assert channel_id not in watches, f"{channel_id} is watched already"
        watches[channel_id] = self

    def close(self) -> None:
        """Hear no more; closing twice is fine."""
        if self._watches.get(self.channel_id) is self:
            del self._watches[self.channel_id]


class _Connection(NamedTuple):
    socket: ClientConnection
    answers: dict[str, asyncio.Future[RESTResponse]]
    arrived: set[str]
    """Channels that came during this connection: no orphans, whoever takes them."""


class AriClient:
    """Keeps one connection to Asterisk, and keeps the knowledge of channels right when it breaks.

    Requests are put one at a time, because Asterisk works on one at a time per socket. After every connect
    the channels of the application are compared with those that are watched: a watched one that is missing
    has ended (``ChannelLost``), an unknown one is an orphan (``ChannelOrphaned``); all others go on.
    """

    def __init__(
        self,
        settings: AriSettings,
        *,
        on_arrival: Callable[[Arrival], None],
        dice: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``on_arrival`` hears of channels that nobody watches; ``dice`` and ``sleep`` serve the back-off."""
        self.settings = settings
        self._on_arrival = on_arrival
        self._dice = dice
        self._sleep = sleep
        self._watches: dict[str, Watch] = {}
        self._connection: _Connection | None = None
        self._connected = asyncio.Event()
        self._turn = asyncio.Lock()
        self._numbers = count(1)

    @property
    def connected(self) -> bool:
        """Whether there is a connection now, and what we know of our channels is right."""
        return self._connected.is_set()

    async def ready(self) -> None:
        """Wait until ``connected``."""
        await self._connected.wait()

    async def run(self) -> None:
        """Stay connected until cancelled.

        Raises:
            AriRefusedError: trying again would not help.
        """
        state = Backoff(self.settings.reconnect)
        while True:
            lived = await self._connect_once()
            state = state.after(lived)
            wait = state.wait_seconds(self._dice())
            log.warning("ari_reconnecting", lived_seconds=round(lived, 1), wait_seconds=round(wait, 2))
            await self._sleep(wait)

    def watch(self, channel_id: str, take: Callable[[LegEvent], None]) -> Watch:
        """Hear a channel's events, in order, as they come, until the watch is closed."""
        return Watch(channel_id, take, self._watches)

    async def request(
        self,
        method: str,
        *path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """Ask Asterisk for something; its JSON answer, ``None`` where it has none.

        A request waits for a lost connection to come back, but is never sent twice.

        Raises:
            AriError: Asterisk refused.
            AriUnavailableError: it could not be asked, or did not answer in time.
        """
        uri = "/".join(quote(part, safe="") for part in path)
        await self._connected_again(f"{method} {uri}")
        async with self._turn:
            response = await self._ask(method, uri, query or {}, body)
        return _answer(response, f"{method} {uri}")

    # One connection

    async def _connect_once(self) -> float:
        """Serve one connection; seconds it lived."""
        loop = asyncio.get_running_loop()
        began = 0.0
        try:
            async with connect(
                self.settings.url,
                additional_headers={"Authorization": self.settings.authorization},
                compression=None,
                proxy=None,  # an Asterisk next door is not behind the proxy of the web
                open_timeout=self.settings.connect_seconds,
                close_timeout=1.0,
                max_size=MOST_EVENT_BYTES,
            ) as socket:
                began = loop.time()
                await self._serve(socket)
        except InvalidStatus as error:
            self._refused(error.response.status_code)
        except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed, EOFError) as error:
            log.warning("ari_unreachable", url=self.settings.url, why=str(error) or type(error).__name__)
        return loop.time() - began if began else 0.0

    def _refused(self, status: int) -> None:
        if status in (401, 403):
            raise AriRefusedError(str(AriError(status, "GET events", "the connection was refused")))
        log.warning("ari_unreachable", url=self.settings.url, why=f"HTTP {status}: is res_ari loaded?")

    async def _serve(self, socket: ClientConnection) -> None:
        connection = self._connection = _Connection(socket, {}, set())
        log.info("ari_connected", url=self.settings.url)
        reconciling = asyncio.create_task(self._reconcile(connection), name="ari reconcile")
        try:
            async for message in socket:
                self._read(connection, message)
        finally:
            self._connected.clear()
            self._connection = None
            await _cancelled(reconciling)
            for answer in connection.answers.values():
                answer.cancel()

    def _read(self, connection: _Connection, message: str | bytes) -> None:
        try:
            self._take(connection, read_message(message))
        except AriMalformedError as error:
            log.warning("ari_malformed", why=str(error))

    def _take(self, connection: _Connection, message: AriMessage) -> None:
        match message:
            case RESTResponse() as response:
                answer = connection.answers.get(response.request_id)
                if answer is not None and not answer.done():
                    answer.set_result(response)
            case ApplicationReplaced():
                raise AriRefusedError(
                    f"another process registered the application {self.settings.app!r}: "
                    "stop it, or give each its own ari.app"
                )
            case PassedOver(type=kind):
                log.debug("ari_event_passed_over", type=kind)
            case event:
                self._dispatch(connection, event)

    def _dispatch(self, connection: _Connection, event: LegEvent) -> None:
        watch = self._watches.get(event.channel_id)
        if watch is not None:
            watch.in_asterisk = True
            watch.take(event)
        elif isinstance(event, StasisStart):
            connection.arrived.add(event.channel_id)
            self._on_arrival(event)

    async def _reconcile(self, connection: _Connection) -> None:
        """Compare what Asterisk has with what is watched, before anything else is asked of it."""
        try:
            async with self._turn:
                response = await self._ask("GET", f"applications/{self.settings.app}", {}, None)
            self._compare(connection, _channels_of(response))
        except (AriError, AriMalformedError, AriUnavailableError) as error:
            log.warning("ari_not_reconciled", why=str(error))
        self._connected.set()

    def _compare(self, connection: _Connection, living: set[str]) -> None:
        """Tell those who watch a channel that is no more; report those that nobody watches."""
        for watch in tuple(self._watches.values()):
            if watch.in_asterisk and watch.channel_id not in living | connection.arrived:
                watch.take(ChannelLost(watch.channel_id))
        for channel_id in sorted(living - self._watches.keys() - connection.arrived):
            self._on_arrival(ChannelOrphaned(channel_id))

    # One request

    async def _connected_again(self, request: str) -> None:
        try:
            async with asyncio.timeout(self.settings.request_seconds):
                await self._connected.wait()
        except TimeoutError:
            raise AriUnavailableError(
                f"`{request}` was not sent: no connection to {self.settings.url}; "
                "is Asterisk running, with http.conf and ari.conf enabled?",
                sent=False,
            ) from None

    async def _ask(
        self, method: str, uri: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> RESTResponse:
        connection = self._connection
        if connection is None:
            raise AriUnavailableError(
                f"`{method} {uri}` was not sent: the connection to Asterisk was lost", sent=False
            )
        number = str(next(self._numbers))
        answer = connection.answers[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self.settings.request_seconds):
                await connection.socket.send(_rest_request(number, method, uri, query, body))
                return await _unless_cut(answer)
        except TimeoutError:
            # The requests behind it would wait as long: Asterisk gives a new socket a new thread.
            connection.socket.transport.abort()
            raise AriUnavailableError(
                f"Asterisk did not answer `{method} {uri}` within {self.settings.request_seconds:g} s; "
                "see `core show locks` and Asterisk's log"
            ) from None
        except ConnectionClosed:
            raise AriUnavailableError(
                f"the connection to Asterisk was lost during `{method} {uri}`"
            ) from None
        finally:
            del connection.answers[number]


async def _unless_cut(answer: asyncio.Future[RESTResponse]) -> RESTResponse:
    """The answer; a connection that ends cancels it, which must not look as if we had been cancelled."""
    await asyncio.wait((answer,))
    if answer.cancelled():
        raise ConnectionClosed(None, None)
    return answer.result()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))


def _rest_request(
    number: str, method: str, uri: str, query: Mapping[str, str], body: Mapping[str, Any] | None
) -> str:
    request: dict[str, Any] = {"type": "RESTRequest", "request_id": number, "method": method, "uri": uri}
    if query:
        request["query_strings"] = [{"name": name, "value": value} for name, value in query.items()]
    if body is not None:
        request["content_type"] = "application/json"
        request["message_body"] = json.dumps(body)
    return json.dumps(request)


def _answer(response: RESTResponse, request: str) -> Any:
    if response.status_code >= 400:
        raise AriError(response.status_code, request, _reason(response))
    try:
        return json.loads(response.message_body) if response.message_body else None
    except (ValueError, RecursionError):
        raise AriMalformedError("message_body is no JSON", response.message_body) from None


def _reason(response: RESTResponse) -> str:
    """What Asterisk says of a refusal."""
    try:
        said = json.loads(response.message_body)["message"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return response.reason_phrase
    return str(said)


def _channels_of(response: RESTResponse) -> set[str]:
    application = _answer(response, "GET application")
    listed = application.get("channel_ids") if isinstance(application, dict) else None
    if not isinstance(listed, list):
        raise AriMalformedError("an application without channel_ids", response.message_body)
    return {str(channel_id) for channel_id in listed}
