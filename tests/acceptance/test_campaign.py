"""A whole campaign through a real Asterisk, whose server, or one of its workers, is killed.

``VOICEBOT_ROWS=1000`` makes it as large as you like: docs/campaigns.md has the figures.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.acceptance.ari_bot import FLOWS, served_bot, settings
from tests.acceptance.far_end import FarEnd
from tests.acceptance.pbx import Pbx, PbxError
from tests.acceptance.sip_phone import SipPhone
from tests.acceptance.test_machines import GREETING
from tests.acceptance.witness import nothing_is_left
from voicebot.app import open_prompts
from voicebot.commands.campaigning import start_campaign
from voicebot.commands.imports import import_and_tell
from voicebot.demo.call import CALLER_VOICES
from voicebot.media.frame import Band
from voicebot.settings import Settings
from voicebot.store.holder import parse_holder

ROWS = int(os.environ.get("VOICEBOT_ROWS", "60"))
LINES = 10 if ROWS < 500 else 20
KILLS = 3
NAME = "test"
TOLD = {"5": "BUSY", "6": "REJECTED", "7": "SIT_INVALID", "9": "NO_ANSWER"}
"""What becomes of whom nobody answers for, by the last digit: see ``far_end``."""
OR_ELSE = {"TECHNICAL_FAILURE", "NO_ANSWER", "CARRIER_ERROR"}
"""In the moment of a death, or where the far end took longer than it may ring."""
RULES = Path(__file__).with_name("campaign_rules")

pytestmark = [pytest.mark.engine, pytest.mark.call, pytest.mark.timeout(120 + 3 * ROWS)]


@pytest.fixture
def pbx(tmp_path: Path) -> Iterator[Pbx]:
    """An Asterisk of its own; skips where none can be had, except in CI."""
    try:
        pbx = Pbx.start(tmp_path / "pbx")
    except PbxError as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Asterisk here: {reason}")
    yield pbx
    pbx.stop()


def site(pbx: Pbx, folder: Path, phone: SipPhone) -> Settings:
    """A server with a flow, a country and a campaign of its own, in which everybody is called once."""
    shutil.copytree(FLOWS, folder / "flows")
    shutil.copytree(RULES, folder / "flows" / "rules")
    far = phone.contact.rpartition("@")[2]
    campaigns = folder / "campaigns"
    campaigns.mkdir()
    (campaigns / f"{NAME}.yaml").write_text(
        f"""
flow: broken_line
country: CL
currency: USD
facts: {{last4: "4729", creditor: Example}}
trunk: carrier
endpoint: PJSIP/softphone/sip:{{number}}@{far}
lines: {LINES}
ring_seconds: 5
caller_ids: [{{number: "+56221234567"}}]
retry: {{attempts: 1, carrier: {{in_all: 1}}, interrupted: {{in_all: 1}}}}
"""
    )
    numbers = [f"+5696123{number:04}" for number in range(ROWS)]
    rows = [f"A-{at},Ana,{number},500.00,2026-11-12" for at, number in enumerate(numbers)]
    (folder / f"{NAME}.csv").write_text(
        "\n".join(["account_ref,first_name,phone_1,amount_due,due_date", *rows])
    )
    ari_port, media = urlsplit(pbx.ari).port or 0, pbx.passwords["MEDIA_WEBSOCKET"]
    trunks = {"trunks": {"carrier": {"max_calls": LINES, "calls_per_second": 20}}}
    usual = settings(
        pbx, folder, ari_port=ari_port, media_port=int(media.rpartition(":")[2]), telephony=trunks
    )
    return usual.model_copy(update={"flows_dir": folder / "flows", "campaigns_dir": campaigns})


def asked(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "voicebot.db", timeout=30)) as database:
        return database.execute(query).fetchall()


def attempts_made(folder: Path) -> int:
    return int(asked(folder, "SELECT count(*) FROM attempts")[0][0])


def live_attempts_of(folder: Path, pid: int) -> int:
    held = [
        parse_holder(by) for (by,) in asked(folder, "SELECT held_by FROM attempts WHERE ended_at IS NULL")
    ]
    return sum(holder is not None and holder.pid == pid for holder in held)


def is_over(folder: Path) -> bool:
    return asked(folder, "SELECT state FROM campaigns") == [("done",)]


@asynccontextmanager
async def under_way(pbx: Pbx, folder: Path) -> AsyncIterator[tuple[Settings, FarEnd]]:
    """A campaign that is told to run, before anything dials it, and the far end of its calls."""
    async with SipPhone.at(pbx.sip, "softphone", pbx.passwords["PHONE_PASSWORD"]) as phone:
        its = site(pbx, folder, phone)
        async with open_prompts(its) as prompts:
            greeting = await prompts.render(GREETING, voice=CALLER_VOICES["en"], rate=Band.NARROW)
        far = FarEnd(phone, greeting)
        working = asyncio.create_task(far.work())
        imported = await import_and_tell(its, folder / f"{NAME}.csv", campaign="", full=False, as_json=True)
        assert imported == 0
        await start_campaign(its, NAME)
        yield its, far
        working.cancel()
        await nothing_is_left(pbx)


def every_row_is_accounted_for(folder: Path, far: FarEnd, deaths: int) -> None:
    """Each ended in one final state by one attempt, which has one call, and nobody was dialled twice."""
    contacts = asked(folder, "SELECT state, disposition FROM contacts")
    attempts = asked(folder, "SELECT attempt_id, e164, disposition FROM attempts WHERE ended_at IS NOT NULL")
    calls = asked(folder, "SELECT call_id, disposition FROM calls")
    outcomes = Counter(disposition for _, _, disposition in attempts)
    print(f"\n{ROWS} rows with {deaths} deaths: {Counter(state for state, _ in contacts)}")
    print(f"{len(attempts)} attempts, {sum(far.invites.values())} INVITEs: {outcomes.most_common()}")

    assert len(contacts) == ROWS
    assert {state for state, _ in contacts} <= {"done", "closed", "held"}
    assert len(attempts) == attempts_made(folder) == ROWS  # each row once
    assert {(call, disposition) for call, _, disposition in attempts} == set(calls)  # one to one
    assert Counter(disposition for _, disposition in contacts) == outcomes
    assert set(far.invites.values()) == {1}  # no number was dialled twice
    never = {number for _, number, _ in attempts} - far.invites.keys()
    died = {number for _, number, disposition in attempts if disposition == "TECHNICAL_FAILURE"}
    assert never <= died  # only what was claimed in the moment of a death
    assert len(died) <= deaths * LINES + ROWS // 20
    for _, number, disposition in attempts:
        assert disposition in {TOLD.get(number[-1], disposition), *OR_ELSE}
    assert outcomes.keys() & TOLD.values()


async def test_every_row_ends_in_one_final_state_and_nobody_is_dialled_twice_whatever_dies(
    pbx: Pbx, tmp_path: Path
) -> None:
    began = time.monotonic()
    async with under_way(pbx, tmp_path) as (its, far):
        for kill in range(1, KILLS + 1):
            async with served_bot(its, tmp_path) as bot:
                while attempts_made(tmp_path) < ROWS * kill // (KILLS + 1):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
                bot.kill()
                await bot.ends()
        async with served_bot(its, tmp_path):
            while not is_over(tmp_path):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    print(f"\n{time.monotonic() - began:.0f} seconds")
    every_row_is_accounted_for(tmp_path, far, KILLS)


async def test_two_workers_dial_one_campaign_and_one_of_them_dies_in_the_middle(
    pbx: Pbx, tmp_path: Path
) -> None:
    async with (
        under_way(pbx, tmp_path) as (its, far),
        served_bot(its, tmp_path, "--workers", "2") as bot,
    ):
        dies = (await bot.says("worker_started", number=1))["pid"]
        while attempts_made(tmp_path) < ROWS // 3 or live_attempts_of(tmp_path, dies) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        os.kill(dies, signal.SIGKILL)
        while not is_over(tmp_path):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        bot.terminate()
        assert await bot.ends() == 0
    every_row_is_accounted_for(tmp_path, far, deaths=1)
    holders = Counter(held_by for (held_by,) in asked(tmp_path, "SELECT held_by FROM attempts"))
    print(f"attempts by process: {holders}")
    assert len(holders) >= 2  # the other one, and who came in its place, if it came in time
