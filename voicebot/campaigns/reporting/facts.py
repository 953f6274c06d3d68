"""What the figures of a campaign are made of: what became of each account. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from voicebot.calls.suppression import CHANNEL_OF
from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.disposition import HUMANS, MACHINES, RIGHT_PARTY, Disposition

NOT_FINAL: Final = frozenset(
    {Disposition.HUMAN_NO_RPC, Disposition.RPC_HANGUP, Disposition.ABANDONED, Disposition.RPC_CALLBACK}
)
"""Conversations after which the matter is as open as before."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What the journal of a call tells of how it went."""

    utterances: int = 0
    no_matches: int = 0
    prompts: int = 0
    barge_ins: int = 0
    hand_offs: int = 0
    bridged: int = 0
    waits: tuple[float, ...] = ()
    """Seconds until a person took the call, for each that was taken."""
    gaps: tuple[float, ...] = ()
    """Milliseconds from the caller's last word to the bot's first sound, for each reply."""
    confidence: float = 0.0
    """Of the recogniser, summed over the utterances."""
    opt_outs: tuple[float, ...] = ()
    """Seconds from the caller's word that wants no more calls until that is on disk, for each."""


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """One dial that was placed."""

    placed_at: datetime
    """By the clock of its person."""
    disposition: Disposition | None
    """``None`` while it is in progress."""
    human: bool | None = None
    """Whether a person picked up, where the dialer has noted it."""
    seconds: float = 0.0
    """From answer to hang-up."""
    promised: bool = False
    """A promise was made in it that counts."""
    talk: Talk | None = None
    unheard: bool = False
    """Whoever picked up heard nothing of us for two seconds, as far as the dialer can tell."""

    @property
    def by_human(self) -> bool:
        """A person picked up."""
        return self.disposition in HUMANS if self.human is None else self.human

    @property
    def answered(self) -> bool:
        """Somebody or something picked up."""
        return self.by_human or self.disposition in MACHINES or self.seconds > 0

    @property
    def right_party(self) -> bool:
        """The person was reached, and verified."""
        return self.disposition in RIGHT_PARTY

    @property
    def abandoned(self) -> bool:
        """A person picked up and heard nothing for two seconds; whoever may be one is taken for one."""
        return self.disposition is Disposition.ABANDONED or (self.unheard and self.human is not False)

    @property
    def transferred(self) -> bool:
        """It was to go on to a person."""
        return self.disposition is Disposition.RPC_NEGOTIATE_XFER or bool(self.talk and self.talk.hand_offs)


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """One promise that counts."""

    promised_on: date
    due_by: date
    amount: Decimal
    """All instalments together."""
    paid: Decimal
    status: PromiseStatus
    currency: str
    """ISO 4217."""


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """One payment that was booked."""

    value_date: date
    amount: Decimal
    currency: str
    """ISO 4217."""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What became of one account in the period and right before and after; one with no attempt was loaded."""

    attempts: tuple[AttemptFacts, ...] = ()
    """In the order in which they were placed."""
    promises: tuple[PromiseFacts, ...] = ()
    payments: tuple[PaymentFacts, ...] = ()
    issues: tuple[tuple[str, date], ...] = ()
    """What was asked for, and the day, in that order."""
    balance: Decimal | None = None
    """What is owed now; ``None`` where nobody has said."""
    currency: str = ""
    """Of the balance, ISO 4217; empty where nobody has said."""


def talk_of(events: Iterable[Mapping[str, Any]]) -> Talk | None:
    """What a call's journal tells, as it lies in the database; ``None`` of a call without one."""
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for event in events:
        kinds.setdefault(event["event"], []).append(event)
    if not kinds:
        return None
    heard = kinds.get("CallerHeard", [])
    prompts = kinds.get("PromptStarted", [])
    return Talk(
        utterances=len(heard),
        no_matches=len(kinds.get("CallerNotUnderstood", [])),
        prompts=len(prompts),
        barge_ins=sum(one["barge_in"] for one in kinds.get("CallerStartedSpeaking", [])),
        hand_offs=len(kinds.get("HandingOff", [])),
        bridged=len(kinds.get("HandedOff", [])),
        waits=tuple(one["waited"] for one in kinds.get("HandedOff", [])),
        gaps=tuple(one["latency"]["voice_to_voice"] for one in prompts if one.get("latency")),
        confidence=sum(one["confidence"] for one in heard),
        opt_outs=tuple(_opt_outs(kinds)),
    )


def _opt_outs(kinds: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterable[float]:
    told = [one["ended_at"] for one in kinds.get("CallerHeard", ())]
    told += [one["started_at"] for one in kinds.get("CallerTyped", ())]
    for kept in kinds.get("RequestKeptOnDisk", ()):
        before = [moment for moment in told if moment <= kept["at"]]
        if before and kept["request"]["kind"] in CHANNEL_OF:
            yield kept["at"] - max(before)
