"""Asterisk's control interface over one websocket: events come, REST requests go beside them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any, Final, NamedTuple

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from voicebot.telephony.ari_errors import AriError, AriRefusedError, AriUnavailableError
from voicebot.telephony.ari_events import (
    ApplicationReplaced,
    AriMalformedError,
    AriMessage,
    Arrival,
    ChannelLost,
    Dial,
    LegEvent,
    PassedOver,
    RESTResponse,
    StasisStart,
    read_message,
)
from voicebot.telephony.ari_reconciliation import reconcile
from voicebot.telephony.ari_wire import all_channels, answer_of, heard_channels, rest_request, uri_of
from voicebot.telephony.reconnect import Backoff
from voicebot.telephony.settings import AriSettings

MOST_EVENT_BYTES = 4 * 1024 * 1024
"""Of one message: lists of channels and bridges grow with the calls."""

UNWANTED_EVENTS: Final = {
    "disallowed": [
        {"type": kind}
        for kind in (
            "BridgeCreated",
            "BridgeDestroyed",
            "ChannelCallerId",
            "ChannelCreated",
            "ChannelDialplan",
            "ChannelEnteredBridge",
            "ChannelLeftBridge",
            "ChannelVarset",
        )
    ]
}
"""Most of all events, and of no use to us: Asterisk keeps them to itself."""

log = structlog.get_logger()


class Watch:
    """Hears what happens to one channel until it is closed."""

    __slots__ = ("_watches", "away", "channel_id", "in_asterisk", "take")

    def __init__(self, channel_id: str, take: Callable[[LegEvent], None], watches: dict[str, Watch]) -> None:
        self.channel_id = channel_id
        self.take = take
        self.in_asterisk = False
        """The channel is known to exist there, so that its absence after a reconnect means its end."""
        self.away = False
        """It goes its own way in the dialplan, and its owner wants to hear of it: missing from our
        application means nothing then, and after a reconnect the subscription is renewed. To be set, and
        subscribed to, before the channel is sent off: what happens first would be missed."""
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
    Asterisk's channels are compared with those that are watched: a watched one that is missing has ended
    (``ChannelLost``), an unknown one of ours is an orphan (``ChannelOrphaned``); all others go on.
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
        self._over = False
        self._turn = asyncio.Lock()
        self._numbers = count(1)

    @property
    def connected(self) -> bool:
        """Whether there is a connection now, and what we know of our channels is right."""
        return self._connected.is_set() and not self._over

    async def ready(self) -> None:
        """Wait until ``connected``.

        Raises:
            AriUnavailableError: that will not be, because ``run`` has ended.
        """
        await self._connected.wait()
        if self._over:
            raise AriUnavailableError("the connection to Asterisk was given up", sent=False)

    async def run(self) -> None:
        """Stay connected until cancelled.

        Raises:
            AriRefusedError: trying again would not help.
        """
        state = Backoff(self.settings.reconnect)
        try:
            while True:
                lived = await self._connect_once()
                state = state.after(lived)
                wait = state.wait_seconds(self._dice())
                log.warning("ari_reconnecting", lived_seconds=round(lived, 1), wait_seconds=round(wait, 2))
                await self._sleep(wait)
        finally:
            self._over = True
            self._connected.set()  # nobody needs to wait any longer

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
        uri = uri_of(path)
        await self._connected_again(f"{method} {uri}")
        async with self._turn:
            response = await self._ask(method, uri, query or {}, body)
        return answer_of(response, f"{method} {uri}")

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
            case ApplicationReplaced(application=app):
                raise AriRefusedError(
                    f"another process registered the application {app!r}: "
                    "stop it, or give each its own ari.app"
                )
            case PassedOver(type=kind):
                log.debug("ari_event_passed_over", type=kind)
            case event:
                self._dispatch(connection, event)

    def _dispatch(self, connection: _Connection, event: LegEvent) -> None:
        if isinstance(event, StasisStart):
            connection.arrived.add(event.channel_id)
        watches = [self._watches[name] for name in _heard_by(event) if name in self._watches]
        for watch in watches:
            watch.in_asterisk = True
            watch.take(event)
        if not watches and isinstance(event, StasisStart):
            self._on_arrival(event)

    async def _reconcile(self, connection: _Connection) -> None:
        """Compare what Asterisk has with what is watched, before anything else is asked of it."""
        application = f"applications/{self.settings.app}"
        try:
            async with self._turn:
                heard = heard_channels(await self._ask("GET", application, {}, None))
                channels = all_channels(await self._ask("GET", "channels", {}, None))
                found = reconcile(
                    self.settings.app, self._watches.values(), heard, channels, connection.arrived
                )
                for news in found.news:
                    self._tell(news)
                for orphan in found.orphans:
                    self._on_arrival(orphan)
                for channel_id in found.unheard:
                    await self._subscribe(application, channel_id)
                await self._ask("PUT", f"{application}/eventFilter", {}, UNWANTED_EVENTS)
        except (AriError, AriMalformedError, AriUnavailableError) as error:
            log.warning("ari_not_reconciled", why=str(error))
        self._connected.set()

    async def _subscribe(self, application: str, channel_id: str) -> None:
        """Hear of a channel again that is away, or find that it ended this very moment."""
        source = {"eventSource": f"channel:{channel_id}"}
        response = await self._ask("POST", f"{application}/subscription", source, None)
        if response.status_code == 422:
            self._tell(ChannelLost(channel_id))

    def _tell(self, news: LegEvent) -> None:
        if watch := self._watches.get(news.channel_id):  # what others were told may have closed it
            watch.take(news)

    # One request

    async def _connected_again(self, request: str) -> None:
        try:
            async with asyncio.timeout(self.settings.request_seconds):
                await self.ready()
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
                await connection.socket.send(rest_request(number, method, uri, query, body))
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


def _heard_by(event: LegEvent) -> tuple[str, ...]:
    """Whose event it is: a dial is that of both ends."""
    if isinstance(event, Dial) and event.caller is not None:
        return event.channel_id, event.caller.id
    return (event.channel_id,)


async def _unless_cut(answer: asyncio.Future[RESTResponse]) -> RESTResponse:
    """The answer; a connection that ends cancels it, which must not look as if we had been cancelled."""
    await asyncio.wait((answer,))
    if answer.cancelled():
        raise ConnectionClosed(None, None)
    return answer.result()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))
