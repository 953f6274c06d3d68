"""From the store or a file to a report."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.dialogue.small import FACTS, small
from tests.replay.test_replaying import ANSWERED, PROMISED, journal
from tests.store.records import a_record
from voicebot.calls.accounts import Account
from voicebot.calls.events import CallEvent
from voicebot.calls.journal import as_json
from voicebot.calls.record import CallRecord
from voicebot.dialogue.language.flow import Flow
from voicebot.errors import ReplayError
from voicebot.replay.command import Plan, replay_all
from voicebot.replay.report import Report, as_document, show
from voicebot.store.memory import MemoryStore

ANA = Account("4711", None, {**FACTS, "branch": "north"})
LATER: dict[str, Any] = {"states": {"amount": {"also": []}}}


def a_call(call_id: str, *, hours: int = 0, account: str | None = "4711") -> CallRecord:
    started = ANSWERED.started_at + timedelta(hours=hours)
    answered: CallEvent = replace(ANSWERED, call_id=call_id, started_at=started, account_id=account)
    events = (as_json(answered), *journal(*PROMISED)[1:])
    return replace(a_record(call_id), flow="small", started_at=started, events=events, account_id=account)


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.keep_account(ANA)
    for hour in range(3):
        await store.call_ended(a_call(f"call {hour}", hours=hour))
    return store


async def replayed(
    store: MemoryStore,
    *calls: str,
    flow: Flow | None = None,
    since: datetime | None = None,
    last: int | None = None,
    facts: dict[str, str] | None = None,
) -> Report:
    plan = Plan(Path("small.yaml"), calls, since, last, facts or {})
    return await replay_all(flow or small(), plan, store)


def shown(report: Report) -> str:
    text = StringIO()
    show(report, Console(file=text, width=140))
    return text.getvalue()


async def test_calls_are_found_by_their_id(store: MemoryStore) -> None:
    report = await replayed(store, "call 1")
    assert [one.call_id for one in report.compared] == ["call 1"]
    assert report.same == 1
    assert "1 call replayed on small" in shown(report)


async def test_last_calls_and_those_since_a_day(store: MemoryStore) -> None:
    assert [one.call_id for one in (await replayed(store, last=2)).compared] == ["call 1", "call 2"]
    since = ANSWERED.started_at + timedelta(hours=1)
    assert len((await replayed(store, since=since)).compared) == 2


async def test_changes_are_counted_and_every_difference_is_told(store: MemoryStore) -> None:
    report = await replayed(store, last=10, flow=small(LATER))
    assert report.changes == {("RPC_PARTIAL_PROMISE", "open in day"): 3}
    text = shown(report)
    assert "question 4: read_back → day" in text
    assert "200.00 USD on 2026-11-27 → none" in text
    assert "0 the same, 3 different, 0 skipped" in text


async def test_call_without_facts_is_skipped_and_told_why(store: MemoryStore) -> None:
    await store.call_ended(a_call("stranger", account=None))
    report = await replayed(store, "stranger")
    assert "balance: missing" in report.skipped["stranger"]
    assert "--set fact=value" in shown(report)
    assert (await replayed(store, "stranger", facts=FACTS)).same == 1


async def test_record_without_a_journal_of_ours_is_skipped(store: MemoryStore) -> None:
    await store.call_ended(replace(a_record("old"), flow="small"))
    report = await replayed(store, "old", "call 1")
    assert report.skipped == {"old": "its journal cannot be read: there is no event 'answered'"}
    assert report.same == 1


async def test_fact_that_is_set_goes_over_the_account(store: MemoryStore) -> None:
    report = await replayed(store, "call 1", facts={"balance": "150.00"})
    assert report.compared[0].promise_now is None


async def test_journal_of_the_demo_brings_its_facts(tmp_path: Path) -> None:
    kept = {"facts": FACTS, "events": journal(*PROMISED)}
    (tmp_path / "journal.json").write_text(json.dumps(kept), encoding="utf-8")
    (tmp_path / "call.json").write_text("{}", encoding="utf-8")
    for name in ("journal.json", "call.json"):
        assert (await replayed(MemoryStore(), str(tmp_path / name))).same == 1


@pytest.mark.parametrize(
    ("text", "why"), [("{}", "holds no journal"), ("", "is no JSON"), (None, "cannot be read")]
)
async def test_file_that_is_none_is_told(tmp_path: Path, text: str | None, why: str) -> None:
    file = tmp_path / "some.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ReplayError, match=why):
        await replayed(MemoryStore(), str(file))


async def test_nothing_to_replay_is_told(store: MemoryStore) -> None:
    with pytest.raises(ReplayError, match="there is no ended call nobody"):
        await replayed(store, "nobody")
    with pytest.raises(ReplayError, match="use --last or --since"):
        await replayed(MemoryStore(), last=3)


async def test_report_as_json(store: MemoryStore) -> None:
    document = as_document(await replayed(store, "call 1", flow=small(LATER)))
    assert json.loads(json.dumps(document)) == document
    assert document["changes"] == [{"was": "RPC_PARTIAL_PROMISE", "now": "open in day", "calls": 1}]
    assert document["calls"][0] == {
        "call_id": "call 1",
        "parting": {"turn": 4, "was": "read_back", "now": "day"},
        "was": "RPC_PARTIAL_PROMISE",
        "now": None,
        "left_in": "day",
        "promise_was": {
            "amount": "200.00",
            "currency": "USD",
            "date": "2026-11-27",
            "whole": False,
            "instalments": 1,
        },
        "promise_now": None,
        "same": False,
    }
