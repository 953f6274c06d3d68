"""Calls over ARI: those that come in, those we place, and their ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, TypeVar

import structlog

from voicebot.errors import TelephonyError, VoicebotError
from voicebot.media.transport import MediaTransport
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.telephony.ari_client import AriClient, Watch
from voicebot.telephony.ari_dial import dial
from voicebot.telephony.ari_errors import AriError, AriUnavailableError
from voicebot.telephony.ari_events import Arrival, ChannelOrphaned, StasisStart
from voicebot.telephony.ari_media import AriMedia
from voicebot.telephony.channel import Channel, HangupCause, OriginateRequest
from voicebot.telephony.facts import as_variables
from voicebot.telephony.leg import Leg
from voicebot.telephony.lines import Lines
from voicebot.telephony.settings import AriSettings, TelephonySettings

log = structlog.get_logger()
_T = TypeVar("_T")


class CallGoneError(TelephonyError):
    """The caller's leg is no longer ours: hung up, handed off, or lost."""

    def __init__(self, channel_id: str) -> None:
        super().__init__(f"call {channel_id} has ended, or was handed off")


class AriControl:
    """``CallControl`` over ARI. ``run`` keeps it going; calls that come in are given to ``on_call``, a task
    for each, and hung up when it returns."""

    def __init__(
        self,
        ari: AriSettings,
        media: MediaWebSocketServer,
        settings: TelephonySettings,
        *,
        on_call: Callable[[Channel], Awaitable[None]],
    ) -> None:
        self.client = AriClient(ari, on_arrival=self._arrived)
        self._media = AriMedia(self.client, media, settings, self._take_down)
        self._settings = settings
        self._on_call = on_call
        self._lines = {name: Lines(limits) for name, limits in settings.trunks.items()}
        self._legs: dict[str, Leg] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Take calls until cancelled; then the calls in progress are cancelled and hung up.

        Raises:
            AriRefusedError: Asterisk will not have us.
        """
        connection = asyncio.create_task(self.client.run(), name="ari")
        try:
            await asyncio.wait((connection,))
            await connection
        finally:
            await self._end_tasks()
            connection.cancel()
            await asyncio.wait((connection,))

    @property
    def calls(self) -> int:
        """Legs of callers that are ours now."""
        return len(self._legs)

    def free_lines(self, trunk: str) -> int:
        """Lines of the trunk that nobody has reserved."""
        return self._trunk(trunk).free

    # CallControl

    async def answer(self, channel: Channel) -> None:
        await self.client.request("POST", "channels", channel.id, "answer")

    async def originate(self, request: OriginateRequest) -> Channel:
        lines = self._trunk(request.trunk)
        await lines.reserve()
        leg, watch = self._own(request.channel_id)
        leg.at_end(lines.release)
        try:
            return await dial(self.client, request, leg, watch)
        except BaseException:
            await self._clear(leg)
            raise

    @asynccontextmanager
    async def open_media(self, channel: Channel) -> AsyncIterator[MediaTransport]:
        leg = self._ours(channel)
        async with AsyncExitStack() as cleanup:
            attaching = self._media.attach(
                leg, cleanup, disconnect=lambda: self._spawn(self.hang_up(channel))
            )
            try:
                transport = await _unless_over(leg, attaching)
            except AriError as error:
                raise CallGoneError(channel.id) if leg.over else error from None
            leg.at_end(transport.end)
            yield transport

    async def hand_off(self, channel: Channel, queue: str, facts: Mapping[str, str]) -> None:
        leg = self._ours(channel)
        variables = {"variables": as_variables({**facts, "queue": queue})}
        await self.client.request("POST", "channels", channel.id, "variables", body=variables)
        leg.handed_off = True
        try:
            await self._continue_to_people(channel.id)
        except TelephonyError:
            leg.handed_off = False
            raise
        log.info("handed_off", channel=channel.id, queue=queue)

    async def hang_up(self, channel: Channel, cause: HangupCause = HangupCause.NORMAL_CLEARING) -> None:
        leg = self._legs.get(channel.id)
        if leg is not None and not leg.over:
            await self._delete("channels", channel.id, reason_code=str(int(cause)))

    # Calls that come in

    def _arrived(self, arrival: Arrival) -> None:
        match arrival:
            case StasisStart(channel=channel, args=arguments):
                if not self._media.is_media(channel.id):
                    leg, watch = self._own(channel.id)
                    watch.in_asterisk = True
                    self._spawn(self._serve(channel.as_channel(arguments), leg))
            case ChannelOrphaned(channel_id=channel_id):
                self._spawn(self._let_go(channel_id))

    async def _serve(self, channel: Channel, leg: Leg) -> None:
        try:
            await self._on_call(channel)
        except CallGoneError:
            log.info("caller_left", channel=channel.id)
        except VoicebotError as error:
            log.warning("call_failed", channel=channel.id, why=str(error))
        except Exception:
            log.exception("call_failed", channel=channel.id)
        finally:
            await self._clear(leg)

    async def _let_go(self, channel_id: str) -> None:
        """Take care of what a dead process left: our media channels go, callers go on to people."""
        log.warning("channel_orphaned", channel=channel_id)
        if self._media.is_media(channel_id):
            await self._delete("channels", channel_id)
            return
        await self._delete("bridges", self._media.bridge_of(channel_id))
        with suppress(AriUnavailableError):
            try:
                await self._continue_to_people(channel_id)
            except AriError:
                await self._delete("channels", channel_id)

    async def _continue_to_people(self, channel_id: str) -> None:
        place = {"context": self._settings.hand_off_context, "extension": "s", "priority": "1"}
        await self.client.request("POST", "channels", channel_id, "continue", query=place)

    # The legs that are ours

    def _own(self, channel_id: str) -> tuple[Leg, Watch]:
        leg = self._legs[channel_id] = Leg(channel_id)
        watch = self.client.watch(channel_id, leg.take)
        # Should it come back from a queue, it comes as a new arrival.
        leg.at_end(watch.close)
        leg.at_end(lambda: self._forget(channel_id))
        return leg, watch

    def _forget(self, channel_id: str) -> None:
        del self._legs[channel_id]

    def _ours(self, channel: Channel) -> Leg:
        leg = self._legs.get(channel.id)
        if leg is None or leg.over:
            raise CallGoneError(channel.id)
        return leg

    def _trunk(self, name: str) -> Lines:
        if name not in self._lines:
            raise TelephonyError(f"no trunk {name!r}; add it to telephony.trunks with its limits")
        return self._lines[name]

    async def _clear(self, leg: Leg) -> None:
        """Hang up what is still ours, and let go of it."""
        if not leg.over:
            await self._take_down("channels", leg.channel_id, leg)

    async def _take_down(self, kind: str, name: str, leg: Leg | None = None) -> None:
        """End a channel or a bridge: now, or, holding nobody up, once Asterisk can be asked again."""
        if not self.client.connected or not await self._delete(kind, name):
            self._spawn(self._take_down_later(kind, name, leg))
        elif leg is not None:
            leg.give_up()

    async def _take_down_later(self, kind: str, name: str, leg: Leg | None) -> None:
        with suppress(AriUnavailableError):
            await self.client.ready()
            if leg is None or not leg.over:  # that it is gone may be known by now
                await self._take_down(kind, name, leg)

    async def _delete(self, kind: str, name: str, **query: str) -> bool:
        """Take something down, or find it gone; ``False`` when Asterisk could not be asked."""
        try:
            await self.client.request("DELETE", kind, name, query=query)
        except AriError as error:
            if error.status != 404:
                log.warning("not_deleted", kind=kind, name=name, why=str(error))
        except AriUnavailableError as error:
            log.warning("not_deleted", kind=kind, name=name, why=str(error))
            return False
        return True

    # Tasks

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end_tasks(self) -> None:
        while self._tasks:
            ending = tuple(self._tasks)
            for task in ending:
                task.cancel()
            await asyncio.wait(ending)
            self._tasks.difference_update(ending)


async def _unless_over(leg: Leg, work: Coroutine[Any, Any, _T]) -> _T:
    """The result of ``work``, given up as soon as the caller's leg ends."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait((task, leg.ended), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise CallGoneError(leg.channel_id)
        return task.result()
    finally:
        task.cancel()
        await asyncio.wait((task,))
