"""A campaign in virtual time: a queue in memory, a carrier made of code, and the dialer between them."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.fakes.contact_queue import FakeQueue, Row
from voicebot.calls.matter import Matter
from voicebot.calls.record import CallRecord
from voicebot.calls.suppression import NumberKey
from voicebot.campaigns.dialer import Dialer
from voicebot.campaigns.law import Law
from voicebot.campaigns.lines import ALONE, Share
from voicebot.campaigns.numbers import Phone
from voicebot.campaigns.pacing import Queue
from voicebot.campaigns.queue import Candidate
from voicebot.campaigns.scripts import Scripts
from voicebot.contact import Person, Rulebook
from voicebot.contact.rules import ContactRules
from voicebot.disposition import Disposition, PromiseToPay, Request
from voicebot.errors import TelephonyError
from voicebot.store.memory import MemoryStore
from voicebot.telephony.channel import OriginateRequest

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""Noon in Santiago."""
NAME = "march"
FLOWS = Path(__file__).parents[1] / "acceptance" / "flows"
FACTS = {"last4": "4729", "balance": "500.00", "currency": "USD", "whose": "Ana"}
WRITTEN: dict[str, Any] = {
    "flow": "short_talk",
    "trunk": "carrier",
    "lines": 3,
    "caller_ids": [{"number": "+56221234567"}],
}
SOURCE = {"source": "a test", "confidence": "low"}
ALWAYS: dict[str, Any] = {
    "hours": {"windows": {"mon-sun": "00:00-24:00"}, **SOURCE},
    "holidays": {"allowed": True, **SOURCE},
    "channels": {"allowed": "voice", **SOURCE},
    "zones": {"places": {"America/Santiago": "everywhere"}},
}
"""A country in which anybody may be called at any time."""

Answer = Callable[[OriginateRequest], "Told"]


@dataclass(frozen=True)
class Told:
    """What comes of a dial."""

    disposition: Disposition = Disposition.NO_ANSWER
    seconds: float = 20.0
    """Until it is over."""
    requests: tuple[Request, ...] = ()
    promise: PromiseToPay | None = None
    fails: bool = False
    """Asterisk cannot be asked."""


@dataclass
class Carrier:
    """Dials at once; ``answer`` says what comes of it."""

    calls: MemoryStore
    now: Callable[[], datetime]
    answer: Answer
    trunks: dict[str, int]
    dialled: list[OriginateRequest] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    """When, in seconds."""
    most: int = 0
    """Calls at once."""
    reachable: bool = True
    free_places: int = 1000
    queue: Queue | None = None
    asked: Counter[str] = field(default_factory=Counter)
    """Questions about queues of people."""
    _going_on: dict[str, str] = field(default_factory=dict)

    def free_lines(self, trunk: str) -> int:
        if trunk not in self.trunks:
            raise TelephonyError(f"no trunk {trunk}")
        return self.trunks[trunk] - sum(taken == trunk for taken in self._going_on.values())

    def holds(self, call_id: str) -> bool:
        return call_id in self._going_on

    async def people(self, queue: str) -> Queue | None:
        self.asked[queue] += 1
        return self.queue

    async def place(self, request: OriginateRequest, matter: Matter) -> CallRecord:
        await asyncio.sleep(0.01)  # the start of the call is written
        self.dialled.append(request)
        self.matters.append(matter)
        self.at.append(asyncio.get_running_loop().time())
        self._going_on[request.channel_id] = request.trunk
        self.most = max(self.most, len(self._going_on))
        told, started_at = self.answer(request), self.now()
        try:
            await asyncio.sleep(told.seconds)
        finally:
            del self._going_on[request.channel_id]
        if told.fails:
            raise TelephonyError("Asterisk could not be asked")
        record = CallRecord(
            call_id=request.channel_id,
            flow=matter.conversation.flow.id,
            flow_version="1",
            language="en",
            started_at=started_at,
            seconds=told.seconds,
            disposition=told.disposition,
            promise=told.promise,
            turns=(),
            direction="outbound",
            account_id=matter.account_id,
            requests=told.requests,
        )
        await self.calls.call_ended(record)
        return record


@dataclass
class Scene:
    """A dialer at work."""

    queue: FakeQueue
    carrier: Carrier
    calls: MemoryStore
    dialer: Dialer
    folder: Path
    stopping: asyncio.Event
    start: datetime

    @property
    def now(self) -> datetime:
        return self.start + timedelta(seconds=asyncio.get_running_loop().time())

    def contact(self, number: int, **changes: Any) -> Row:
        """A contact with one telephone, due from the beginning."""
        return self.queue.add(contact(number, self.start, **changes), changes.get("priority", 0))

    async def passes(self, **time: float) -> None:
        await asyncio.sleep(timedelta(**time).total_seconds())

    def writes(self, **changes: Any) -> None:
        """The operator saves the campaign's file."""
        self.writes_as(NAME, **changes)

    def writes_as(self, name: str, **changes: Any) -> None:
        """And that of another."""
        (self.folder / f"{name}.yaml").write_text(json.dumps({**WRITTEN, **changes}))

    @property
    def states(self) -> list[str]:
        return [row.state.value for row in self.queue.rows.values()]


def contact(number: int, start: datetime, **changes: Any) -> Candidate:
    phones = changes.get("phones", [f"+5622100{number:04}"])
    return Candidate(
        contact_id=number,
        campaign=changes.get("campaign", NAME),
        account_id=f"A-{number}",
        person=changes.get("person", Person(f"P-{number}", "CL", zones=("America/Santiago",))),
        language=None,
        facts=changes.get("facts", FACTS),
        phones=tuple(map(Phone, phones)),
        next_at=changes.get("next_at", start),
        flow=changes.get("flow"),
    )


@asynccontextmanager
async def campaign(
    folder: Path,
    answer: Answer = lambda _: Told(),
    *,
    rules: dict[str, Any] = ALWAYS,
    trunks: dict[str, int] | None = None,
    share: Share = ALONE,
    start: datetime = MONDAY,
    queue: FakeQueue | None = None,
    **changes: Any,
) -> AsyncIterator[Scene]:
    """``changes`` are the campaign's own; the dialer begins when the test first waits. A ``queue`` is what an
    earlier dialer left on record."""
    loop, calls, stopping = asyncio.get_running_loop(), MemoryStore(), asyncio.Event()
    queue = queue or FakeQueue()

    def now() -> datetime:
        return start + timedelta(seconds=loop.time())

    carrier = Carrier(calls, now, answer, trunks or {"carrier": 100})
    law = Law(Rulebook({"CL": ContactRules.model_validate(rules)}))
    numbers = NumberKey(b"0123456789abcdef", "CL")
    scripts = Scripts(folder, FLOWS)
    dialer = Dialer(queue, calls, carrier, scripts, numbers, law, share=share, now=now)
    scene = Scene(queue, carrier, calls, dialer, folder, stopping, start)
    scene.writes(**changes)
    running = asyncio.create_task(dialer.run(stopping))
    yield scene
    stopping.set()
    await running


def promised() -> Told:
    """They promise to pay the rest."""
    promise = PromiseToPay(Decimal("500.00"), "USD", date(2026, 11, 27), whole=True)
    return replace(Told(Disposition.RPC_PROMISE, 60.0), promise=promise)
