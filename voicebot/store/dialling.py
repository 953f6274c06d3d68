"""The queue of contacts that dialers share, in whatever processes and on whatever machines they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from voicebot.calls.requests import Decision
from voicebot.campaigns.holding import HeldContact
from voicebot.campaigns.pacing import Answers
from voicebot.campaigns.progress import Progress
from voicebot.campaigns.queue import Campaign, CampaignState, Claim, Decide, Ended, Follow, LeftAttempt
from voicebot.campaigns.retry import Next
from voicebot.store import attempting, campaigning, candidates, claiming, finishing, holding
from voicebot.store.candidates import HashOf, Looked
from voicebot.store.database import Database
from voicebot.store.progressing import progress_of


class SqlContactQueue:
    """``campaigns.queue.ContactQueue`` over the database of a ``SqlStore``."""

    def __init__(self, database: Database) -> None:
        self._reading, self._writing = database.reading, database.writing

    async def claim(self, campaign: str, now: datetime, decide: Decide, hash_of: HashOf) -> Claim:
        """Take the contact that goes first, and write its attempt; this process holds it.

        Raises:
            StoreError: the database failed, or has suppressions by another key; nothing was claimed.
        """
        async with self._writing("the next attempt") as sql:
            return await claiming.claim(sql, campaign, now, decide, hash_of)

    async def finish(self, ended: Ended, follow: Follow) -> Next | None:
        """Write how an attempt ended, what that tells of the number, and what follows. ``None`` when that was
        written before.

        Raises:
            StoreError: it could not be written; nothing was.
        """
        async with self._writing("the end of the attempt") as sql:
            return await finishing.finish(sql, ended, follow)

    async def campaigns(self) -> Sequence[Campaign]:
        """All on record, by name.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the campaigns") as sql:
            return await campaigning.all_campaigns(sql)

    async def progress(self, *names: str) -> list[Progress]:
        """How far campaigns are: those named, or all on record.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the campaigns") as sql:
            every = await campaigning.all_campaigns(sql)
            now = datetime.now(UTC)
            return [await progress_of(sql, one, now) for one in every if not names or one.name in names]

    async def keep_campaign(self, name: str, settings: Mapping[str, Any]) -> None:
        """Write the settings of a campaign; a new one is paused.

        Raises:
            StoreError: they could not be written.
        """
        async with self._writing("the campaign") as sql:
            await campaigning.keep_campaign(sql, name, settings, datetime.now(UTC))

    async def set_state(self, campaign: str, state: CampaignState, *, was: CampaignState) -> bool:
        """Change what a campaign is told, in every process at once. False when it is not told any more what
        it ``was``.

        Raises:
            StoreError: it could not be written.
        """
        async with self._writing("the campaign") as sql:
            return await campaigning.set_state(sql, campaign, state, was, datetime.now(UTC))

    async def looked_after(self, campaign: str, at: datetime, notice: str | None) -> None:
        """Note that a server looks after a campaign, and what its operator should know.

        Raises:
            StoreError: it could not be written.
        """
        async with self._writing("the campaign") as sql:
            await campaigning.looked_after(sql, campaign, at, notice)

    async def next_moment(self, campaign: str) -> datetime | None:
        """When the next contact comes due, in the past where one is; ``None`` when none is waiting.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the contacts") as sql:
            return await campaigning.next_moment(sql, campaign)

    async def open_contacts(self, campaign: str) -> int:
        """Contacts without a final state.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the contacts") as sql:
            return await campaigning.open_contacts(sql, campaign)

    async def of_account(self, account_id: str, now: datetime, hash_of: HashOf) -> Sequence[Looked]:
        """An account's contacts in all campaigns, with what a decision about them needs; none is claimed.

        Raises:
            StoreError: the database failed, or has suppressions by another key.
        """
        async with self._reading("the contacts") as sql:
            return await candidates.of_account(sql, account_id, now, hash_of)

    async def held(self, campaign: str) -> Sequence[HeldContact]:
        """Contacts that a person looks at first, the oldest first.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the contacts") as sql:
            return await holding.held_contacts(sql, campaign)

    async def release(
        self,
        campaign: str,
        account_ids: Collection[str],
        reason: str,
        decision: Decision,
        now: datetime,
    ) -> Sequence[HeldContact]:
        """Let held contacts be called again, those of some accounts or all that one reason holds; which they
        were. One that an open request holds stays held.

        Raises:
            StoreError: it could not be written; nothing was.
        """
        async with self._writing("the contacts") as sql:
            return await holding.release(sql, campaign, account_ids, reason, decision, now)

    async def live_attempts(self, campaign: str) -> int:
        """Attempts that go on, in all processes.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the attempts") as sql:
            return await attempting.live_attempts(sql, campaign)

    async def left_attempts(self, now: datetime, going_on: Collection[str]) -> Sequence[LeftAttempt]:
        """Attempts that dead processes left, and those of this one that are not ``going_on``.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the attempts") as sql:
            return await attempting.left_attempts(sql, now, going_on)

    async def answers(self, campaign: str, since: datetime, recent: datetime) -> Answers:
        """People and those abandoned of the dials placed since ``since``; all, and those answered, of the
        dials ended since ``recent``.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the attempts") as sql:
            return await attempting.answers(sql, campaign, since, recent)

    async def shown_since(self, since: datetime) -> Mapping[str, int]:
        """Dials by the caller id that was shown.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the attempts") as sql:
            return await attempting.shown_since(sql, since)
