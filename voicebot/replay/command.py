"""``voicebot replay``: hold recorded calls again, on another flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.loader import load_flow
from voicebot.errors import FlowError, ReplayError
from voicebot.records import open_records
from voicebot.replay.recorded import RecordedCall, recorded
from voicebot.replay.replaying import Comparison, replay
from voicebot.replay.report import Report
from voicebot.replay.sources import Archive, Source, from_file, from_record
from voicebot.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """Which calls to replay, and on what."""

    flow: Path
    calls: Sequence[str]
    """Call ids, and files of journals."""
    since: datetime | None
    last: int | None
    facts: Mapping[str, object]
    """Over those of the accounts."""


async def run_replay(settings: Settings, plan: Plan) -> Report:
    """Replay the calls of a plan.

    Raises:
        FlowError: the flow is not sound.
        ReplayError: there is no such call, or none at all.
        StoreError: the database failed.
    """
    flow = load_flow(plan.flow)
    async with open_records(settings) as store:
        return await replay_all(flow, plan, store, settings.inbound.facts)


async def replay_all(
    flow: Flow, plan: Plan, archive: Archive, everybody: Mapping[str, str] | None = None
) -> Report:
    """Replay the calls of a plan from an archive; ``everybody``: the facts of every call.

    Raises:
        ReplayError: there is no such call, or none at all.
        StoreError: the archive failed.
    """
    compared: list[Comparison] = []
    skipped: dict[str, str] = {}
    for source in await _sources(flow, plan, archive):
        try:
            call = recorded(source.events)
            facts = {**(everybody or {}), **await _account_facts(call, archive), **source.facts, **plan.facts}
            known = {name: value for name, value in facts.items() if flow.takes(name)}
            compared.append(replay(call, flow, known))
        except (FlowError, ReplayError) as why:
            skipped[source.call_id] = str(why)
    return Report(flow.id, flow.version, compared, skipped)


async def _sources(flow: Flow, plan: Plan, archive: Archive) -> list[Source]:
    found = [await _source(name, archive) for name in plan.calls]
    if plan.since or plan.last:
        records = await archive.ended_calls(flow.id, since=plan.since, last=plan.last)
        found += [from_record(record) for record in records]
    if not found:
        raise ReplayError(f"there are no calls of {flow.id} to replay: name some, or use --last or --since")
    return found


async def _source(name: str, archive: Archive) -> Source:
    if Path(name).suffix == ".json":
        return from_file(Path(name))
    record = await archive.find_call(name)
    if record is None:
        raise ReplayError(
            f"there is no ended call {name}: give its id, or a file such as var/demo/journal.json"
        )
    return from_record(record)


async def _account_facts(call: RecordedCall, archive: Archive) -> Mapping[str, str]:
    """What is known of whom it was about, today: a journal holds no facts."""
    account = await archive.find_account(call.account_id) if call.account_id else None
    return account.facts if account else {}
