"""Calls over ARI: those that come in, those we place, and their ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from voicebot.errors import TelephonyError
from voicebot.media.frame import AudioFrame
from voicebot.media.places import Places
from voicebot.media.transport import MediaTransport
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.telephony.ari_arrivals import AriArrivals
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_dial import dial, dial_early
from voicebot.telephony.ari_heartbeat import beat, say_goodbye
from voicebot.telephony.ari_legs import AriLegs, CallGoneError, unless_over
from voicebot.telephony.ari_media import AriMedia, Transport
from voicebot.telephony.ari_people import AriPeople
from voicebot.telephony.ari_questions import AriQuestions
from voicebot.telephony.ari_teardown import AriTeardown
from voicebot.telephony.ari_ways_out import AriWaysOut
from voicebot.telephony.channel import (
    Channel,
    HangupCause,
    NotHandedOffError,
    OriginateRequest,
)
from voicebot.telephony.control import HandOffStep, nothing_to_say, unheard
from voicebot.telephony.leg import Leg
from voicebot.telephony.lines import TrunkLines
from voicebot.telephony.settings import AriSettings, TelephonySettings
from voicebot.telephony.tasks import TaskSet

LAST_SECONDS = 10.0
"""For calls whose line is gone to write what remains of them, when the process stops."""

log = structlog.get_logger()


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
        self.client = AriClient(ari, on_arrival=lambda arrival: self._arrivals.take(arrival))
        self._tasks = TaskSet()
        self._teardown = AriTeardown(self.client, self._tasks)
        self._media = AriMedia(self.client, media, settings, self._teardown.take_down)
        self._people = AriPeople(self.client, settings.hand_off_context)
        self._questions = AriQuestions(self.client, settings.hand_off_context, self._teardown.take_down)
        self._ways_out = AriWaysOut(self.client, self._people, self._teardown, settings.excess)
        self._legs = AriLegs(self.client, self._people, self._teardown)
        self._lines = TrunkLines(settings.trunks)
        self._places = places or Places()
        self._arrivals = AriArrivals(
            ari.app,
            on_call,
            places=self._places,
            lines=self._lines,
            legs=self._legs,
            people=self._people,
            ways_out=self._ways_out,
            teardown=self._teardown,
            tasks=self._tasks,
        )
        self._asterisk_dials = ari.connection == "listen"

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
            for leg in self._legs:
                leg.give_up()

    async def drain(self, seconds: float) -> None:
        """Send new callers to people, let go of those who are with people already, and give the others so
        long to finish; then people take them over."""
        self._arrivals.closed = True
        if self._asterisk_dials:
            await say_goodbye(self.client)
        for leg in self._legs:
            leg.let_go()
        if ends := [leg.ended for leg in self._legs]:
            await asyncio.wait(ends, timeout=seconds)
        for leg in self._legs:
            self._tasks.spawn(self._ways_out.pass_on(leg))
        await self._tasks.wait(LAST_SECONDS)

    @property
    def calls(self) -> int:
        """Legs of callers that are ours now."""
        return len(self._legs)

    def free_lines(self, trunk: str) -> int:
        """Lines of the trunk that nobody has reserved."""
        return self._lines.of(trunk).free

    @property
    def free_places(self) -> int:
        """Calls that may be held besides those that are, whoever dials."""
        return 0 if self._arrivals.closed else self._places.free

    def holds(self, call_id: str) -> bool:
        """Whether a leg of a caller is ours now: a dial is from the moment that it has its line."""
        return call_id in self._legs

    async def ask(self, *names: str) -> dict[str, str]:
        """What the dialplan knows, such as ``QUEUE_WAITING_COUNT(human)``; as ``AriQuestions.ask``."""
        return await self._questions.ask(*names)

    # CallControl

    async def answer(self, channel: Channel) -> None:
        leg = self._legs.ours(channel)
        await unless_over(leg, self.client.request("POST", "channels", channel.id, "answer"))

    async def originate(self, request: OriginateRequest) -> Channel:
        assert not request.early_media, "early media is heard through open_call"
        async with self._dialling(request) as leg:
            return await dial(self.client, request, leg)

    @asynccontextmanager
    async def open_call(
        self,
        request: OriginateRequest,
        hear: Callable[[AudioFrame], None] = unheard,
        last_word: Callable[[], Awaitable[None]] = nothing_to_say,
    ) -> AsyncIterator[MediaTransport]:
        async with AsyncExitStack() as cleanup:
            async with self._dialling(request) as leg:
                await last_word()
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
        leg = self._legs.ours(channel)
        async with AsyncExitStack() as cleanup:
            with leg.listened_to():  # from now on: it may be lost as soon as it is there
                yield await self._attach(leg, cleanup)

    async def hand_off(
        self, channel: Channel, queue: str, facts: Mapping[str, str]
    ) -> AsyncIterator[HandOffStep]:
        leg = self._legs.ours(channel)
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
        lines = await self._lines.reserved(request)
        place = self._places.reserve(request.channel_id)
        if place is None:
            lines.release()
            raise TelephonyError(f"not dialled: all {self._places.at_most} places are taken (calls.at_most)")
        leg = self._legs.own(request.channel_id)
        leg.at_end(lines.release)
        leg.at_end(place.release)
        leg.dialled = leg.ringing = True
        try:
            yield leg
        except BaseException:
            await self._legs.clear(leg)
            raise
        leg.ringing = False

    async def _attach(self, leg: Leg, cleanup: AsyncExitStack) -> Transport:
        """The leg's sound, ended with it."""
        attaching = self._media.attach(leg, cleanup, disconnect=lambda: self._dismiss(leg))
        transport = await unless_over(leg, attaching)
        leg.at_end(transport.end)
        return transport

    async def _clear_bridges(self) -> None:
        """A dead process may have left them without a channel that would tell of them."""
        try:
            await self.client.ready()
            await self._media.clear(self._legs)
        except TelephonyError as error:
            log.warning("bridges_not_cleared", why=str(error))
