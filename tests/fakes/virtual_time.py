"""Time that costs nothing: an event loop whose clock jumps to the next timer as soon as nobody has work.

Mark a test, or a whole module with ``pytestmark``, and its sleeps and deadlines run in microseconds and
always in the same order::

    @pytest.mark.virtual_time
    async def test_the_reminder_comes_after_a_minute():
        await asyncio.sleep(60)

``loop.time()`` starts at 0.0. Work in threads (``asyncio.to_thread``, ``run_in_executor``) takes no virtual
time: the clock stands still until it is done, so a thread must not wait for what only a timer would bring.
All else is asyncio itself. Sockets work, but bytes on their way through the kernel may come "later" than a
timer: tests with sockets keep the real clock.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar, TypeVarTuple

_Ts = TypeVarTuple("_Ts")
_T = TypeVar("_T")


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An asyncio loop for which waiting takes no time."""

    def __init__(self) -> None:
        self._now = 0.0
        self._working_threads = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    def jump(self, seconds: float) -> None:
        """Let time pass at once."""
        self._now += seconds

    @property
    def waits_for_a_thread(self) -> bool:
        """Whether some work of this loop is still running in a thread."""
        return self._working_threads > 0

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*_Ts], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        """Run in a thread, during which the clock stands still."""
        work = super().run_in_executor(executor, func, *args)
        self._working_threads += 1
        work.add_done_callback(self._thread_done)
        return work

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Wait for the threads to end, in real time: a deadline of virtual seconds would pass at once."""
        self._working_threads += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._working_threads -= 1

    def _thread_done(self, _: asyncio.Future[_T]) -> None:
        self._working_threads -= 1


class _JumpingSelector(selectors.DefaultSelector):
    """Where a real loop would wait for a timer, this one tells the clock that the time has passed."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or self._loop.waits_for_a_thread:
            return super().select(0 if timeout == 0 else None)
        ready = super().select(0)
        if not ready:
            self._loop.jump(timeout)
        return ready
