"""The sound of an utterance while it is spoken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from voicebot.media.frame import AudioFrame


class LiveSound:
    """Frames for a recogniser, as they come, until the utterance pauses."""

    def __init__(self, so_far: Iterable[AudioFrame]) -> None:
        self._frames: asyncio.Queue[AudioFrame | None] = asyncio.Queue()
        for frame in so_far:
            self._frames.put_nowait(frame)

    def put(self, frame: AudioFrame) -> None:
        """The next frame has come."""
        self._frames.put_nowait(frame)

    def end(self) -> None:
        """No more will come."""
        self._frames.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        while frame := await self._frames.get():
            yield frame
