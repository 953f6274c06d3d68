"""What remains of a call. Pure: everything here is derived from the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from voicebot.calls.suppression import Suppression, Telephone
from voicebot.disposition import Disposition, PromiseToPay, Request

Direction = Literal["inbound", "outbound"]
"""Who dialled: the caller, or we."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Where the time between the caller's last word and the bot's first went, in milliseconds."""

    endpointing: float
    stt: float
    understanding: float
    tts: float
    """Until the reply's first sound was queued on the line."""
    transport: float = field(default=0.0, kw_only=True)
    """From there until that sound left: to the socket where we keep the line's clock (AudioSocket, RTP), to
    the caller's channel where Asterisk keeps it and tells (chan_websocket)."""
    voice_to_voice: float
    """Last caller speech sample in, first bot speech sample out."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of talk by one side."""

    speaker: Literal["caller", "bot"]
    text: str
    """What was recognised, typed (as ``[keys 1234]``) or said."""
    started_at: float
    """Seconds since answer."""
    ended_at: float
    latency: Latency | None = None
    """On the bot's answers to an utterance; ``None`` on all others."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call, or an attempt that reached nobody, told once and for all; it holds no telephone number."""

    call_id: str
    flow: str
    flow_version: str
    """Hash of the flow's content."""
    language: str
    started_at: datetime
    """With time zone."""
    seconds: float
    """From answer to hang-up; 0 for an attempt that nobody answered."""
    disposition: Disposition
    promise: PromiseToPay | None
    turns: tuple[Turn, ...]
    events: tuple[dict[str, Any], ...] = ()
    """The journal, ready for JSON: enough to replay the call against another flow."""
    direction: Direction = "inbound"
    account_id: str | None = None
    """Whose debt it was about; ``None`` while nobody knows."""
    cause: int | None = None
    """Why the line was cleared, in the numbers of ITU-T Q.850; ``None`` where the line does not tell."""
    sip_status: int | None = None
    """The far end's SIP answer to an attempt, such as 486."""
    requests: tuple[Request, ...] = ()
    """What was asked for and is on record, in order."""

    @property
    def answered(self) -> bool:
        """Whether anybody picked up: an attempt that reached nobody has no journal."""
        return bool(self.events)


class CallLog(Protocol):
    """Where calls and promises are kept."""

    async def call_started(
        self,
        call_id: str,
        *,
        flow: str,
        flow_version: str,
        language: str,
        started_at: datetime,
        direction: Direction = "inbound",
        account_id: str | None = None,
    ) -> None:
        """Write that a call is in progress, so that a crash leaves a trace of it.

        An outbound call starts before it is dialled: what is on disk is never dialled twice.

        Raises:
            StoreError: it could not be written.
        """

    async def record_promise(self, call_id: str, promise: PromiseToPay) -> None:
        """Put a confirmed promise on disk before anybody is told that it is noted.

        A second promise of the same call supersedes the first.

        Raises:
            StoreError: it could not be written.
        """

    async def record_request(
        self, call_id: str, request: Request, telephone: Telephone | None = None
    ) -> None:
        """Put what a caller asked for on disk before anybody is told that it is noted; in the same
        transaction, that the person and the ``telephone`` they speak from are suppressed where they want no
        more calls, and that the telephone is somebody else's where they say so.

        Raises:
            StoreError: it could not be written.
        """

    async def suppress(self, suppression: Suppression) -> None:
        """See that a number is never called again, whether any call is on record or not.

        Raises:
            StoreError: it could not be written.
        """

    async def suppressions_of(
        self, number_hash: str | None, *, account_id: str | None = None, campaign: str | None = None
    ) -> Sequence[Suppression]:
        """Why a number, or the person of an account, is never called again, in any campaign or in this one;
        the oldest first, and empty when they may be.

        Raises:
            StoreError: nobody can tell.
        """

    async def call_ended(self, record: CallRecord) -> None:
        """Write what remains of the call, in place of what was written of it before.

        A call that a human took may be told twice: when the agent answers, should this process not live to
        see the end, and at the end.

        Raises:
            StoreError: it could not be written.
        """

    async def close_interrupted(self) -> int:
        """End the calls that a crash left in progress, each with one disposition; how many there were.

        Calls that a living process holds go on.

        Raises:
            StoreError: it could not be written.
        """
