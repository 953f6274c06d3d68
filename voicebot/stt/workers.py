"""Processes that decode utterances one at a time, replaced when they die or take too long."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe

import structlog

from voicebot.errors import SpeechError
from voicebot.stt.jobs import Answer, Job

log = structlog.get_logger(__name__)

START_TIMEOUT = 60.0
"""Seconds a worker may take to load its models, on a machine that is busy with calls."""


class _Worker:
    """One process and the socket to it. A fresh interpreter, not a fork: threads and locks stay behind."""

    def __init__(self, command: tuple[str, ...]) -> None:
        module, *arguments = command
        self._connection, other_end = Pipe()
        descriptor = other_end.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(descriptor), *arguments], pass_fds=[descriptor]
        )
        other_end.close()
        self._ready = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def dead(self) -> bool:
        return self._process.poll() is not None

    def answer(self, job: Job) -> Answer:
        """Blocks until the job is done; raises EOFError or OSError when the process is gone."""
        self._connection.send(job)
        return self._receive()

    def wait_until_ready(self) -> None:
        """Blocks until the models are loaded; raises EOFError or OSError when they cannot be."""
        if not self._ready:
            self._receive()
            self._ready = True

    def kill(self) -> None:
        """Ends the process at once, and with it whoever blocks on it."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Gives the socket back. Not while a thread may still be reading it: another file could get its
        number."""
        self._connection.close()

    def _receive(self) -> Answer:
        answer: Answer = self._connection.recv()
        return answer


class WorkerPool:
    """Gives each utterance to the next idle worker.

    A worker that dies, or takes longer than ``timeout`` seconds, fails the utterance in hand and no other.
    """

    def __init__(self, command: tuple[str, ...], *, workers: int, timeout: float) -> None:
        """Starts the workers at once, so that their models are loaded when the first caller speaks.

        Args:
            command: the module to run and its arguments; it gets a socket's descriptor before them.
            workers: how many.
            timeout: seconds for one utterance.
        """
        self._command = command
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="recognizer")
        self._workers = {_Worker(command) for _ in range(workers)}
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        for worker in self._workers:
            self._idle.put_nowait(worker)
        self._jobs: set[asyncio.Task[Answer]] = set()
        self._closed = False

    @property
    def pids(self) -> tuple[int, ...]:
        """The workers' process ids."""
        return tuple(worker.pid for worker in self._workers)

    async def ready(self) -> None:
        """Wait until a worker has loaded its models.

        Raises:
            SpeechError: it cannot.
        """
        worker = await self._idle.get()
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, worker.wait_until_ready)
        except (EOFError, OSError) as error:
            raise SpeechError(
                "the recogniser cannot start: its process says why above; ./scripts/run mends an installation"
            ) from error
        finally:
            self._idle.put_nowait(worker)

    async def answer(self, job: Job) -> Answer:
        """The worker's answer. Whoever stops waiting leaves the worker to finish, and harms nobody.

        Raises:
            SpeechError: the worker died, took too long, or could not decode the utterance.
        """
        worker = await self._idle_worker()
        task = asyncio.create_task(self._work(worker, job), name="decode utterance")
        self._jobs.add(task)
        task.add_done_callback(self._done)
        answer = await asyncio.shield(task)
        if answer.error:
            raise SpeechError(answer.error)
        return answer

    async def close(self) -> None:
        """Ends every worker, and with SpeechError whatever utterance they have in hand."""
        self._closed = True
        for worker in self._workers:
            worker.kill()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        self._threads.shutdown()
        while self._workers:
            self._workers.pop().close()

    async def _idle_worker(self) -> _Worker:
        """The next idle worker; one that died idly is replaced before it costs an utterance."""
        worker = await self._idle.get()
        return self._replacement(worker, reason="died idly") if worker.dead else worker

    async def _work(self, worker: _Worker, job: Job) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await loop.run_in_executor(self._threads, worker.wait_until_ready)
            async with asyncio.timeout(self._timeout):
                answer = await loop.run_in_executor(self._threads, worker.answer, job)
        except TimeoutError:
            self._give_back(worker, lost="too slow")
            raise SpeechError(
                f"the recogniser took longer than {self._timeout:g} s: see stt.utterance_timeout"
            ) from None
        except (EOFError, OSError) as error:
            self._give_back(worker, lost="died")
            raise SpeechError("the recogniser's process died: the caller will be asked again") from error
        self._give_back(worker)
        return answer

    def _give_back(self, worker: _Worker, *, lost: str = "") -> None:
        if not self._closed:
            self._idle.put_nowait(self._replacement(worker, reason=lost) if lost else worker)

    def _replacement(self, worker: _Worker, *, reason: str) -> _Worker:
        log.warning("recognizer_worker_replaced", reason=reason, pid=worker.pid)
        worker.kill()
        self._workers.discard(worker)
        fresh = _Worker(self._command)
        self._workers.add(fresh)
        return fresh

    def _done(self, task: asyncio.Task[Answer]) -> None:
        self._jobs.discard(task)
        if not task.cancelled():
            task.exception()  # somebody who stopped waiting need not hear of it
