"""Calls over ARI: those that come in, those we place, and their ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, TypeVar

import structlog

from voicebot.errors import TelephonyError, VoicebotError
from voicebot.media.frame import AudioFrame
from voicebot.media.places import Place, Places
from voicebot.media.transport import MediaTransport
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_dial import dial, dial_early
from voicebot.telephony.ari_errors import AriError, AriUnavailableError
from voicebot.telephony.ari_events import Arrival, ChannelOrphaned, StasisStart
from voicebot.telephony.ari_heartbeat import beat, say_goodbye
from voicebot.telephony.ari_media import AriMedia, Transport
from voicebot.telephony.ari_people import BACK, AriPeople
from voicebot.telephony.ari_questions import AriQuestions
from voicebot.telephony.ari_teardown import AriTeardown
from voicebot.telephony.channel import (
    DIALLED,
    Channel,
    HangupCause,
    NotConnectedError,
    NotHandedOffError,
    OriginateRequest,
    dial_outcome,
)
from voicebot.telephony.control import HandOffStep, unheard
from voicebot.telephony.leg import Leg
from voicebot.telephony.lines import Lines
from voicebot.telephony.own_channels import is_own
from voicebot.telephony.settings import AriSettings, TelephonySettings
from voicebot.telephony.tasks import TaskSet

LAST_SECONDS = 10.0
"""For calls whose line is gone to write what remains of them, when the process stops."""

log = structlog.get_logger()
_T = TypeVar("_T")


class CallGoneError(TelephonyError):
    """The caller's leg is no longer ours: hung up, with people, or lost."""

    def __init__(self, channel_id: str) -> None:
        super().__init__(f"call {channel_id} has ended, or is with people")


class AriControl:
    """``CallControl`` over ARI. ``run`` keeps it going; calls that come in are given to ``on_call``, a task
    for each, and hung up when it returns. Callers whom it fails, or whose sound is lost, go on to people."""

    def __init__(
        self,
        ari: AriSettings,
        media: MediaWebSocketServer,
        settings: TelephonySettings,
        *,
        on_call: Callable[[Channel], Awaitable[None]],
        places: Places | None = None,
    ) -> None:
        """Without ``places`` there is no limit."""
        self.client = AriClient(ari, on_arrival=self._arrived)
        self._tasks = TaskSet()
        self._teardown = AriTeardown(self.client, self._tasks)
        self._media = AriMedia(self.client, media, settings, self._teardown.take_down)
        self._people = AriPeople(self.client, settings.hand_off_context)
        self._questions = AriQuestions(self.client, settings.hand_off_context, self._teardown.take_down)
        self._app = ari.app
        self._on_call = on_call
        self._places = places or Places()
        self._excess = settings.excess
        self._lines = {name: Lines(limits) for name, limits in settings.trunks.items()}
        self._legs: dict[str, Leg] = {}
        self._asterisk_dials = ari.connection == "listen"
        self._draining = False

    async def run(self) -> None:
        """Take calls until cancelled; then the calls in progress are cancelled and hung up.

        Raises:
            AriRefusedError: Asterisk will not have us.
        """
        connection = asyncio.create_task(self.client.run(), name="ari")
        self._tasks.spawn(self._clear_bridges())
        if self._asterisk_dials:
            self._tasks.spawn(beat(self.client))
        try:
            await asyncio.wait((connection,))
            await connection
        finally:
            await self._tasks.end()
            connection.cancel()
            await asyncio.wait((connection,))
            for leg in tuple(self._legs.values()):
                leg.give_up()

    async def drain(self, seconds: float) -> None:
        """Send new callers to people, let go of those who are with people already, and give the others so
        long to finish; then people take them over."""
        self._draining = True
        if self._asterisk_dials:
            await say_goodbye(self.client)
        for leg in tuple(self._legs.values()):
            leg.let_go()
        if ends := [leg.ended for leg in self._legs.values()]:
            await asyncio.wait(ends, timeout=seconds)
        for leg in self._legs.values():
            self._tasks.spawn(self._pass_on(leg))
        await self._tasks.wait(LAST_SECONDS)

    @property
    def calls(self) -> int:
        """Legs of callers that are ours now."""
        return len(self._legs)

    def free_lines(self, trunk: str) -> int:
        """Lines of the trunk that nobody has reserved."""
        return self._trunk(trunk).free

    @property
    def free_places(self) -> int:
        """Calls that may be held besides those that are, whoever dials."""
        return 0 if self._draining else self._places.free

    def holds(self, call_id: str) -> bool:
        """Whether a leg of a caller is ours now: a dial is from the moment that it has its line."""
        return call_id in self._legs

    async def ask(self, *names: str) -> dict[str, str]:
        """What the dialplan knows, such as ``QUEUE_WAITING_COUNT(human)``; as ``AriQuestions.ask``."""
        return await self._questions.ask(*names)

    # CallControl

    async def answer(self, channel: Channel) -> None:
        leg = self._ours(channel)
        await _unless_over(leg, self.client.request("POST", "channels", channel.id, "answer"))

    async def originate(self, request: OriginateRequest) -> Channel:
        assert not request.early_media, "early media is heard through open_call"
        async with self._dialling(request) as leg:
            return await dial(self.client, request, leg)

    @asynccontextmanager
    async def open_call(
        self, request: OriginateRequest, hear: Callable[[AudioFrame], None] = unheard
    ) -> AsyncIterator[MediaTransport]:
        async with AsyncExitStack() as cleanup:
            async with self._dialling(request) as leg:
                if request.early_media:
                    transport = await dial_early(
                        self.client, request, leg, attach=lambda: self._attach(leg, cleanup), hear=hear
                    )
                else:
                    await dial(self.client, request, leg)
                    transport = await self._attach(leg, cleanup)
            cleanup.push_async_callback(self.hang_up, Channel(leg.channel_id))
            with leg.listened_to():
                yield transport

    @asynccontextmanager
    async def open_media(self, channel: Channel) -> AsyncIterator[MediaTransport]:
        leg = self._ours(channel)
        async with AsyncExitStack() as cleanup:
            with leg.listened_to():  # from now on: it may be lost as soon as it is there
                yield await self._attach(leg, cleanup)

    async def hand_off(
        self, channel: Channel, queue: str, facts: Mapping[str, str]
    ) -> AsyncIterator[HandOffStep]:
        leg = self._ours(channel)
        try:
            await self._people.send(leg, {**facts, "queue": queue})
        except TelephonyError as error:
            raise CallGoneError(channel.id) if leg.over else NotHandedOffError(str(error)) from error
        log.info("handed_off", channel=channel.id, queue=queue)
        async for step in leg.among_people():
            log.info("hand_off", channel=channel.id, step=step.name)
            if not leg.over:
                await self._media.rejoin(leg)
            yield step

    async def hang_up(self, channel: Channel, cause: HangupCause = HangupCause.NORMAL_CLEARING) -> None:
        leg = self._legs.get(channel.id)
        if leg is not None and not leg.over:
            leg.dismissed = True
            await self._teardown.take_down("channels", channel.id, leg, reason_code=str(int(cause)))

    def _dismiss(self, leg: Leg) -> None:
        """Hang up without waiting for it."""
        if not leg.ended.done():
            leg.dismissed = True
            self._tasks.spawn(self.hang_up(Channel(leg.channel_id)))

    @asynccontextmanager
    async def _dialling(self, request: OriginateRequest) -> AsyncIterator[Leg]:
        """A leg to be dialled on a line of its trunk; whatever fails, nothing rings any longer."""
        lines = self._trunk(request.trunk)
        await _reserved(lines, request)
        place = self._places.reserve(request.channel_id)
        if place is None:
            lines.release()
            raise TelephonyError(f"not dialled: all {self._places.at_most} places are taken (calls.at_most)")
        leg = self._own(request.channel_id)
        leg.at_end(lines.release)
        leg.at_end(place.release)
        leg.dialled = leg.ringing = True
        try:
            yield leg
        except BaseException:
            await self._clear(leg)
            raise
        leg.ringing = False

    async def _attach(self, leg: Leg, cleanup: AsyncExitStack) -> Transport:
        """The leg's sound, ended with it."""
        attaching = self._media.attach(leg, cleanup, disconnect=lambda: self._dismiss(leg))
        transport = await _unless_over(leg, attaching)
        leg.at_end(transport.end)
        return transport

    # Calls that come in

    def _arrived(self, arrival: Arrival) -> None:
        match arrival:
            case ChannelOrphaned(channel_id=channel_id):
                self._tasks.spawn(self._take_care_of(channel_id))
            case StasisStart(channel=channel) if is_own(self._app, channel.id):
                pass  # whoever made it waits for it
            case StasisStart(channel=channel, args=arguments) if arguments[:1] == (BACK,):
                self._tasks.spawn(self._people.dismiss(channel.id))
            case StasisStart(channel=channel, args=arguments) if arguments[:1] == (DIALLED,):
                self._tasks.spawn(self._take_care_of(channel.id))
            case StasisStart(channel=channel) if self._draining:
                self._tasks.spawn(self._send_on(channel.id))
            case StasisStart(channel=channel, args=arguments):
                self._accept(channel.as_channel(arguments))

    def _accept(self, channel: Channel) -> None:
        """Reserve a place in this very moment: the next caller may be told before any work begins."""
        place = self._places.reserve(channel.id)
        if place is None:
            log.warning("no_place", door="ari", channel=channel.id, at_most=self._places.at_most)
            self._tasks.spawn(self._turn_away(channel.id))
        else:
            self._tasks.spawn(self._serve(channel, self._take_in(channel, place)))

    def _take_in(self, channel: Channel, place: Place) -> Leg:
        leg = self._own(channel.id)
        leg.at_end(place.release)
        leg.watch.in_asterisk = True
        lines = self._lines.get(channel.endpoint)
        if lines is not None and lines.shared:
            lines.occupy()
            leg.at_end(lines.release)
        return leg

    async def _serve(self, channel: Channel, leg: Leg) -> None:
        served = False
        try:
            await self._on_call(channel)
            served = leg.dismissed or not leg.sound_lost
        except CallGoneError:
            log.info("caller_left", channel=channel.id)
        except VoicebotError as error:
            log.warning("call_failed", channel=channel.id, why=str(error))
        except Exception:
            log.exception("call_failed", channel=channel.id)
        except asyncio.CancelledError:
            served = True
            raise
        finally:
            if not served:
                await self._pass_on(leg)
            await self._clear(leg)

    async def _pass_on(self, leg: Leg) -> None:
        """A caller whom we cannot help goes on to people, as soon as Asterisk can be asked."""
        with suppress(AriUnavailableError):
            if not leg.over:
                await self.client.ready()
        if not (leg.over or leg.ringing) and await self._people.go_on(leg.channel_id):
            log.warning("passed_on", channel=leg.channel_id)
            leg.give_up()

    async def _send_on(self, channel_id: str) -> None:
        if not await self._people.go_on(channel_id):
            await self._teardown.take_down("channels", channel_id)

    async def _turn_away(self, channel_id: str) -> None:
        if self._excess == "busy":
            busy = str(int(HangupCause.USER_BUSY))
            await self._teardown.take_down("channels", channel_id, reason_code=busy)
        else:
            await self._send_on(channel_id)

    async def _take_care_of(self, channel_id: str) -> None:
        """See to what a dead process left: our media channels go, callers go on to people."""
        log.warning("channel_orphaned", channel=channel_id)
        if is_own(self._app, channel_id):
            await self._teardown.take_down("channels", channel_id)
        else:
            await self._send_on(channel_id)

    async def _clear_bridges(self) -> None:
        """A dead process may have left them without a channel that would tell of them."""
        try:
            await self.client.ready()
            await self._media.clear(self._legs)
        except TelephonyError as error:
            log.warning("bridges_not_cleared", why=str(error))

    # The legs that are ours

    def _own(self, channel_id: str) -> Leg:
        leg = Leg(channel_id)
        leg.watch = self.client.watch(channel_id, leg.take)
        self._legs[channel_id] = leg
        leg.at_end(leg.watch.close)
        leg.at_end(lambda: self._forget(channel_id))
        return leg

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
        if leg.with_people:
            await self._people.forget(leg)
        elif not leg.ended.done():
            await self._teardown.take_down("channels", leg.channel_id, leg)


async def _reserved(lines: Lines, request: OriginateRequest) -> None:
    try:
        async with asyncio.timeout(request.line_seconds):
            await lines.reserve()
    except TimeoutError as late:
        why = f"no line of {request.trunk} was free within {request.line_seconds} s"
        raise NotConnectedError(dial_outcome(HangupCause.NO_CIRCUIT), why) from late


async def _unless_over(leg: Leg, work: Coroutine[Any, Any, _T]) -> _T:
    """The result of ``work``, given up as soon as the caller's leg ends."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait((task, leg.ended), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise CallGoneError(leg.channel_id)
        return task.result()
    except AriError as error:
        raise CallGoneError(leg.channel_id) if leg.over else error from None
    finally:
        task.cancel()
        await asyncio.wait((task,))
