"""One call, placed by hand: dialled, held, shown as it happens, and told how it ended."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from rich.console import Console

from voicebot.app import open_stations, open_store
from voicebot.calls.accounts import Account
from voicebot.calls.desk import Desk
from voicebot.calls.inbound import InboundSettings
from voicebot.calls.matter import Matter
from voicebot.calls.record import CallRecord
from voicebot.calls.stations import Stations
from voicebot.disposition import Disposition
from voicebot.doors.ari import AriDoor
from voicebot.errors import AccountError, MediaError, SettingsError
from voicebot.live import LiveTranscript
from voicebot.media.clock import MediaClock
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.number_key import number_key
from voicebot.settings import Settings
from voicebot.store.sql import SqlStore
from voicebot.telephony.ari_errors import AriUnavailableError
from voicebot.telephony.channel import OriginateRequest
from voicebot.telephony.trunk import TrunkSettings

REASON_SECONDS = 1.0
"""For a connection that ended to say why."""

TRUNK: Final = "call"
"""The one line of this process: a server's limits are its own."""

_NOBODY: Final[Mapping[Disposition, str]] = {
    Disposition.BUSY: "the line is busy",
    Disposition.NO_ANSWER: "it was not picked up",
    Disposition.REJECTED: "the call was declined",
    Disposition.SIT_INVALID: "there is no such number",
    Disposition.SIT_NO_CIRCUIT: "the far end has no free line, or cannot be reached (`pjsip show contacts`)",
    Disposition.SIT_REORDER: "the network is congested: try again in some minutes",
    Disposition.UNREACHABLE: "the telephone is switched off or out of reach",
    Disposition.CARRIER_ERROR: "it could not be put through: is there such an endpoint, registered and "
    "reachable (`pjsip show endpoints`)?",
}
"""Why nobody answered."""


@dataclass(frozen=True, slots=True)
class CallPlan:
    """Whom to call, and what about."""

    endpoint: str
    """As Asterisk dials it: ``PJSIP/softphone``, ``PJSIP/+15551234567@carrier``."""
    flow: str = ""
    """Name of a flow, or its file; empty for the one that answers calls."""
    language: str = ""
    """Empty for the account's, or that of ``inbound``."""
    account_id: str = ""
    facts: Mapping[str, str] | None = None
    """These go over the account's, and those over the ones of ``inbound``."""
    ring_seconds: float = 25.0
    caller_id: str = ""


async def run_call(settings: Settings, plan: CallPlan, console: Console) -> CallRecord:
    """Place the call beside a server that may be at work, and show it; the record tells how it ended.

    Raises:
        AccountError: there is no such account.
        AriRefusedError: Asterisk will not have us.
        FlowError: the flow is not sound, or facts are missing.
        SettingsError: Asterisk cannot be dialled with these settings.
        StoreError: the attempt could not be written down, so nothing was dialled.
        TelephonyError: Asterisk could not be asked, or the call broke off.
    """
    _stop_as_by_keyboard()
    _refuse_without_ari(settings)
    async with open_store(settings) as store:
        account = await _account(store, plan.account_id)
        desk = _desk(settings, plan, account, store)
        matter = Matter(desk.example(), account.account_id if account else None, direction="outbound")
        ears = settings.stt.model_copy(update={"languages": matter.conversation.flow.languages})
        async with open_stations(settings.model_copy(update={"stt": ears}), call_log=store) as stations:
            transcript = LiveTranscript(console)
            shown = replace(stations, on_call=lambda journal: journal.follow(transcript.follow))
            async with _door(settings, shown, desk, console) as door:
                console.print(f"Calling {plan.endpoint} ...", markup=False, highlight=False)
                record = await door.place(_request(plan), matter)
    console.print(outcome(record), style="bold", highlight=False)
    return record


def outcome(record: CallRecord) -> str:
    """How the call ended, in one line."""
    ended = f"{record.disposition.value}; call {record.call_id}"
    if record.answered:
        return f"Held for {record.seconds:.0f} s: {ended}"
    if record.disposition is Disposition.BLOCKED_RULE:
        return (
            "Not dialled: this number is never called again (voicebot suppressions check NUMBER tells since "
            f"when): {ended}"
        )
    told = f" (SIP {record.sip_status})" if record.sip_status else ""
    return f"Nobody answered: {_NOBODY.get(record.disposition, 'we failed')}{told}: {ended}"


def _request(plan: CallPlan) -> OriginateRequest:
    return OriginateRequest(
        plan.endpoint, TRUNK, str(uuid4()), caller_id=plan.caller_id, ring_seconds=plan.ring_seconds
    )


# What it is about


async def _account(store: SqlStore, account_id: str) -> Account | None:
    account = await store.find_account(account_id) if account_id else None
    if account_id and account is None:
        raise AccountError(f"there is no account {account_id}: voicebot accounts add keeps one")
    return account


def _desk(settings: Settings, plan: CallPlan, account: Account | None, store: SqlStore) -> Desk:
    """A desk that knows this one call."""
    usual = settings.inbound
    flow = Path(plan.flow or usual.flow)
    folder = flow.parent if flow.suffix else settings.flows_dir / flow.parent
    route = InboundSettings(
        flow=flow.stem if flow.suffix else flow.name,
        language=plan.language or (account.language if account else None) or usual.language,
        facts={**usual.facts, **(account.facts if account else {}), **(plan.facts or {})},
        region=usual.region,
    )
    return Desk(route, folder, store)


# The way to Asterisk


def _stop_as_by_keyboard() -> None:
    """Nobody is left on the line when the terminal is closed, or the process told to stop."""
    for stop in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(stop, signal.raise_signal, signal.SIGINT)


def _refuse_without_ari(settings: Settings) -> None:
    if not settings.ari.password.get_secret_value():
        raise SettingsError("calls are placed over ARI: set VOICEBOT_ARI__PASSWORD as in Asterisk's ari.conf")
    if settings.ari.connection == "listen":
        raise SettingsError(
            "Asterisk dials the server and nobody else (ari.connection: listen): for this call set "
            "VOICEBOT_ARI__CONNECTION=dial, and ari.host and ari.port to where Asterisk's HTTP server is"
        )


@asynccontextmanager
async def _door(
    settings: Settings, stations: Stations, desk: Desk, console: Console
) -> AsyncIterator[AriDoor]:
    """Connected under a name of its own, so that a server at work is not disturbed."""
    app = f"{settings.ari.app}-call-{secrets.token_hex(4)}"
    async with AsyncExitStack() as opened:
        media = MediaWebSocketServer(settings.media, MediaClock())
        telephony = settings.telephony.model_copy(update={"trunks": {TRUNK: TrunkSettings()}})
        if telephony.media == "websocket" and not await _listening(media, opened):
            console.print("The media port is taken, by a server at work perhaps: sound comes by RTP (ulaw).")
            telephony = telephony.model_copy(update={"media": "ulaw"})
        door = AriDoor(
            settings.ari.model_copy(update={"app": app}),
            telephony,
            media,
            stations,
            desk,
            number_key(settings),
        )
        running = asyncio.create_task(door.control.run(), name="ari of the call")
        try:
            await _connected(door, running)
            yield door
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def _listening(media: MediaWebSocketServer, opened: AsyncExitStack) -> bool:
    try:
        await opened.enter_async_context(media)
    except MediaError:
        return False
    return True


async def _connected(door: AriDoor, running: asyncio.Task[None]) -> None:
    """Nothing is written down as an attempt unless Asterisk is there."""
    try:
        await door.control.client.request("GET", "asterisk", "ping")
    except AriUnavailableError:
        await asyncio.wait((running,), timeout=REASON_SECONDS)
        if running.done():
            running.result()  # it ended by the reason
        raise
