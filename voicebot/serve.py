"""The server: answers calls at every door that is open, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import structlog

from voicebot.app import open_stations, open_store, told_to_stop
from voicebot.calls.desk import Desk
from voicebot.calls.journal import Journal
from voicebot.calls.prompts_ahead import PromptsAhead
from voicebot.calls.record import CallLog
from voicebot.calls.stations import Stations
from voicebot.campaigns.dialer import Dialer
from voicebot.campaigns.files import follow_up_of
from voicebot.campaigns.lines import ALONE, Share
from voicebot.dialling import PickedUp, open_dialer
from voicebot.doors.ari import AriDoor
from voicebot.doors.audiosocket import AudioSocketDoor
from voicebot.doors.payments import PaymentsDoor
from voicebot.errors import SettingsError, StoreError, VoicebotError
from voicebot.front.worker import Front
from voicebot.inbox.watching import watch_inbox
from voicebot.media.clock import MediaClock
from voicebot.media.places import Places
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.metrics.catalogue import CALLS_WITHOUT_PLACE, FRAMES_GIVEN_UP
from voicebot.metrics.prometheus import open_panel
from voicebot.number_key import number_key
from voicebot.reception import Reception
from voicebot.settings import Settings
from voicebot.store.following_up import FollowUps
from voicebot.store.sql import SqlStore

SWEEP_SECONDS = 3600.0
"""Between two looks for calls that a process on another machine left in progress, and two settlements of
promises."""

log = structlog.get_logger(__name__)


async def serve(settings: Settings, front: Front | None = None, share: Share = ALONE) -> None:
    """Answer calls, and place those of running campaigns, until SIGTERM or SIGINT; then take and place no new
    ones and let those in progress finish.

    Behind a ``front`` calls come from there, and its end is a reason to stop as well; of each campaign's
    lines this process has a ``share``.

    Raises:
        AriRefusedError: Asterisk will not have us.
        FlowError: a flow is not sound, or facts are missing.
        MediaError: a port cannot be had.
        SettingsError: no door is open, metrics cannot be shown, payments cannot be told of, or the recogniser
            is no good in a language that calls are answered in.
        SpeechError: an engine cannot start.
        StoreError: the database cannot be opened.
    """
    settings.require_heard()
    stopping = told_to_stop()
    async with (
        open_panel(settings.metrics) as panel,
        open_store(settings) as store,
        _payments(settings, store, front),
        open_stations(settings, call_log=store, panel=panel) as stations,
    ):
        desk = Desk(settings.inbound, settings.flows_dir, store, refused=settings.stt.refused)
        clock = MediaClock(on_late=lambda frames: panel.count(FRAMES_GIVEN_UP, by=frames))
        places = Places(
            settings.calls.at_most,
            on_change=lambda who: front.asked(places.taken, who) if front else None,
            on_full=lambda: panel.count(CALLS_WITHOUT_PLACE),
        )
        picked_up = PickedUp()
        doors = _doors(settings, _followed(stations, picked_up), desk, clock, places, front)
        await Reception(stations).rehearse(desk.examples())
        ahead = _prompts_ahead(stations, desk)
        dialers = _dialers(settings, store, doors, share, ahead)
        for dialer in dialers:
            picked_up.told = dialer.answered
        follow_ups = partial(follow_up_of, settings.campaigns_dir)
        works = [_sweep(store), _settle(store, follow_ups), desk.flows.watch(), ahead.run()]
        if front is None or front.number == 1:  # of several workers the first looks after the inbox
            works.append(watch_inbox(settings))
        if front:
            works += [front.keep(stopping), _tell_when_ready(front, doors)]
        beside = [asyncio.create_task(work) for work in works]
        try:
            async with asyncio.TaskGroup() as open_doors:
                for door in doors:
                    open_doors.create_task(door.run(stopping, settings.inbound.drain))
                for dialer in dialers:
                    open_doors.create_task(dialer.run(stopping), name="dialer")
        except* VoicebotError as failed:
            raise failed.exceptions[0] from None
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)


def _followed(stations: Stations, picked_up: PickedUp) -> Stations:
    def begins(journal: Journal) -> None:
        stations.on_call(journal)
        picked_up.follow(journal)

    return replace(stations, on_call=begins)


def _dialers(
    settings: Settings,
    store: SqlStore,
    doors: list[AudioSocketDoor | AriDoor],
    share: Share,
    ahead: PromptsAhead,
) -> list[Dialer]:
    """One where calls can be placed."""
    return [
        open_dialer(settings, store, door, share, ahead.add) for door in doors if isinstance(door, AriDoor)
    ]


def _prompts_ahead(stations: Stations, desk: Desk) -> PromptsAhead:
    """What live flows say, and those that become live, as soon as there is time."""
    ahead = PromptsAhead(stations.prompts, stations.voices)
    for flow in desk.flows.live.values():
        ahead.add(flow)
    desk.flows.on_live = ahead.add
    return ahead


def _doors(
    settings: Settings,
    stations: Stations,
    desk: Desk,
    clock: MediaClock,
    places: Places,
    front: Front | None,
) -> list[AudioSocketDoor | AriDoor]:
    doors: list[AudioSocketDoor | AriDoor] = []
    if settings.audiosocket.enabled:
        lent = AudioSocketDoor(settings.audiosocket, stations, desk, clock, places, listens=front is None)
        doors.append(lent)
        if front:
            front.opens("audiosocket", lent.server.adopt)
    if settings.ari.password.get_secret_value():
        media = MediaWebSocketServer(settings.media, clock, front.number if front else 0)
        numbers = number_key(settings)
        doors.append(AriDoor(settings.ari, settings.telephony, media, stations, desk, numbers, places))
        if front:
            front.opens("media", media.adopt)
    else:
        log.info("ari_off", advice="set VOICEBOT_ARI__PASSWORD as in Asterisk's ari.conf to turn it on")
    if not doors:
        raise SettingsError("no door is open: set VOICEBOT_ARI__PASSWORD, or audiosocket.enabled to true")
    return doors


async def _tell_when_ready(front: Front, doors: list[AudioSocketDoor | AriDoor]) -> None:
    for door in doors:
        if isinstance(door, AriDoor):
            await door.control.client.ready()
    front.ready()


@asynccontextmanager
async def _payments(settings: Settings, store: SqlStore, front: Front | None) -> AsyncIterator[None]:
    """The door for payments, where there is one; of several workers the first has it."""
    if settings.payments.webhook.port and (front is None or front.number == 1):
        async with PaymentsDoor(settings.payments.webhook, store.ledger.book).open():
            yield
    else:
        yield


async def _settle(store: SqlStore, follow_ups: FollowUps) -> None:
    """At the start, and then often enough for every time zone's midnight."""
    while True:
        try:
            settled = await store.ledger.settle(datetime.now(UTC), follow_ups)
            if settled.changes:
                log.info("promises_settled", changed=len(settled.changes), followed_up=settled.followed_up)
        except StoreError as error:
            log.error("promises_not_settled", reason=str(error))
        await asyncio.sleep(SWEEP_SECONDS)


async def _sweep(calls: CallLog) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            if interrupted := await calls.close_interrupted():
                log.warning("interrupted_calls_closed", calls=interrupted)
        except StoreError as error:
            log.error("interrupted_calls_not_closed", reason=str(error))
