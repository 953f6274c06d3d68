"""Utterances that wait for the same model are decoded together, and none waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from voicebot.errors import SpeechError

JobT = TypeVar("JobT")
AnswerT = TypeVar("AnswerT")


class Waiting(Generic[JobT, AnswerT]):
    """An utterance and the answer to come."""

    def __init__(self, job: JobT) -> None:
        self.job = job
        self.answer: asyncio.Future[AnswerT] = asyncio.get_running_loop().create_future()


class Batcher(Generic[JobT, AnswerT]):
    """Gives a model the oldest utterance, and with it those that may share a run.

    Whoever stops waiting is forgotten, unless the model is already at it. A full queue and an answer that
    comes too late fail, so that the caller is asked again, or by keypad, instead of hearing silence.
    """

    def __init__(
        self,
        decode: Callable[[list[JobT]], Awaitable[Sequence[AnswerT]]],
        *,
        batch: int,
        waiting: int,
        timeout: float,
        alike: Callable[[JobT], Hashable] = lambda job: None,
    ) -> None:
        """Ready at once, idle until the first utterance.

        Args:
            decode: answers up to ``batch`` jobs in their order; it is called again only when it has returned.
            batch: the most jobs of one run.
            waiting: the most jobs that wait for a run.
            timeout: seconds from the coming of an utterance to its answer.
            alike: jobs for which it says the same may share a run.
        """
        self._decode = decode
        self._batch = batch
        self._most_waiting = waiting
        self._timeout = timeout
        self._alike = alike
        self._waiting: list[Waiting[JobT, AnswerT]] = []
        self._runs: asyncio.Task[None] | None = None
        self._closed = False

    async def answer(self, job: JobT) -> AnswerT:
        """The model's answer.

        Raises:
            SpeechError: too many wait already, the answer took too long, or the recogniser is closed.
        """
        if self._closed:
            raise SpeechError("the recogniser is closed")
        if len(self._waiting) >= self._most_waiting:
            raise SpeechError(
                f"{len(self._waiting)} utterances wait for the recogniser already: take fewer calls, a"
                " smaller stt.model, or more stt.threads"
            )
        waiting = Waiting[JobT, AnswerT](job)
        self._waiting.append(waiting)
        self._start()
        try:
            async with asyncio.timeout(self._timeout):
                return await waiting.answer
        except TimeoutError:
            raise SpeechError(
                f"no words within {self._timeout:g} s (stt.utterance_timeout): take fewer calls, a smaller"
                " stt.model, or more stt.threads"
            ) from None
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    async def close(self) -> None:
        """Take nothing more; who waits gets SpeechError, and a run under way is waited for."""
        self._closed = True
        waiting, self._waiting = self._waiting, []
        self._fail(waiting, SpeechError("the recogniser is closed"))
        if self._runs:
            await self._runs

    def _start(self) -> None:
        if self._runs is None or self._runs.done():
            self._runs = asyncio.create_task(self._run(), name="decode utterances")

    async def _run(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            try:
                answers = await self._decode([waiting.job for waiting in batch])
            except Exception as error:  # whatever it is, those who wait must hear of it
                self._fail(batch, error)
                continue
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)

    def _next_batch(self) -> list[Waiting[JobT, AnswerT]]:
        kind = self._alike(self._waiting[0].job)
        batch = [waiting for waiting in self._waiting if self._alike(waiting.job) == kind][: self._batch]
        self._waiting = [waiting for waiting in self._waiting if waiting not in batch]
        return batch

    def _fail(self, batch: list[Waiting[JobT, AnswerT]], error: Exception) -> None:
        for waiting in batch:
            if not waiting.answer.done():
                waiting.answer.set_exception(error)
