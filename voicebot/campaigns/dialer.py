"""The dialer: free lines in, calls out, and what follows each, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import structlog

from voicebot.calls.suppression import NumberKey
from voicebot.campaigns.calling import Caller
from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.figures import Every, Figures
from voicebot.campaigns.law import Law
from voicebot.campaigns.lines import ALONE, Door, Lines, Share
from voicebot.campaigns.queue import Campaign, CampaignState, ContactQueue
from voicebot.campaigns.reconcile import CallBook, reconcile
from voicebot.campaigns.scripts import Scripts
from voicebot.campaigns.standing import Standing
from voicebot.campaigns.taking import Taker
from voicebot.errors import CampaignError, FlowError, StoreError

LOOK_SECONDS: Final = 1.0
"""Between two looks for what other processes changed: contacts were loaded, campaigns were started."""
RECONCILE_SECONDS: Final = 30.0
"""Between two looks for attempts of processes that have died."""
ASTERISK_AWAY: Final = "Asterisk cannot be reached: see the log of voicebot serve, and voicebot doctor"

log = structlog.get_logger(__name__)


class Dialer:
    """Keeps the lines of all running campaigns busy. Each call is a task; none waits for another."""

    def __init__(
        self,
        queue: ContactQueue,
        calls: CallBook,
        door: Door,
        scripts: Scripts,
        numbers: NumberKey,
        law: Law,
        *,
        share: Share = ALONE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._queue = queue
        self._calls = calls
        self._door = door
        self._scripts = scripts
        self._numbers = numbers
        self._law = law
        self._now = now
        self.lines = Lines(door, share)
        """The attempts that go on."""
        self._figures = Figures(queue, door, now)
        self._standing = Standing(queue, now)
        self._taker = Taker(queue, scripts, numbers, law, self._figures, now)
        self._refused: dict[str, str] = {}
        self._failing: set[str] = set()
        self._wake = asyncio.Event()
        self._reconciling = Every(RECONCILE_SECONDS)

    async def run(self, stopping: asyncio.Event) -> None:
        """Dial until ``stopping``; then nothing more, and calls in progress end as their door ends them."""
        self._scripts.on_change = self._wake.set
        caller = Caller(self._queue, self._calls, self._door, self._numbers, self._law, stopping, self._now)
        beside = [
            asyncio.create_task(self._wake_at(stopping)),
            asyncio.create_task(self._scripts.watch(), name="campaign files"),
        ]
        try:
            async with asyncio.TaskGroup() as calls:
                while not stopping.is_set():
                    await self._sleep(await self._look(caller, calls))
                log.info("draining", door="dialer", calls=len(self.lines))
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)

    def answered(self, call_id: str) -> None:
        """Somebody or something picked up."""
        if self.lines.answered(call_id):
            self._wake.set()

    # One look at everything

    async def _look(self, caller: Caller, calls: asyncio.TaskGroup) -> datetime | None:
        """Dial whatever may be dialled; when the next contact is due, if that is known."""
        self._wake.clear()
        try:
            await self._reconcile()
            moments = [await self._served(one, caller, calls) for one in await self._queue.campaigns()]
        except StoreError as error:
            log.error("campaigns_not_read", reason=str(error))
            return None
        except Exception:  # calls in progress, and callers, have nothing to do with it
            log.exception("dialer_failed")
            return None
        return min((moment for moment in moments if moment), default=None)

    async def _sleep(self, moment: datetime | None) -> None:
        """Until a line is free, something changed, or the next contact is due."""
        seconds = LOOK_SECONDS
        if moment is not None:
            seconds = min(seconds, max(0.02, (moment - self._now()).total_seconds()))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _wake_at(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._wake.set()

    async def _reconcile(self) -> None:
        if self._reconciling.is_due():
            await reconcile(
                self._queue, self._calls, self._law, self._settings_of, self._now(), tuple(self.lines)
            )

    def _settings_of(self, campaign: str) -> CampaignSettings:
        return self._readable(campaign) or CampaignSettings()

    # One campaign

    async def _served(self, campaign: Campaign, caller: Caller, calls: asyncio.TaskGroup) -> datetime | None:
        """As ``_serve``; what fails in one campaign does not stop the others."""
        try:
            moment = await self._serve(campaign, caller, calls)
        except StoreError as error:
            log.error("campaign_not_read", campaign=campaign.name, reason=str(error))
            return None
        except Exception:
            if campaign.name not in self._failing:  # once: there is a look every second
                log.exception("campaign_failed", campaign=campaign.name)
            self._failing.add(campaign.name)
            return None
        self._failing.discard(campaign.name)
        return moment

    async def _serve(self, campaign: Campaign, caller: Caller, calls: asyncio.TaskGroup) -> datetime | None:
        name = campaign.name
        match campaign.state:
            case CampaignState.RUNNING:
                return await self._fill(campaign, caller, calls)
            case CampaignState.DRAINING if not await self._queue.live_attempts(name):
                await self._tell(campaign, CampaignState.PAUSED)
            case CampaignState.DONE if await self._queue.open_contacts(name):
                await self._tell(campaign, CampaignState.RUNNING)
            case _:
                pass
        return None

    async def _fill(self, campaign: Campaign, caller: Caller, calls: asyncio.TaskGroup) -> datetime | None:
        """Dial for every free line; when the next contact is due, should lines be left over."""
        name = campaign.name
        settings = self._readable(name)
        if settings is None or not self.lines.reachable:
            await self._standing.note(name, self._refused.get(name, ASTERISK_AWAY))
            return None
        dials = self.lines.dials(name, settings, await self._figures.level(name, settings))
        moment = await self._next_moment(campaign) if dials else None
        due = moment is not None and moment <= self._now()
        short = await self._figures.people_short(name, settings.pacing.queue) if due else None
        await self._standing.note(name, short or self._scripts.problem(name))
        if not due or short:
            return None if short else moment
        return await self._dial(dials, campaign, settings, caller, calls)

    async def _dial(
        self,
        dials: int,
        campaign: Campaign,
        settings: CampaignSettings,
        caller: Caller,
        calls: asyncio.TaskGroup,
    ) -> datetime | None:
        """Call so many; when the next contact is due, should there be fewer."""
        for _ in range(dials):
            trunks = self.lines.free_trunks(settings)
            if not trunks:
                return None
            if not await self._dial_one(campaign.name, settings, trunks, caller, calls):
                return await self._next_moment(campaign)
        return None

    async def _next_moment(self, campaign: Campaign) -> datetime | None:
        """When the next contact is due; a campaign without any is done."""
        moment = await self._queue.next_moment(campaign.name)
        if moment is None and not await self._queue.open_contacts(campaign.name):
            await self._tell(campaign, CampaignState.DONE)
        return moment

    async def _dial_one(
        self,
        name: str,
        settings: CampaignSettings,
        trunks: Sequence[str],
        caller: Caller,
        calls: asyncio.TaskGroup,
    ) -> bool:
        """Call whoever goes first. False when there is nobody now."""
        taken = await self._taker.take(name, settings, trunks)
        if taken is None:
            return False
        attempt_id = taken.dial.attempt_id
        self.lines.take(attempt_id, name, taken.dial.trunk)
        calling = caller.call(taken.candidate, taken.dial, taken.matter, settings)
        calls.create_task(calling, name=f"attempt {attempt_id}").add_done_callback(
            lambda _: self._over(attempt_id)
        )
        return True

    def _over(self, attempt_id: str) -> None:
        self.lines.release(attempt_id)
        self._wake.set()

    def _readable(self, name: str) -> CampaignSettings | None:
        """What the campaign says; what is wrong with it is told once."""
        try:
            settings = self._scripts.script(name).settings
        except (CampaignError, FlowError) as error:
            if self._refused.get(name) != str(error):
                log.error("campaign_refused", campaign=name, why=str(error))
            self._refused[name] = str(error)
            return None
        self._refused.pop(name, None)
        return settings

    async def _tell(self, campaign: Campaign, state: CampaignState) -> None:
        if await self._queue.set_state(campaign.name, state, was=campaign.state):
            log.info("campaign_state", campaign=campaign.name, was=campaign.state, state=state)
            self._wake.set()
