"""The front's own application: callers come to it and are moved on to a worker's, and to people when that
worker is no more.

Asterisk moves a channel from one application to another in a millisecond (``POST channels/ID/move``), so the
dialplan knows one name, however many workers there are. What a worker leaves behind is found by its
application, which Asterisk keeps as long as it has channels.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog

from voicebot.errors import TelephonyError
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriError
from voicebot.telephony.ari_events import Arrival, ChannelFacts, ChannelOrphaned, StasisStart
from voicebot.telephony.ari_people import BACK, AriPeople
from voicebot.telephony.ari_teardown import AriTeardown
from voicebot.telephony.ari_ways_out import AriWaysOut
from voicebot.telephony.own_channels import is_own
from voicebot.telephony.settings import AriSettings, TelephonySettings
from voicebot.telephony.tasks import TaskSet

log = structlog.get_logger()


def app_of_worker(app: str, number: int) -> str:
    """The ARI application of a worker."""
    return f"{app}.worker-{number}"


class AriFront:
    """Distributes callers. ``run`` keeps it going."""

    def __init__(
        self,
        ari: AriSettings,
        settings: TelephonySettings,
        *,
        reserve: Callable[[str], int | None],
        release: Callable[[str], None],
    ) -> None:
        """``reserve`` finds a worker for a channel, which counts from then on, until ``release``."""
        self.client = AriClient(ari, on_arrival=self._arrived)
        self._app = ari.app
        self._names = ari.names
        self._reserve = reserve
        self._release = release
        self._tasks = TaskSet()
        self._teardown = AriTeardown(self.client, self._tasks)
        self._people = AriPeople(self.client, settings.hand_off_context)
        self._ways_out = AriWaysOut(self.client, self._people, self._teardown, settings.excess)
        self._worker_app = re.compile(re.escape(ari.app) + r"\.worker-\d+")
        self._draining = False

    async def run(self) -> None:
        """Distribute until cancelled; first, whoever an earlier front and its workers left goes on to people.

        Raises:
            AriRefusedError: Asterisk will not have us.
        """
        self._tasks.spawn(self._rescue_all())
        try:
            await self.client.run()
        finally:
            await self._tasks.end()

    def drain(self) -> None:
        """Send callers to people from now on."""
        self._draining = True

    def not_taken(self, channel_id: str) -> None:
        """A caller was moved to a worker that does not take them: it has died, or hangs."""
        log.warning("not_taken", channel=channel_id)
        self._tasks.spawn(self._ways_out.send_on(channel_id))

    def rescue(self, worker: int) -> None:
        """Callers of a worker that is no more go on to people."""
        self._tasks.spawn(self._rescue(app_of_worker(self._app, worker)))

    # Callers

    def _arrived(self, arrival: Arrival) -> None:
        match arrival:
            case ChannelOrphaned(channel_id=channel_id):
                log.warning("channel_orphaned", channel=channel_id)
                self._tasks.spawn(self._ways_out.send_on(channel_id))
            case StasisStart(channel=channel, args=arguments) if arguments[:1] == (BACK,):
                self._tasks.spawn(self._bring_back(channel.id, arguments))
            case StasisStart(channel=channel) if self._draining:
                self._tasks.spawn(self._ways_out.send_on(channel.id))
            case StasisStart(channel=channel, args=arguments):
                self._distribute(channel.id, arguments)

    def _distribute(self, channel_id: str, arguments: tuple[str, ...]) -> None:
        worker = self._reserve(channel_id)
        if worker is None:
            log.warning("no_place", door="ari", channel=channel_id)
            self._tasks.spawn(self._ways_out.turn_away(channel_id))
        else:
            self._tasks.spawn(self._give(channel_id, arguments, worker))

    async def _give(self, channel_id: str, arguments: tuple[str, ...], worker: int) -> None:
        try:
            await self._move(channel_id, arguments, app_of_worker(self._app, worker))
        except TelephonyError as error:
            log.warning("not_moved", channel=channel_id, worker=worker, why=str(error))
            self._release(channel_id)
            await self._ways_out.send_on(channel_id)

    async def _bring_back(self, channel_id: str, arguments: tuple[str, ...]) -> None:
        """To the worker that follows a caller who comes back from people; to none if it is no more."""
        try:
            apps = [app["name"] for app in await self._applications() if channel_id in app["channel_ids"]]
            worker = next(filter(self._worker_app.fullmatch, apps))
            await self._move(channel_id, arguments, worker)
        except (TelephonyError, StopIteration):
            await self._people.dismiss(channel_id)

    async def _move(self, channel_id: str, arguments: tuple[str, ...], app: str) -> None:
        place = {"app": app, "appArgs": ",".join(arguments)}
        await self.client.request("POST", "channels", channel_id, "move", query=place)

    # What dead workers left

    async def _rescue_all(self) -> None:
        with suppress(TelephonyError):
            await self.client.ready()
            for name in [app["name"] for app in await self._applications()]:
                if self._worker_app.fullmatch(name):
                    await self._rescue(name)

    async def _rescue(self, app: str) -> None:
        try:
            await self.client.ready()
            heard = set((await self.client.request("GET", "applications", app))["channel_ids"])
            channels = await self.client.request("GET", "channels")
        except TelephonyError as error:
            if not (
                isinstance(error, AriError) and error.status == 404
            ):  # Asterisk forgets one without channels
                log.warning("not_rescued", app=app, why=str(error))
            return
        left = [facts for facts in map(ChannelFacts.model_validate, channels) if facts.id in heard]
        await asyncio.gather(*(self._take_care_of(app, facts) for facts in left))

    async def _take_care_of(self, app: str, facts: ChannelFacts) -> None:
        if is_own(app, facts.id):
            await self._teardown.take_down("channels", facts.id)
        elif facts.dialled_by_us or facts.in_application({*self._names, app}):
            log.warning("rescued", channel=facts.id, app=app)
            await self._ways_out.send_on(facts.id)

    async def _applications(self) -> list[dict[str, Any]]:
        return list(await self.client.request("GET", "applications"))
