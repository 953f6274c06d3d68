"""Taking the contact that goes first, with its conversation ready before anything rings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import structlog

from voicebot.calls.matter import Matter
from voicebot.calls.suppression import NumberKey
from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.choosing import Chances, decide
from voicebot.campaigns.figures import Figures
from voicebot.campaigns.law import Law
from voicebot.campaigns.queue import Candidate, Close, ContactQueue, Decision, Dial, Postpone
from voicebot.campaigns.retry import ContactState
from voicebot.campaigns.scripts import Scripts
from voicebot.contact import History
from voicebot.errors import FlowError

UNDECIDED: Final = timedelta(hours=1)
"""Until a contact is looked at again about which a decision failed."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A contact to be called now; its attempt is on disk."""

    candidate: Candidate
    dial: Dial
    matter: Matter = field(repr=False)


class Taker:
    """Claims contacts for the lines of this process."""

    def __init__(
        self,
        queue: ContactQueue,
        scripts: Scripts,
        numbers: NumberKey,
        law: Law,
        figures: Figures,
        now: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._scripts = scripts
        self._numbers = numbers
        self._law = law
        self._figures = figures
        self._now = now

    async def take(self, campaign: str, settings: CampaignSettings, trunks: Sequence[str]) -> Taken | None:
        """Whoever goes first. ``None`` when nobody is due, or so many were put off that the rest waits for
        the next look: other campaigns have their turn."""
        now, shown = self._now(), await self._figures.shown_today()
        may_call = self._law.at(now, settings.contact)
        choice = _Choice(Chances(settings, now, trunks, shown, may_call), self._scripts, self._law)
        claim = await self._queue.claim(campaign, now, choice.decide, self._numbers.hash)
        if claim.claimed is None:
            return None
        candidate, dial = claim.claimed
        shown[dial.caller_id] += 1
        return Taken(candidate, dial, choice.matters[dial.attempt_id])


class _Choice:
    """The decisions of one claim, and what those who are to be called will be told."""

    def __init__(self, chances: Chances, scripts: Scripts, law: Law) -> None:
        self._chances = chances
        self._scripts = scripts
        self._law = law
        self.matters: dict[str, Matter] = {}

    def decide(self, candidate: Candidate, history: History) -> Decision:
        """The decision, with the conversation ready: a call that would have nothing to say is not placed."""
        now = self._chances.now
        try:
            decision = decide(candidate, history, self._chances, str(uuid4()))
            if isinstance(decision, Dial):
                today = now.astimezone(self._law.zone(candidate.person, decision.e164)).date()
                self.matters[decision.attempt_id] = self._scripts.matter(candidate, today)
        except FlowError:  # what it says may be personal
            return Close(ContactState.HELD, "facts_missing")
        except Exception as error:  # so may this; and the contacts behind it are to be called
            kind = type(error).__name__
            log.error("contact_not_decided", contact_id=candidate.contact_id, error=kind)
            return Postpone(now + UNDECIDED, "not_decided")
        return decision
