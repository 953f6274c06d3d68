"""Asterisk's control interface: one connection that is kept, and what is known of channels kept right."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final, Protocol

import structlog
from websockets.asyncio.connection import Connection

from voicebot.telephony.ari_connection import AriConnection
from voicebot.telephony.ari_dialler import AriDialler
from voicebot.telephony.ari_errors import AriError, AriUnavailableError
from voicebot.telephony.ari_events import AriMalformedError, Arrival, ChannelLost, LegEvent, StasisStart
from voicebot.telephony.ari_listener import AriListener
from voicebot.telephony.ari_reconciliation import Found, reconcile
from voicebot.telephony.ari_watches import Watch, Watches
from voicebot.telephony.ari_wire import all_channels, answer_of, heard_channels, uri_of
from voicebot.telephony.settings import AriSettings

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

STARTING_SECONDS = 0.25
"""Between two questions to an Asterisk that is still starting: it dials us before it can answer any."""

log = structlog.get_logger()


class Way(Protocol):
    """How connections come about."""

    @property
    def advice(self) -> str:
        """What to look at when there is no connection."""

    @property
    def port(self) -> int:
        """The port that is dialled."""

    async def keep(self, serve: Callable[[Connection], Awaitable[None]]) -> None:
        """Have one connection after the other served, until cancelled.

        Raises:
            AriRefusedError: trying again would not help.
        """


class AriClient:
    """Keeps one connection to Asterisk, and keeps the knowledge of channels right when it breaks.

    After every connect Asterisk's channels are compared with those that are watched: a watched one that is
    missing has ended (``ChannelLost``), an unknown one of ours is an orphan (``ChannelOrphaned``); all others
    go on.
    """

    def __init__(
        self,
        settings: AriSettings,
        *,
        on_arrival: Callable[[Arrival], None],
        dice: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``on_arrival`` hears of channels that nobody watches; ``dice`` and ``sleep`` serve waiting."""
        self.settings = settings
        self._on_arrival = on_arrival
        self._way: Way = AriListener(settings, dice=dice)
        if settings.connection == "dial":
            self._way = AriDialler(settings, dice=dice, sleep=sleep)
        self._sleep = sleep
        self._watches = Watches()
        self._connection: AriConnection | None = None
        self._connected = asyncio.Event()
        self._over = False

    @property
    def port(self) -> int:
        """Where Asterisk dials us, or we it."""
        return self._way.port

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
        try:
            await self._way.keep(self._serve)
        finally:
            self._over = True
            self._connected.set()  # nobody needs to wait any longer

    def watch(self, channel_id: str, take: Callable[[LegEvent], None]) -> Watch:
        """Hear a channel's events, in order, as they come, until the watch is closed."""
        return self._watches.open(channel_id, take)

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
        connection = await self._connected_again(f"{method} {uri}")
        return answer_of(await connection.ask(method, uri, query, body), f"{method} {uri}")

    async def _connected_again(self, request: str) -> AriConnection:
        try:
            async with asyncio.timeout(self.settings.request_seconds):
                await self.ready()
        except TimeoutError:
            raise AriUnavailableError(f"`{request}` was not sent: {self._way.advice}", sent=False) from None
        if self._connection is None:  # lost again in this very moment
            raise AriUnavailableError(f"`{request}` was not sent: {self._way.advice}", sent=False)
        return self._connection

    # One connection

    async def _serve(self, socket: Connection) -> None:
        connection = self._connection = AriConnection(socket, self.settings.request_seconds)
        log.info("ari_connected", peer=str(socket.remote_address))
        arrived: set[str] = set()
        reconciling = asyncio.create_task(self._reconcile(connection, arrived), name="ari reconcile")
        try:
            async with aclosing(connection.events()) as events:
                async for event in events:
                    try:
                        self._take(event, arrived)
                    except Exception:  # a mistake of ours about one call must not end all the others
                        log.exception("ari_event_failed", event_type=type(event).__name__)
        finally:
            self._connected.clear()
            self._connection = None
            await _cancelled(reconciling)

    def _take(self, event: LegEvent, arrived: set[str]) -> None:
        watched = self._watches.tell(event)
        if isinstance(event, StasisStart):
            arrived.add(event.channel_id)
            if not watched:
                self._on_arrival(event)

    async def _reconcile(self, connection: AriConnection, arrived: set[str]) -> None:
        """Compare what Asterisk has with what is watched, before anything else is asked of it."""
        await connection.greeted()
        while not await self._compare(connection, arrived):
            await self._sleep(STARTING_SECONDS)
        self._connected.set()

    async def _compare(self, connection: AriConnection, arrived: set[str]) -> bool:
        """``False`` if Asterisk is still starting, and is to be asked again."""
        application = f"applications/{self.settings.app}"
        try:
            heard = heard_channels(await connection.ask("GET", application))
            channels = all_channels(await connection.ask("GET", "channels"))
            found = reconcile(self.settings.names, self._watches, heard, channels, arrived)
            self._report(found)
            for channel_id in found.unheard:
                await self._subscribe(connection, channel_id)
            await connection.ask("PUT", f"{application}/eventFilter", body=UNWANTED_EVENTS)
        except (AriError, AriMalformedError, AriUnavailableError) as error:
            log.warning("ari_not_reconciled", why=str(error))
            return not (isinstance(error, AriError) and error.status == 503)
        return True

    def _report(self, found: Found) -> None:
        for news in found.news:
            self._watches.tell(news)
        for orphan in found.orphans:
            self._on_arrival(orphan)

    async def _subscribe(self, connection: AriConnection, channel_id: str) -> None:
        """Hear of a channel again that is away, or find that it ended this very moment."""
        source = {"eventSource": f"channel:{channel_id}"}
        uri = f"applications/{self.settings.app}/subscription"
        if (await connection.ask("POST", uri, source)).status_code == 422:
            self._watches.tell(ChannelLost(channel_id))


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))
