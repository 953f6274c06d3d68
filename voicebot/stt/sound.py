"""Utterances while they are still being spoken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress

from voicebot.media.frame import AudioFrame


class Sound:
    """An utterance that several may listen to, each from its beginning; whoever opens it closes it."""

    def __init__(self, source: AsyncIterable[AudioFrame]) -> None:
        self._frames: list[AudioFrame] = []
        self._news = asyncio.Event()
        self._keeping = asyncio.create_task(self._keep(source), name="keep utterance")

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """All frames from the first on, to the end of the utterance."""
        heard = 0
        while True:
            self._news.clear()
            while heard < len(self._frames):
                heard += 1
                yield self._frames[heard - 1]
            if self._keeping.done():
                self._keeping.result()
                return
            await self._news.wait()

    @contextmanager
    def at_end(self, tell: Callable[[], None]) -> Iterator[None]:
        """Have ``tell`` called when the utterance has ended, now if that has been."""

        def told(_: asyncio.Task[None]) -> None:
            tell()

        if self._keeping.done():
            tell()
        else:
            self._keeping.add_done_callback(told)
        try:
            yield
        finally:
            self._keeping.remove_done_callback(told)

    async def close(self) -> None:
        """Listen no longer."""
        self._keeping.cancel()
        with suppress(asyncio.CancelledError):
            await self._keeping

    async def _keep(self, source: AsyncIterable[AudioFrame]) -> None:
        try:
            async for frame in source:
                self._frames.append(frame)
                self._news.set()
        finally:
            self._news.set()


class Measured:
    """An utterance that begins with ``first``, and how much of it has gone by."""

    def __init__(self, first: AudioFrame, others: AsyncIterator[AudioFrame]) -> None:
        self._first = self._last = first
        self._others = others

    @property
    def rate(self) -> int:
        """Hertz."""
        return self._first.rate

    @property
    def seconds(self) -> float:
        """Length of what has gone by."""
        return self._last.ends_at - self._first.at

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """All frames; once."""
        yield self._first
        async for frame in self._others:
            self._last = frame
            yield frame


async def measured(audio: AsyncIterable[AudioFrame]) -> Measured | None:
    """The utterance as soon as it begins; ``None`` when it ends without a frame."""
    frames = aiter(audio)
    first = await anext(frames, None)
    return Measured(first, frames) if first else None
