"""The workers' processes: started, watched, and replaced when they die or hang."""

from __future__ import annotations

import asyncio
import random
import socket
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from voicebot.errors import VoicebotError
from voicebot.front.link import Link, pair
from voicebot.front.messages import Beat, Brought, Door
from voicebot.telephony.ari_errors import AriReplacedError
from voicebot.telephony.reconnect import Backoff, ReconnectSettings

BEAT_SECONDS = 1.0
"""Between two signs of life."""
SILENT_BEATS = 10
"""So many missed in a row: its loop is stuck, and its callers hear nothing."""
AGAIN = ReconnectSettings(first_seconds=0.25, most_seconds=30.0, stable_seconds=60.0)
"""Waits before a worker is replaced: a second one that dies at once is waited for longer."""

log = structlog.get_logger(__name__)


class WorkerError(VoicebotError):
    """A worker cannot work, and another one could not either; it has said why."""

    def __init__(self, number: int, status: int) -> None:
        super().__init__(f"worker {number} ended with status {status}: its last line in the log says why")
        self.exit_status = status


@dataclass
class _Worker:
    process: Process
    link: Link
    was_ready: bool = False
    beating: bool = False
    silent: int = 0


@dataclass(frozen=True)
class Told:
    """Who hears of the workers."""

    beat: Callable[[int, Beat], None]
    gone: Callable[[int], None]
    """A worker is no more; its calls are nobody's."""
    replaced: Callable[[], None] = field(default=lambda: None)


class Workers:
    """Keeps ``count`` of them, numbered from 1, at work until ``stop``."""

    def __init__(
        self,
        count: int,
        command: Callable[[int, int], Sequence[str]],
        told: Told,
        *,
        silent: int = SILENT_BEATS,
    ) -> None:
        """``command`` makes a worker's command line from its number and the descriptor of its link."""
        self._numbers = range(1, count + 1)
        self._command = command
        self._told = told
        self._silent = silent
        self._workers: dict[int, _Worker] = {}
        self._stopping = asyncio.Event()
        self._proven = False
        """One has been ready: what ends another before it is ready may pass."""

    async def run(self) -> None:
        """Until all have ended after ``stop``.

        Raises:
            WorkerError: one cannot work at all.
        """
        watching = asyncio.create_task(self._watch())
        try:
            async with asyncio.TaskGroup() as keeping:
                for number in self._numbers:
                    keeping.create_task(self._keep(number))
        except* VoicebotError as failed:
            raise failed.exceptions[0] from None
        finally:
            watching.cancel()
            await asyncio.wait((watching,))

    def stop(self) -> None:
        """Tell all to finish their calls; none is replaced any more."""
        self._stopping.set()
        for worker in self._workers.values():
            with suppress(ProcessLookupError):
                worker.process.terminate()

    def bring(self, number: int, door: Door, connection: socket.socket) -> bool:
        """Give a connection to a worker; ``False`` if it takes none."""
        worker = self._workers.get(number)
        return worker is not None and worker.link.send(Brought(door=door), connection)

    # One worker after the other

    async def _keep(self, number: int) -> None:
        waits, loop = Backoff(AGAIN), asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            worker = self._workers[number] = await self._start(number)
            try:
                status = await worker.process.wait()
            finally:
                await self._bury(number, worker)
            stopped = self._stopping.is_set() and status == 0
            tell = log.info if stopped else log.warning
            tell("worker_ended", number=number, status=status, pid=worker.process.pid)
            self._told.gone(number)
            if self._stopping.is_set():
                return
            if status == AriReplacedError.exit_status or (status > 0 and not self._proven):
                raise WorkerError(number, status)
            waits = waits.after(loop.time() - began)
            self._told.replaced()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), waits.wait_seconds(random.random()))

    async def _start(self, number: int) -> _Worker:
        ours, its = pair()
        with its:
            command = self._command(number, its.fileno())
            process = await asyncio.create_subprocess_exec(*command, pass_fds=(its.fileno(),))
        log.info("worker_started", number=number, pid=process.pid)
        return _Worker(process, Link(ours, lambda data, _: self._take(number, data)))

    async def _bury(self, number: int, worker: _Worker) -> None:
        worker.link.close()
        del self._workers[number]
        if worker.process.returncode is None:  # we are cancelled, and nobody would look after it
            worker.process.kill()
            await worker.process.wait()

    def _take(self, number: int, data: bytes) -> None:
        beat, worker = Beat.model_validate_json(data), self._workers[number]
        if beat.ready and not worker.was_ready:
            log.info("worker_ready", number=number)
        worker.was_ready |= beat.ready
        self._proven |= beat.ready
        worker.beating, worker.silent = True, 0
        self._told.beat(number, beat)

    async def _watch(self) -> None:
        """Count beats of our own in place of seconds: a machine that stood still has missed none."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            for number, worker in self._workers.items():
                worker.silent += worker.beating
                if worker.silent == self._silent:
                    log.error("worker_hangs", number=number, pid=worker.process.pid)
                    worker.process.kill()
