"""Campaigns as operators start, stop and watch them; the server that dials may be another process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from voicebot.campaigns.campaign import CampaignSettings, as_json
from voicebot.campaigns.files import campaign_names, read_campaign
from voicebot.campaigns.progress import Progress
from voicebot.campaigns.queue import CampaignState
from voicebot.campaigns.retry import ContactState
from voicebot.commands.processes import silent_processes
from voicebot.dialogue.reading.shelf import Shelf
from voicebot.errors import CampaignError
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.store.dialling import SqlContactQueue

WATCH_SECONDS: Final = 1.0
"""Between two looks."""


@dataclass(frozen=True, slots=True)
class Told:
    """A campaign that was told something."""

    now: Progress
    notes: tuple[str, ...] = ()
    """What is not as the campaign's file has it, as sentences."""

    def __str__(self) -> str:
        """For people."""
        now = self.now
        left = f"{now.total - now.final} of {now.total} contacts are open"
        calls = f"{now.live} {'call goes' if now.live == 1 else 'calls go'} on"
        facts = [fact for fact, tells in ((calls, now.live), (left, now.total)) if tells]
        head = "; ".join([f"campaign {now.name} is {now.state.value}", *facts, *_next_step(now)])
        return "\n".join([head, *(f"  note: {note}" for note in self.notes)])

    def as_json(self) -> str:
        """For another program: as ``watch``, and the notes."""
        return json.dumps(self.now.as_json() | {"notes": list(self.notes)})


async def start_campaign(settings: Settings, name: str) -> Told:
    """Let a campaign be dialled, as its file says now.

    Raises:
        CampaignError: its file is missing or wrong, or lacks what dialling needs.
        FlowError: a flow of it is missing or not sound.
        StoreError: the database failed.
    """
    campaign, notes = _can_be_dialled(settings, name)
    async with open_records(settings) as store:
        queue = SqlContactQueue(store.database)
        await queue.keep_campaign(name, as_json(campaign))
        await _tell(queue, name, CampaignState.RUNNING)
        return Told(await _progress(queue, name), notes)


async def resume_campaign(settings: Settings, name: str) -> Told:
    """Let a campaign be dialled again; its file is looked at first, for it may have changed meanwhile.

    Raises:
        CampaignError: there is none of that name on record, or as for ``start_campaign``.
        FlowError: as for ``start_campaign``.
        StoreError: the database failed.
    """
    _, notes = _can_be_dialled(settings, name)
    told = await tell_campaign(settings, name, CampaignState.RUNNING)
    return replace(told, notes=notes)


async def tell_campaign(settings: Settings, name: str, state: CampaignState) -> Told:
    """Pause or drain a campaign.

    Raises:
        CampaignError: there is none of that name on record.
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        queue = SqlContactQueue(store.database)
        await _tell(queue, name, state)
        return Told(await _progress(queue, name))


def limits_of(settings: Settings, campaign: CampaignSettings) -> tuple[str, ...]:
    """What holds a campaign under the calls that it asks for, as sentences."""
    dials = campaign.most_dials
    lines = sum(settings.telephony.trunks[trunk].max_calls for trunk in campaign.trunks)
    places = settings.calls.at_most
    notes = []
    if lines < dials:
        notes.append(
            f"it may dial {dials} at once, but its trunks carry {lines}: telephony.trunks, max_calls"
        )
    if places < dials:
        notes.append(
            f"it may dial {dials} at once, but a process has {places} places, for ringing calls, too: "
            "calls.at_most, or serve --workers"
        )
    return tuple(notes)


async def list_campaigns(settings: Settings, console: Console, *, as_json: bool) -> None:
    """Print every campaign on record, and those that are written and never were started.

    Raises:
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        every = await SqlContactQueue(store.database).progress()
        missing = await silent_processes(store.database)
    known = {one.name for one in every}
    written = [name for name in campaign_names(settings.campaigns_dir) if name not in known]
    if as_json:
        told = {"campaigns": [one.as_json() for one in every], "written": written}
        print(json.dumps(told | {"processes_not_seen": [one.as_json() for one in missing]}))
        return
    heads = ("contacts", "final", "live", "dials", "people", "promises", "next moment")
    table = Table(Column("campaign", overflow="fold"), "state", *heads, box=None, pad_edge=False)
    for one in every:
        counts = (one.total, one.final, one.live, one.dials, one.answered, one.promises)
        table.add_row(one.name, one.state.value, *map(str, counts), _moment(one.next_at, "%d %b %H:%M"))
    for name in written:
        table.add_row(name, "not started", *[""] * 7)
    console.print(table)
    for process in missing:
        console.print(str(process), style="yellow", highlight=False)
    for one in every:
        if one.notice:
            console.print(f"{one.name}: {one.notice}", markup=False, highlight=False)


async def watch_campaign(settings: Settings, name: str, console: Console, *, as_json: bool) -> None:
    """Show a campaign as it goes on, until it is done, or at once as JSON.

    Raises:
        CampaignError: there is none of that name on record.
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        queue = SqlContactQueue(store.database)
        now = await _progress(queue, name)
        if as_json:
            print(json.dumps(now.as_json()))
            return
        with Live(_shown(now), console=console, auto_refresh=False) as live:
            while now.state is not CampaignState.DONE:
                await asyncio.sleep(WATCH_SECONDS)
                now = await _progress(queue, name)
                live.update(_shown(now), refresh=True)


def _next_step(now: Progress) -> list[str]:
    """What has to happen beside the campaign's state, for people who do not know yet."""
    if now.state is not CampaignState.RUNNING:
        return []
    return ["voicebot serve dials them" if now.total else "it has no contacts yet: voicebot campaign import"]


def _can_be_dialled(settings: Settings, name: str) -> tuple[CampaignSettings, tuple[str, ...]]:
    """What the campaign says, and what is worth a note about it."""
    campaign = read_campaign(settings.campaigns_dir, name)
    _require_dialled(settings, name, campaign)
    flows = Shelf(settings.flows_dir, campaign.flows).live
    silent = [flow for flow in flows if flows[flow].messages.voicemail is None]
    notes = limits_of(settings, campaign)
    if silent and campaign.voicemail == "message":
        told = ", ".join(silent)
        notes = (
            *notes,
            f"machines hear nothing though voicemail is message: no messages.voicemail in {told}",
        )
    return campaign, notes


def _require_dialled(settings: Settings, name: str, campaign: CampaignSettings) -> None:
    lacks = list(campaign.missing)
    unknown = [trunk for trunk in campaign.trunks if trunk and trunk not in settings.telephony.trunks]
    lacks += [f"telephony.trunks.{trunk} in the settings, with the carrier's limits" for trunk in unknown]
    if campaign.language in settings.stt.refused:
        lacks.append(
            f"a recogniser that hears {campaign.language} better than for demonstrations: another stt.engine "
            "(docs/speech.md), or for a trial stt.allow_demo_grade: true"
        )
    if not settings.ari.password.get_secret_value():
        lacks.append("VOICEBOT_ARI__PASSWORD, for calls are placed over ARI")
    if lacks:
        told = "".join(f"\n  {lack}" for lack in lacks)
        raise CampaignError(f"campaign {name} cannot be dialled yet; it needs{told}")


async def _tell(queue: SqlContactQueue, name: str, state: CampaignState) -> None:
    while True:
        was = next((one.state for one in await queue.campaigns() if one.name == name), None)
        if was is None:
            raise _unknown(name, [one.name for one in await queue.campaigns()])
        if was is state or await queue.set_state(name, state, was=was):
            return


async def _progress(queue: SqlContactQueue, name: str) -> Progress:
    for one in await queue.progress(name):
        return one
    raise _unknown(name, [one.name for one in await queue.campaigns()])


def _unknown(name: str, known: Sequence[str]) -> CampaignError:
    others = f"known are {', '.join(known)}" if known else "none was imported or started yet"
    return CampaignError(
        f"there is no campaign {name} on record; {others}. voicebot campaign start {name} puts it there"
    )


# How it looks


def _shown(now: Progress) -> RenderableType:
    head = Text.assemble(
        (now.name, "bold"), f"  {now.state.value}   {now.final} of {now.total} contacts are through"
    )
    table = Table.grid(padding=(0, 2))
    for title, told in _rows(now):
        table.add_row(Text(title, style="dim"), told)
    bar = ProgressBar(total=max(1, now.total), completed=now.final, width=60)
    return Group(head, bar, Text(), table)  # a bar ends no line


def _rows(now: Progress) -> list[tuple[str, str]]:
    states = {state.value: now.contacts.get(state, 0) for state in ContactState}
    return [
        ("lines", f"{now.live} calls go on"),
        ("dials", f"{now.dials}, {now.answered} answered by people, {now.promises} promises"),
        ("contacts", _counts(states)),
        ("outcomes", _counts(now.dispositions)),
        ("blocked", _counts(now.blocked)),
        ("held", _counts(now.held)),
        ("next moment", _moment(now.next_at)),
        ("notice", now.notice or "none"),
    ]


def _counts(counts: Mapping[str, int]) -> str:
    told = [f"{name} {times}" for name, times in counts.items() if times]
    return "  ".join(told) or "none"


def _moment(at: datetime | None, as_written: str = "%Y-%m-%d %H:%M:%S") -> str:
    return at.astimezone().strftime(as_written) if at else "none"
