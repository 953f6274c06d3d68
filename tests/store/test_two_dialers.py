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
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.store.another_process import CONTAINER, SOURCES, require_containers, said
from tests.store.portfolio import NOW, NUMBER, a_campaign, a_portfolio, the_attempts, the_contacts
from voicebot.store.sql import SqlStore
from voicebot.store.tables import holders

CLAIMS = int(os.environ.get("VOICEBOT_CLAIMS", "1000"))
KILLS = max(3, CLAIMS // 1000)
LONGEST_PAUSE = max(1.0, min(CLAIMS / 2000, 20.0))
"""Seconds between two of them: a long run has kills from its beginning to its end."""
FAILED = "TECHNICAL_FAILURE"
"""How attempts end that a killed dialer left."""
pytestmark = pytest.mark.timeout(max(180, CLAIMS))


@dataclass
class Dialer:
    process: Process
    name: str
    """As ``held_by``."""


@dataclass
class Dialers:
    """Two that share a database."""

    store: SqlStore
    url: str
    rings: Path
    around: Sequence[str]
    alive: list[Dialer] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    """By name."""

    async def start(self) -> Dialer:
        command = (
            *self.around,
            sys.executable,
            "-m",
            "tests.store.dialer_process",
            self.url,
            str(self.rings),
        )
        process = await asyncio.create_subprocess_exec(*command, cwd=SOURCES, stdout=PIPE)
        return Dialer(process, await said(process))

    async def kill_and_start_again(self, chance: random.Random) -> None:
        """Now and then, until all is done."""
        self.alive = [await self.start() for _ in range(2)]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.05, LONGEST_PAUSE))
            if any(dialer.process.returncode is not None for dialer in self.alive):
                break
            await self.kill(chance.randrange(2))
        assert [await dialer.process.wait() for dialer in self.alive] == [0, 0]

    async def kill(self, number: int) -> None:
        victim = self.alive[number]
        victim.process.send_signal(signal.SIGKILL)
        await victim.process.wait()
        self.killed.append(victim.name)
        async with self.store.database.writing("that it is gone, as people say who know") as sql:
            await sql.execute(update(holders).where(holders.c.held_by == victim.name).values(until=NOW))
        self.alive[number] = await self.start()
        failed = [one for one in await the_attempts(self.store.database) if one["disposition"] == FAILED]
        assert {one["held_by"] for one in failed} <= set(self.killed)

    def leave_none(self) -> None:
        for dialer in self.alive:
            with suppress(ProcessLookupError):
                dialer.process.kill()


@pytest.mark.parametrize("around", [(), CONTAINER], ids=["processes", "containers"])
async def test_nobody_is_dialled_twice_or_forgotten_when_dialers_are_killed(
    store: SqlStore, database_url: str, tmp_path: Path, around: Sequence[str]
) -> None:
    """Containers share the name of their host, and each has its dialer as process 1."""
    if around:
        require_containers()
    size = CLAIMS // 10 if around or database_url.startswith("sqlite") else CLAIMS
    await a_campaign(store.database)
    await a_portfolio(store.database, size)
    rings, began = tmp_path / "rings", time.monotonic()
    dialers = Dialers(store, database_url, rings, around)
    try:
        await dialers.kill_and_start_again(random.Random(size))
    finally:
        dialers.leave_none()
    seconds, kills = time.monotonic() - began, len(dialers.killed)

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
    assert size - len(rung) <= ended[FAILED] <= 3 * kills
