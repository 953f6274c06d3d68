from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from voicebot.errors import SpeechError
from voicebot.stt.jobs import Job
from voicebot.stt.workers import WorkerPool

FAKE = ("tests.stt.fake_worker",)


def utterance(does: str) -> Job:
    return Job("en", does, b"", 8000)


def end(pid: int) -> None:
    """Kills a process and waits until it is dead."""
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(FAKE, workers=2, timeout=60.0)
    yield pool
    await pool.close()


async def test_each_utterance_gets_its_own_words(pool: WorkerPool) -> None:
    texts = [f"word {number}" for number in range(8)]
    answers = await asyncio.gather(*(pool.answer(utterance(text)) for text in texts))
    assert [answer.text for answer in answers] == texts


async def test_worker_that_dies_fails_its_utterance_alone_and_is_replaced(pool: WorkerPool) -> None:
    dies = asyncio.create_task(pool.answer(utterance("die")))
    other = asyncio.create_task(pool.answer(utterance("yes")))
    with pytest.raises(SpeechError, match="process died"):
        await dies
    assert (await other).text == "yes"
    assert len(pool.pids) == 2
    assert [(await pool.answer(utterance(text))).text for text in ("one", "two", "three")] == [
        "one",
        "two",
        "three",
    ]


async def test_busy_worker_killed_from_outside_fails_its_utterance_and_is_replaced() -> None:
    pool = WorkerPool(FAKE, workers=1, timeout=60.0)
    hangs = asyncio.create_task(pool.answer(utterance("hang")))
    await asyncio.sleep(0)
    os.kill(pool.pids[0], signal.SIGKILL)
    with pytest.raises(SpeechError, match="process died"):
        await hangs
    assert (await pool.answer(utterance("alive"))).text == "alive"
    await pool.close()


async def test_idle_worker_killed_from_outside_costs_no_utterance(pool: WorkerPool) -> None:
    for pid in pool.pids:
        end(pid)
    assert [(await pool.answer(utterance(text))).text for text in ("one", "two", "three")] == [
        "one",
        "two",
        "three",
    ]


async def test_worker_that_takes_too_long_is_replaced() -> None:
    pool = WorkerPool(FAKE, workers=1, timeout=0.2)
    with pytest.raises(SpeechError, match="took longer"):
        await pool.answer(utterance("hang"))
    await pool.close()


async def test_worker_that_cannot_start_is_said_so() -> None:
    pool = WorkerPool((*FAKE, "broken"), workers=1, timeout=60.0)
    with pytest.raises(SpeechError, match="process died"):
        await pool.answer(utterance("yes"))
    await pool.close()


async def test_pool_that_cannot_start_is_not_ready() -> None:
    pool = WorkerPool(("tests.stt.no_such_worker",), workers=1, timeout=30.0)
    with pytest.raises(SpeechError, match="cannot start"):
        await pool.ready()
    await pool.close()


async def test_engine_error_is_the_utterance_s_own(pool: WorkerPool) -> None:
    with pytest.raises(SpeechError, match="no such word"):
        await pool.answer(utterance("fail"))
    assert len(pool.pids) == 2


async def test_whoever_stops_waiting_leaves_a_working_pool() -> None:
    pool = WorkerPool(FAKE, workers=1, timeout=60.0)
    dropped = asyncio.create_task(pool.answer(utterance("dropped")))
    await asyncio.sleep(0)
    dropped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dropped
    assert (await pool.answer(utterance("kept"))).text == "kept"
    await pool.close()


async def test_closing_ends_what_is_in_hand() -> None:
    pool = WorkerPool(FAKE, workers=1, timeout=60.0)
    hangs = asyncio.create_task(pool.answer(utterance("hang")))
    await asyncio.sleep(0)
    await pool.close()
    with pytest.raises(SpeechError):
        await hangs
    assert pool.pids == ()
