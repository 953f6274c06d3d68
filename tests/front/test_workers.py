"""Real processes, watched."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.until import until
from voicebot.front.messages import Beat
from voicebot.front.workers import Told, WorkerError, Workers


class Scene:
    """Two workers, and what is heard of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ready: list[int] = []
        self.gone: list[int] = []
        self.replaced = 0
        told = Told(self._beat, self.gone.append, self._count)
        self.workers = Workers(2, self._command, told, silent=6)

    def _beat(self, number: int, beat: Beat) -> None:
        if beat.ready and (number not in self.ready or number in self.gone):
            self.ready.append(number)

    def _count(self) -> None:
        self.replaced += 1

    def _command(self, number: int, link: int) -> list[str]:
        return [sys.executable, "-m", "tests.front.stub_worker", str(number), str(link), str(self.folder)]


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    it = Scene(folder)
    running = asyncio.create_task(it.workers.run())
    await until(lambda: sorted(it.ready) == [1, 2])
    yield it
    it.workers.stop()
    await running


async def test_workers_end_when_they_are_told_to_and_are_not_replaced(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        pass
    assert sorted(it.gone) == [1, 2]
    assert it.replaced == 0


async def test_a_worker_whose_loop_is_stuck_is_killed_and_replaced_and_the_other_is_left_alone(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as it:
        (tmp_path / "hang-2").touch()
        await until(lambda: it.ready.count(2) == 2)
        assert it.gone == [2]
        assert it.replaced == 1


async def test_workers_that_cannot_begin_end_the_front(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    with pytest.raises(WorkerError) as failed:
        await Scene(tmp_path).workers.run()
    assert failed.value.exit_status == 1
