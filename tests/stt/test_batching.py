from __future__ import annotations

import asyncio

import pytest

from voicebot.errors import SpeechError
from voicebot.stt.batching import Batcher

pytestmark = pytest.mark.virtual_time


class SlowModel:
    """Takes a second for a batch, whatever its size, and remembers what was in it."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    async def decode(self, jobs: list[str]) -> list[str]:
        self.batches.append(jobs)
        await asyncio.sleep(1.0)
        if "break" in jobs:
            raise SpeechError("out of memory")
        return [job.upper() for job in jobs]


def batcher(model: SlowModel, *, batch: int = 4, waiting: int = 8, timeout: float = 5.0) -> Batcher[str, str]:
    return Batcher(model.decode, batch=batch, waiting=waiting, timeout=timeout, alike=len)


async def test_lone_utterance_does_not_wait_for_company() -> None:
    model = SlowModel()
    assert await batcher(model).answer("yes") == "YES"
    assert asyncio.get_running_loop().time() == 1.0


async def test_those_who_come_while_the_model_is_busy_share_the_next_run() -> None:
    model = SlowModel()
    queue = batcher(model)
    assert await asyncio.gather(*map(queue.answer, ["one", "two", "six", "ten"])) == [
        "ONE",
        "TWO",
        "SIX",
        "TEN",
    ]
    assert model.batches == [["one", "two", "six", "ten"]]
    later = [asyncio.create_task(queue.answer("two"))]
    await asyncio.sleep(0.5)
    later += [asyncio.create_task(queue.answer(text)) for text in ("ten", "six")]
    await asyncio.gather(*later)
    assert model.batches[1:] == [["two"], ["ten", "six"]]


async def test_batch_has_its_limit_and_only_what_is_alike_in_it() -> None:
    model = SlowModel()
    queue = batcher(model, batch=2)
    await asyncio.gather(*map(queue.answer, ["one", "three", "two", "six", "seven"]))
    assert model.batches == [["one", "two"], ["three", "seven"], ["six"]]


async def test_full_queue_fails_at_once() -> None:
    queue = batcher(SlowModel(), waiting=2)
    waiting = [asyncio.create_task(queue.answer(text)) for text in ("one", "two")]
    await asyncio.sleep(0)
    with pytest.raises(SpeechError, match="2 utterances wait"):
        await queue.answer("three")
    assert asyncio.get_running_loop().time() == 0.0
    assert await asyncio.gather(*waiting) == ["ONE", "TWO"]


async def test_answer_that_comes_too_late_fails_and_the_next_is_heard() -> None:
    model = SlowModel()
    queue = batcher(model, batch=1, timeout=1.6)
    first, second = (asyncio.create_task(queue.answer(text)) for text in ("one", "two"))
    assert await first == "ONE"
    with pytest.raises(SpeechError, match=r"within 1\.6 s"):
        await second
    assert await queue.answer("ten") == "TEN"


async def test_utterance_whose_deadline_passed_in_the_queue_is_never_decoded() -> None:
    model = SlowModel()
    queue = batcher(model, batch=1, timeout=1.0)
    results = await asyncio.gather(*map(queue.answer, ["one", "two", "six"]), return_exceptions=True)
    assert all(isinstance(result, SpeechError) for result in results[1:])
    assert ["six"] not in model.batches


async def test_speculation_that_is_dropped_costs_the_model_nothing() -> None:
    model = SlowModel()
    queue = batcher(model)
    kept = asyncio.create_task(queue.answer("kept"))
    await asyncio.sleep(0.5)
    dropped = asyncio.create_task(queue.answer("drop"))
    await asyncio.sleep(0)
    dropped.cancel()
    assert await kept == "KEPT"
    assert await queue.answer("next") == "NEXT"
    assert model.batches == [["kept"], ["next"]]


async def test_utterance_dropped_while_it_is_decoded_harms_nobody() -> None:
    model = SlowModel()
    queue = batcher(model)
    dropped, kept = (asyncio.create_task(queue.answer(text)) for text in ("drop", "kept"))
    await asyncio.sleep(0.5)
    dropped.cancel()
    assert await kept == "KEPT"


async def test_model_that_fails_fails_its_batch_and_no_other() -> None:
    queue = batcher(SlowModel())
    with pytest.raises(SpeechError, match="out of memory"):
        await queue.answer("break")
    assert await queue.answer("again") == "AGAIN"


async def test_closing_fails_those_who_wait_and_finishes_the_run() -> None:
    queue = batcher(SlowModel(), batch=1)
    first, second = (asyncio.create_task(queue.answer(text)) for text in ("one", "two"))
    await asyncio.sleep(0.5)
    await queue.close()
    assert await first == "ONE"
    with pytest.raises(SpeechError, match="closed"):
        await second
    with pytest.raises(SpeechError):
        await queue.answer("ten")
