"""What holds for a dialer that has just been started: limits are those of the record, not of its memory."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns.scene import MONDAY, Told, campaign, contact, promised
from tests.fakes.contact_queue import Attempt, FakeQueue
from voicebot.campaigns.queue import Dial, Ended
from voicebot.campaigns.retry import ContactState
from voicebot.disposition import Disposition

pytestmark = pytest.mark.virtual_time

NUMBERS = [{"number": "+56221234567"}, {"number": "+56221234568"}, {"number": "+56221234569"}]
POWER: dict[str, Any] = {"lines": 3, "pacing": {"mode": "power", "ratio": 3.0}}


def people_who_answered(abandoned: int) -> FakeQueue:
    """Forty in the last days, some of whom heard nothing."""
    queue = FakeQueue()
    for number in range(40):
        row = queue.add(contact(1000 + number, MONDAY))
        row.state = ContactState.DONE
        dial = Dial(f"before-{number}", f"+5622200{number:04}", "carrier", "+56221234567")
        at, silent = MONDAY - timedelta(days=10), number < abandoned
        ended = Ended(dial.attempt_id, at, Disposition.HUMAN_NO_RPC, human=True, abandoned=silent)
        queue.attempts[dial.attempt_id] = Attempt(row, dial, at, ended)
    return queue


@pytest.mark.parametrize(
    ("abandoned", "at_once"),
    [
        (1, 9),  # 2.5 %
        (2, 3),
    ],
)
async def test_the_guard_knows_who_was_abandoned_before_the_server_was_started(
    tmp_path: Path, abandoned: int, at_once: int
) -> None:
    queue = people_who_answered(abandoned)
    async with campaign(tmp_path, lambda _: Told(seconds=20.0), queue=queue, **POWER) as it:
        for number in range(12):
            it.contact(number)
        await it.passes(seconds=10)
        assert it.carrier.most == at_once


async def test_a_caller_id_has_no_more_calls_of_the_day_because_the_server_was_started_again(
    tmp_path: Path,
) -> None:
    shown = [{"number": "+56221234567", "per_day": 2}]
    async with campaign(tmp_path, lambda _: promised(), caller_ids=shown) as first:
        for number in range(5):
            first.contact(number)
        await first.passes(minutes=5)
        assert len(first.carrier.dialled) == 2
    async with campaign(tmp_path, lambda _: promised(), caller_ids=shown, queue=first.queue) as it:
        await it.passes(hours=7)
        assert it.carrier.dialled == []


async def test_a_person_sees_the_number_they_know_though_the_server_and_the_pool_are_new(
    tmp_path: Path,
) -> None:
    async with campaign(tmp_path, lambda _: Told(), caller_ids=NUMBERS[1:]) as first:
        for number in range(9):
            first.contact(number)
        await first.passes(minutes=5)
        seen = {request.number: request.caller_id for request in first.carrier.dialled}
    assert len(set(seen.values())) == 2
    async with campaign(tmp_path, lambda _: promised(), caller_ids=NUMBERS, queue=first.queue) as it:
        await it.passes(hours=30)
        assert {request.number: request.caller_id for request in it.carrier.dialled} == seen


async def test_what_mailboxes_hear_is_for_each_campaign_to_say(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised(), flow="leaves_message") as it:
        it.writes_as("april", flow="leaves_message", voicemail="message")
        it.contact(1)
        it.contact(2, campaign="april")
        await it.passes(minutes=5)
        left = {
            matter.account_id: matter.conversation.flow.messages.voicemail for matter in it.carrier.matters
        }
    assert left["A-1"] is None
    assert left["A-2"]
