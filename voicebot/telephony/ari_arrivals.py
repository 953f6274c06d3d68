"""Channels that come to our application: callers are taken in, and what a dead process left is seen to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from voicebot.errors import VoicebotError
from voicebot.media.places import Place, Places
from voicebot.telephony.ari_events import Arrival, ChannelOrphaned, StasisStart
from voicebot.telephony.ari_legs import AriLegs, CallGoneError
from voicebot.telephony.ari_people import BACK, AriPeople
from voicebot.telephony.ari_teardown import AriTeardown
from voicebot.telephony.ari_ways_out import AriWaysOut
from voicebot.telephony.channel import DIALLED, Channel
from voicebot.telephony.leg import Leg
from voicebot.telephony.lines import TrunkLines
from voicebot.telephony.own_channels import is_own
from voicebot.telephony.tasks import TaskSet

log = structlog.get_logger()


class AriArrivals:
    """Gives each caller to ``on_call``, in a task of their own, and hangs up when it returns. Callers whom it
    fails, or whose sound is lost, go on to people."""

    def __init__(
        self,
        app: str,
        on_call: Callable[[Channel], Awaitable[None]],
        *,
        places: Places,
        lines: TrunkLines,
        legs: AriLegs,
        people: AriPeople,
        ways_out: AriWaysOut,
        teardown: AriTeardown,
        tasks: TaskSet,
    ) -> None:
        self._app = app
        self._on_call = on_call
        self._places = places
        self._lines = lines
        self._legs = legs
        self._people = people
        self._ways_out = ways_out
        self._teardown = teardown
        self._tasks = tasks
        self.closed = False
        """New callers go to people from now on."""

    def take(self, arrival: Arrival) -> None:
        """See to whoever has come."""
        match arrival:
            case ChannelOrphaned(channel_id=channel_id):
                self._tasks.spawn(self._take_care_of(channel_id))
            case StasisStart(channel=channel) if is_own(self._app, channel.id):
                pass  # whoever made it waits for it
            case StasisStart(channel=channel, args=arguments) if arguments[:1] == (BACK,):
                self._tasks.spawn(self._people.dismiss(channel.id))
            case StasisStart(channel=channel, args=arguments) if arguments[:1] == (DIALLED,):
                self._tasks.spawn(self._take_care_of(channel.id))
            case StasisStart(channel=channel) if self.closed:
                self._tasks.spawn(self._ways_out.send_on(channel.id))
            case StasisStart(channel=channel, args=arguments):
                self._accept(channel.as_channel(arguments))

    def _accept(self, channel: Channel) -> None:
        """Reserve a place in this very moment: the next caller may be told before any work begins."""
        place = self._places.reserve(channel.id)
        if place is None:
            log.warning("no_place", door="ari", channel=channel.id, at_most=self._places.at_most)
            self._tasks.spawn(self._ways_out.turn_away(channel.id))
        else:
            self._tasks.spawn(self._serve(channel, self._take_in(channel, place)))

    def _take_in(self, channel: Channel, place: Place) -> Leg:
        leg = self._legs.own(channel.id)
        leg.at_end(place.release)
        leg.watch.in_asterisk = True
        if shared := self._lines.shared_by(channel.endpoint):
            shared.occupy()
            leg.at_end(shared.release)
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
                await self._ways_out.pass_on(leg)
            await self._legs.clear(leg)

    async def _take_care_of(self, channel_id: str) -> None:
        """See to what a dead process left: our own channels go, callers go on to people."""
        log.warning("channel_orphaned", channel=channel_id)
        if is_own(self._app, channel_id):
            await self._teardown.take_down("channels", channel_id)
        else:
            await self._ways_out.send_on(channel_id)
