"""A model in memory that one thread works with, so that calls go on beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

ModelT = TypeVar("ModelT")
ResultT = TypeVar("ResultT")


class ModelThread(Generic[ModelT]):
    """Loads a model and does what is asked of it, one thing after the other.

    A thread, and not a process as for pocketsphinx: CTranslate2 and onnxruntime let go of the interpreter
    while they compute. Measured with Whisper, a process of its own made the calls no more punctual.
    """

    def __init__(self, load: Callable[[], ModelT], *, name: str) -> None:
        """Begins to load at once."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._loaded = self._thread.submit(load)

    async def model(self) -> ModelT:
        """The model, once it is in memory; raises what ``load`` raised."""
        # Shielded: a caller who hangs up meanwhile must not cancel the loading.
        return await asyncio.shield(asyncio.wrap_future(self._loaded))

    async def run(self, work: Callable[[ModelT], ResultT]) -> ResultT:
        """What ``work`` makes of the model, in the thread."""
        model = await self.model()
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, model)

    def close(self) -> None:
        """Let go of the model after what is under way."""
        self._thread.shutdown(wait=False, cancel_futures=True)
