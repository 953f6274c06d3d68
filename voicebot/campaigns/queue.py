"""The queue of contacts as the dialer needs it. Pure: the protocol, and what goes through it.

A claim is one transaction: waiting contacts whose moment has come become due, the first due one is taken, its
history is read, ``decide`` says what to do with it, and the attempt is on disk before anything rings. Nobody
has two attempts going on, and no number has, in whatever campaigns. So nobody is dialled twice by two
dialers, or by one that died and came back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from voicebot.calls.suppression import Suppression
from voicebot.campaigns.numbers import Phone
from voicebot.campaigns.pacing import Answers
from voicebot.campaigns.retry import ContactState, Next
from voicebot.contact.people import History, Person
from voicebot.disposition import Disposition


class CampaignState(StrEnum):
    """What a campaign is told to do."""

    PAUSED = "paused"
    """Nothing is dialled; calls in progress go on."""
    RUNNING = "running"
    DRAINING = "draining"
    """Nothing is dialled, and it pauses when its last call is over."""
    DONE = "done"
    """Every contact has its final state; new ones make it run again."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign on record."""

    name: str
    state: CampaignState
    settings: Mapping[str, Any]
    """As they were when it was last started: its file is what counts."""
    changed_at: datetime
    looked_at: datetime | None = None
    """By a server, the last time while the campaign ran."""
    notice: str | None = None
    """What kept it from dialling then, or was wrong with its file, as a sentence."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact that is due, and all that is known for the decision."""

    contact_id: int
    campaign: str
    account_id: str
    person: Person
    language: str | None
    facts: Mapping[str, str] = field(repr=False)
    """Of the account, and over them those that its own ``flow`` is told."""
    phones: tuple[Phone, ...] = field(repr=False)
    """Those of the account, the one to try first in front."""
    next_at: datetime
    flow: str | None = None
    """What it is called about instead of the campaign's flow, such as a promise that was broken."""
    phone: str | None = field(default=None, repr=False)
    """The one that was chosen after the last attempt; it may be none of the account's, where the person asked
    to be called elsewhere."""
    other_than_trunk: str | None = None
    """A trunk that just failed."""
    asked_for: bool = False
    """The person asked for this moment."""
    attempts: int = 0
    """So far."""
    shown_before: str | None = None
    """The caller id of the last attempt at this person in this campaign, else in any."""
    suppressed: Mapping[str, Sequence[Suppression]] = field(default_factory=dict, repr=False)
    """By telephone: wishes for no more calls to it that are not the person's, so that others may be tried."""

    def history(self, number: str, history: History) -> History:
        """The person's ``history`` as it is for one of the telephones."""
        return replace(history, suppressed=(*history.suppressed, *self.suppressed.get(number, ())))


@dataclass(frozen=True, slots=True)
class Dial:
    """Call now."""

    attempt_id: str
    """Used once ever: the id of the channel and of the call, too."""
    e164: str = field(repr=False)
    trunk: str
    caller_id: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """Not before ``until``."""

    until: datetime
    reason: str
    """Such as ``outside_hours``: blocks are counted by it."""


@dataclass(frozen=True, slots=True)
class Close:
    """Nobody is called any more."""

    state: ContactState
    """CLOSED or HELD."""
    reason: str


Decision = Dial | Postpone | Close
Decide = Callable[[Candidate, History], Decision]
"""Called inside of the transaction: pure and quick."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What came of looking at due contacts."""

    claimed: tuple[Candidate, Dial] | None = None
    """The one to be dialled; its attempt is on disk."""
    blocked: Mapping[str, int] = field(default_factory=dict)
    """Contacts that were put off or closed on the way to it, by reason."""
    more: bool = False
    """Others may be due: without ``claimed``, so many were put off that the rest has to wait for the next
    claim, lest a transaction take long."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended, as its call record says."""

    attempt_id: str
    at: datetime
    disposition: Disposition
    cause: int | None = None
    sip_status: int | None = None
    human: bool | None = None
    """A person picked up; ``None`` where nobody can tell."""
    connected_seconds: float = 0.0
    abandoned: bool = False
    """A person heard nothing of us for ``pacing.SOUND_SECONDS``."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """A contact after an attempt."""

    candidate: Candidate
    """Its telephones as this attempt left them."""
    e164: str = field(repr=False)
    """The one that was dialled."""
    trunk: str
    past: Sequence[tuple[datetime, Disposition]]
    """When each ended attempt at the contact was placed and how it ended, this one the last."""


Follow = Callable[[Attempted], Next]
"""Called inside of the transaction: pure and quick."""


@dataclass(frozen=True, slots=True)
class LeftAttempt:
    """An attempt whose process is no more."""

    attempt_id: str
    campaign: str
    account_id: str
    placed_at: datetime
    has_call: bool
    """Its call is on disk; else it was never dialled."""
    disposition: Disposition | None
    """As its call says; ``None`` while the call has no end, or is not there."""


class ContactQueue(Protocol):
    """Where campaigns, their contacts and their attempts are kept. Every method raises ``StoreError`` when
    the database fails."""

    async def campaigns(self) -> Sequence[Campaign]:
        """All on record, by name."""

    async def claim(
        self, campaign: str, now: datetime, decide: Decide, hash_of: Callable[[str], str | None]
    ) -> Claim:
        """Take the contact that goes first, and write its attempt; this process holds it.

        Args:
            campaign: its name.
            now: the moment.
            decide: says what becomes of a contact.
            hash_of: the name of a number in suppressions, as ``NumberKey.hash``.
        """

    async def finish(self, ended: Ended, follow: Follow) -> Next | None:
        """Write how an attempt ended, what that tells of the number, and what follows. ``None`` when that was
        written before: then nothing changes."""

    async def next_moment(self, campaign: str) -> datetime | None:
        """When the next contact comes due, in the past where one is; ``None`` when none is waiting."""

    async def open_contacts(self, campaign: str) -> int:
        """Contacts without a final state."""

    async def live_attempts(self, campaign: str) -> int:
        """Attempts that go on, in all processes."""

    async def left_attempts(self, now: datetime, going_on: Collection[str]) -> Sequence[LeftAttempt]:
        """Attempts that dead processes left, and those of this one that are not ``going_on``."""

    async def answers(self, campaign: str, since: datetime, recent: datetime) -> Answers:
        """Humans and those abandoned of the dials placed since ``since``; all and those answered of the dials
        ended since ``recent``."""

    async def shown_since(self, since: datetime) -> Mapping[str, int]:
        """Dials by the caller id that was shown."""

    async def looked_after(self, campaign: str, at: datetime, notice: str | None) -> None:
        """Note that a server looks after a campaign, and what its operator should know, as a sentence."""

    async def set_state(self, campaign: str, state: CampaignState, *, was: CampaignState) -> bool:
        """Change what a campaign is told, if it is still told what it was. False when it is not."""
