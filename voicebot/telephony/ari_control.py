"""Calls over ARI: each caller in a mixing bridge with the channel that brings us the sound."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Literal, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, Field

from voicebot.disposition import Disposition
from voicebot.errors import TelephonyError, VoicebotError
from voicebot.media.chan_websocket import FORMATS
from voicebot.media.frame import Band
from voicebot.media.transport import MediaTransport
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.media.websocket_line import WebSocketTransport
from voicebot.telephony.ari_client import AriClient, AriSettings, Watch
from voicebot.telephony.ari_errors import AriError, AriUnavailableError
from voicebot.telephony.ari_events import Arrival, ChannelOrphaned, LegEvent, StasisStart
from voicebot.telephony.channel import (
    Channel,
    DialOutcome,
    HangupCause,
    NotConnectedError,
    OriginateRequest,
    band_of,
    dial_outcome,
)
from voicebot.telephony.facts import as_variables
from voicebot.telephony.leg import Leg
from voicebot.telephony.lines import Lines
from voicebot.telephony.trunk import TrunkSettings

ASTERISK_RINGS_LONGER = 5
"""Seconds by which Asterisk's own time-out of a dial is longer than ours: it is there should we be gone."""

log = structlog.get_logger()
_T = TypeVar("_T")


class TelephonySettings(BaseModel):
    """How calls are placed, carried and handed off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trunks: dict[str, TrunkSettings] = Field(default_factory=dict)
    """Limits by the trunk's name."""
    band: Literal["auto", "narrow", "wide"] = "auto"
    """Sound between Asterisk and us: 8 or 16 kHz; auto takes what the caller's line carries."""
    media_seconds: float = Field(default=5.0, ge=0.1, le=60.0)
    """Seconds for a call's media channel to come up."""
    hand_off_context: str = Field(default="human", min_length=1)
    """Dialplan context of the human queues: its extension ``s`` finds the queue's name in
    ``VOICEBOT_QUEUE``. Callers that a dead process left behind go there too."""


class CallGoneError(TelephonyError):
    """The caller's leg is no longer ours: hung up, handed off, or lost."""

    def __init__(self, channel_id: str) -> None:
        super().__init__(f"call {channel_id} has ended, or was handed off")


class _Call:
    """A caller's leg that is ours."""

    def __init__(self, channel_id: str, client: AriClient) -> None:
        self.leg = Leg(channel_id)
        self.handed_off = False
        self.watch: Watch = client.watch(channel_id, self._take)

    @property
    def over(self) -> bool:
        """Nothing more can be asked of it."""
        return self.handed_off or self.leg.ended.done()

    def _take(self, event: LegEvent) -> None:
        self.leg.take(event)
        if self.leg.ended.done():
            self.watch.close()  # should it come back from a queue, it comes as a new arrival


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
        client: AriClient | None = None,
    ) -> None:
        self.client = client or AriClient(ari, on_arrival=self._arrived)
        self._app = ari.app
        self._media = media
        self._settings = settings
        self._on_call = on_call
        self._lines = {name: Lines(limits) for name, limits in settings.trunks.items()}
        self._calls: dict[str, _Call] = {}
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
        return len(self._calls)

    def free_lines(self, trunk: str) -> int:
        """Lines of the trunk that nobody has reserved."""
        return self._trunk(trunk).free

    # CallControl

    async def answer(self, channel: Channel) -> None:
        await self.client.request("POST", "channels", channel.id, "answer")

    async def originate(self, request: OriginateRequest) -> Channel:
        lines = self._trunk(request.trunk)
        await lines.reserve()
        try:
            call = self._own(request.channel_id)
        except BaseException:
            lines.release()
            raise
        call.leg.ended.add_done_callback(lambda _: lines.release())
        try:
            return await self._dialled(request, call)
        except BaseException:
            await self._clear(call)
            raise

    @asynccontextmanager
    async def open_media(self, channel: Channel) -> AsyncIterator[MediaTransport]:
        call = self._ours(channel)
        async with AsyncExitStack() as cleanup:
            try:
                transport = await _unless_over(call, self._attach(channel, cleanup))
            except AriError as error:
                raise CallGoneError(channel.id) if call.over else error from None
            call.leg.ended.add_done_callback(lambda _: transport.end())
            yield transport

    async def hand_off(self, channel: Channel, queue: str, facts: Mapping[str, str]) -> None:
        call = self._ours(channel)
        variables = {"variables": as_variables({**facts, "queue": queue})}
        await self.client.request("POST", "channels", channel.id, "variables", body=variables)
        call.handed_off = True
        try:
            await self._continue_to_people(channel.id)
        except TelephonyError:
            call.handed_off = False
            raise
        log.info("handed_off", channel=channel.id, queue=queue)

    async def hang_up(self, channel: Channel, cause: HangupCause = HangupCause.NORMAL_CLEARING) -> None:
        call = self._calls.get(channel.id)
        if call is not None and not call.over:
            await self._delete("channels", channel.id, reason_code=str(int(cause)))

    # Calls that come in

    def _arrived(self, arrival: Arrival) -> None:
        match arrival:
            case StasisStart(channel=channel, args=arguments):
                if not channel.id.startswith(f"{self._app}-media-"):
                    self._spawn(self._serve(channel.as_channel(arguments), self._own(channel.id)))
            case ChannelOrphaned(channel_id=channel_id):
                self._spawn(self._let_go(channel_id))

    async def _serve(self, channel: Channel, call: _Call) -> None:
        call.watch.in_asterisk = True
        try:
            await self._on_call(channel)
        except CallGoneError:
            log.info("caller_left", channel=channel.id)
        except VoicebotError as error:
            log.warning("call_failed", channel=channel.id, why=str(error))
        except Exception:
            log.exception("call_failed", channel=channel.id)
        finally:
            await self._clear(call)

    async def _let_go(self, channel_id: str) -> None:
        """Take care of what a dead process left: our media channels go, callers go on to people."""
        log.warning("channel_orphaned", channel=channel_id)
        with suppress(AriUnavailableError):
            if channel_id.startswith(f"{self._app}-media-"):
                await self._delete("channels", channel_id)
                return
            await self._delete("bridges", self._bridge_of(channel_id))
            try:
                await self._continue_to_people(channel_id)
            except AriError:
                await self._delete("channels", channel_id)

    async def _continue_to_people(self, channel_id: str) -> None:
        place = {"context": self._settings.hand_off_context, "extension": "s", "priority": "1"}
        await self.client.request("POST", "channels", channel_id, "continue", query=place)

    # Calls that we place

    async def _dialled(self, request: OriginateRequest, call: _Call) -> Channel:
        await self._dial(request, call)
        rang_out = False
        try:
            async with asyncio.timeout(request.ring_seconds):
                await call.leg.settled()
        except TimeoutError:
            rang_out = True
        if call.leg.ended.done() or rang_out:
            end = call.leg.ended.result() if call.leg.ended.done() else None
            outcome = dial_outcome(
                end.cause if end else 0, end.sip_status if end else None, rang_out=rang_out
            )
            raise NotConnectedError(
                outcome, f"{request.endpoint}: {outcome.disposition} (cause {outcome.cause})"
            )
        started = call.leg.started.result()
        return started.channel.as_channel(started.args)

    async def _dial(self, request: OriginateRequest, call: _Call) -> None:
        query = {
            "endpoint": request.endpoint,
            "app": self._app,
            "appArgs": ",".join(request.arguments),
            "timeout": str(round(request.ring_seconds) + ASTERISK_RINGS_LONGER),
            "channelId": request.channel_id,
        }
        if request.caller_id:
            query["callerId"] = request.caller_id
        body = {"variables": dict(request.variables)}
        try:
            await self.client.request("POST", "channels", query=query, body=body)
        except AriUnavailableError as error:
            if not error.sent:
                raise
            # It may ring. Should it not, the comparison after the reconnect says so.
        except AriError as error:
            if error.status != 500:
                raise
            raise NotConnectedError(
                DialOutcome(Disposition.CARRIER_ERROR, HangupCause.UNKNOWN), str(error)
            ) from None
        call.watch.in_asterisk = True

    # Sound

    async def _attach(self, channel: Channel, cleanup: AsyncExitStack) -> WebSocketTransport:
        """Bring the caller and a media channel together; what was made is taken down by ``cleanup``."""
        band = await self._band(channel)
        bridge, media_id = self._bridge_of(channel.id), f"{self._app}-media-{secrets.token_hex(8)}"
        expected = cleanup.enter_context(self._media.expect(channel.id, band))
        leg = Leg(media_id)
        cleanup.callback(self.client.watch(media_id, leg.take).close)
        cleanup.push_async_callback(self._delete, "bridges", bridge)
        await self.client.request("POST", "bridges", bridge, query={"type": "mixing"})
        cleanup.push_async_callback(self._delete, "channels", media_id)
        query = {
            "app": self._app,
            "channelId": media_id,
            "external_host": self._media.client,
            "transport": "websocket",
            "encapsulation": "none",
            "format": FORMATS[band],
            "transport_data": expected.transport_data,
        }
        await self.client.request("POST", "channels", "externalMedia", query=query)
        await self._up(leg)
        transport = await self._media.connected(
            expected, disconnect=lambda: self._spawn(self.hang_up(channel))
        )
        both = {"channel": f"{channel.id},{media_id}"}
        await self.client.request("POST", "bridges", bridge, "addChannel", query=both)
        return transport

    async def _up(self, media: Leg) -> None:
        """Wait for the media channel: before its own StasisStart it cannot be bridged (422)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.media_seconds):
                await media.settled()
        if not media.started.done():
            raise TelephonyError(
                f"the media channel did not come up within {self._settings.media_seconds:g} s; "
                f"is chan_websocket loaded, and [{self._media.client}] in websocket_client.conf?"
            )

    async def _band(self, channel: Channel) -> Band:
        if self._settings.band != "auto":
            return Band.WIDE if self._settings.band == "wide" else Band.NARROW
        variable = {"variable": "CHANNEL(audionativeformat)"}
        with suppress(AriError):
            answer = await self.client.request("GET", "channels", channel.id, "variable", query=variable)
            return band_of(str(answer["value"]))
        return Band.NARROW

    def _bridge_of(self, channel_id: str) -> str:
        return f"{self._app}-bridge-{channel_id}"

    # The legs that are ours

    def _own(self, channel_id: str) -> _Call:
        call = self._calls[channel_id] = _Call(channel_id, self.client)
        call.leg.ended.add_done_callback(lambda _: self._forget(call))
        return call

    def _forget(self, call: _Call) -> None:
        if self._calls.get(call.leg.channel_id) is call:
            del self._calls[call.leg.channel_id]

    def _ours(self, channel: Channel) -> _Call:
        call = self._calls.get(channel.id)
        if call is None or call.over:
            raise CallGoneError(channel.id)
        return call

    def _trunk(self, name: str) -> Lines:
        if name not in self._lines:
            raise TelephonyError(f"no trunk {name!r}; add it to telephony.trunks with its limits")
        return self._lines[name]

    async def _clear(self, call: _Call) -> None:
        """Hang up what is still ours and let go of it."""
        if call.over or await self._delete("channels", call.leg.channel_id):
            self._let_end(call)
        else:
            self._spawn(self._clear_later(call))

    async def _clear_later(self, call: _Call) -> None:
        """The same once Asterisk can be asked again; that the leg is gone may be known first."""
        while not call.over:
            await self.client.ready()
            if call.over or await self._delete("channels", call.leg.channel_id):
                self._let_end(call)

    def _let_end(self, call: _Call) -> None:
        if not call.handed_off:
            call.leg.give_up()
            call.watch.close()

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
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _unless_over(call: _Call, work: Coroutine[Any, Any, _T]) -> _T:
    """The result of ``work``, given up as soon as the caller's leg ends."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait((task, call.leg.ended), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise CallGoneError(call.leg.channel_id)
        return task.result()
    finally:
        task.cancel()
        await asyncio.wait((task,))
