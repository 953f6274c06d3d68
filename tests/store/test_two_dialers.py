"""Two dialers share a campaign and are killed at random: nobody is dialled twice, or forgotten.

``VOICEBOT_CLAIMS=100000 ./scripts/test tests/store/test_two_dialers.py -s`` does it at length.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from pathlib import Path

import pytest

from tests.store.another_process import SOURCES, said
from tests.store.portfolio import NUMBER, a_campaign, a_portfolio, the_attempts, the_contacts
from voicebot.store.sql import SqlStore

CLAIMS = int(os.environ.get("VOICEBOT_CLAIMS", "1000"))
KILLS = max(3, CLAIMS // 1000)
LONGEST_PAUSE = max(1.0, min(CLAIMS / 2000, 20.0))
"""Seconds between two of them: a long run has kills from its beginning to its end."""
SQLITE_SHARE = 10
"""SQLite is for one process; two share it as well, and slowly."""

pytestmark = pytest.mark.timeout(max(180, CLAIMS))


async def a_dialer(url: str, rings: Path) -> Process:
    dialer = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.store.dialer_process", url, str(rings)), cwd=SOURCES, stdout=PIPE
    )
    assert await said(dialer) == "dialling"
    return dialer


async def killed_and_started_again(
    dialers: list[Process], url: str, rings: Path, chance: random.Random
) -> int:
    """How often, before all is done."""
    for kill in range(KILLS):
        await asyncio.sleep(chance.uniform(0.05, LONGEST_PAUSE))
        victim = chance.randrange(2)
        if any(dialer.returncode is not None for dialer in dialers):
            return kill
        dialers[victim].send_signal(signal.SIGKILL)
        await dialers[victim].wait()
        dialers[victim] = await a_dialer(url, rings)
    return KILLS


async def test_nobody_is_dialled_twice_or_forgotten_when_dialers_are_killed(
    store: SqlStore, database_url: str, tmp_path: Path
) -> None:
    size = CLAIMS // SQLITE_SHARE if database_url.startswith("sqlite") else CLAIMS
    await a_campaign(store.database)
    await a_portfolio(store.database, size)
    rings, began = tmp_path / "rings", time.monotonic()
    dialers = [await a_dialer(database_url, rings) for _ in range(2)]
    kills = await killed_and_started_again(dialers, database_url, rings, random.Random(size))
    assert [await dialer.wait() for dialer in dialers] == [0, 0]
    seconds = time.monotonic() - began

    rung = Counter(rings.read_text().split())
    attempts = await the_attempts(store.database)
    contacts = await the_contacts(store.database)
    ended = Counter(attempt["disposition"] for attempt in attempts)
    print(f"\n{size} claims, {kills} kills, {seconds:.0f} s, {size / seconds:.0f} a second; {dict(ended)}")
    assert max(rung.values()) == 1
    assert Counter(attempt["e164"] for attempt in attempts) == {
        NUMBER.format(n): 1 for n in range(1, size + 1)
    }
    assert rung.keys() <= {attempt["e164"] for attempt in attempts}
    assert {contact["state"] for contact in contacts.values()} == {"done"}
    assert ended[None] == 0
    assert size - len(rung) <= ended["TECHNICAL_FAILURE"] <= 3 * kills
