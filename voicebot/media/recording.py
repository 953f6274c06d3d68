"""Both sides of a call on disk, while it runs."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path
from struct import pack
from typing import BinaryIO

import numpy as np
import structlog

from voicebot.media.frame import BYTES_PER_SAMPLE, AudioFrame

WRITE_SECONDS = 1.0
"""Sound collected before it goes to disk."""
BOT_LAG_SECONDS = 0.1
"""The bot's leg may be this far behind the caller's before it is filled up: frames were given up."""
CALLER_LAG_SECONDS = 2.0
"""The caller's leg may be this far behind before it is filled: the peer sends nothing, rather than late."""
DISK_LAG_SECONDS = 60.0
"""Sound kept in memory for a disk that does not answer, before recording stops."""

log = structlog.get_logger()


class StereoRecording:
    """A 16-bit WAV file: the caller left, the bot right, aligned by the caller's audio clock.

    Sound is written by a worker thread about once a second, and the file is playable after each write, even
    if the process is killed. A disk that fails costs the recording, never the call.
    """

    def __init__(self, path: Path, rate: int, *, executor: Executor | None = None) -> None:
        self._file = _WavFile(path, rate)
        self._bytes_per_second = rate * BYTES_PER_SAMPLE
        self._executor = executor
        self._caller = bytearray()
        self._bot = bytearray()
        self._writing: asyncio.Future[None] | None = None
        self._stopped = False

    def caller(self, frame: AudioFrame) -> None:
        """Add what the caller said."""
        self._add(self._caller, frame.pcm)

    def bot(self, pcm: bytes) -> None:
        """Add what the bot sent, silence included."""
        self._add(self._bot, pcm)

    async def close(self) -> None:
        """Write what is left."""
        await self._written()
        if not self._stopped:
            self._level(0, 0)
            self._write()
            await self._written()
        await asyncio.get_running_loop().run_in_executor(self._executor, self._file.close)
        self._stopped = True

    def _add(self, leg: bytearray, pcm: bytes) -> None:
        if self._stopped:
            return
        leg += pcm
        if len(leg) >= WRITE_SECONDS * self._bytes_per_second:
            self._write_soon(len(leg))

    def _write_soon(self, size: int) -> None:
        if self._writing is None:
            self._level(BOT_LAG_SECONDS, CALLER_LAG_SECONDS)
            self._write()
        elif size > DISK_LAG_SECONDS * self._bytes_per_second:
            self._stop("the disk is too slow")

    def _level(self, bot_lag: float, caller_lag: float) -> None:
        """Fill up the leg that lags more than it may."""
        caller_ahead = len(self._caller) - len(self._bot)
        if caller_ahead > bot_lag * self._bytes_per_second:
            self._bot += bytes(caller_ahead)
        elif -caller_ahead > caller_lag * self._bytes_per_second:
            self._caller += bytes(-caller_ahead)

    def _write(self) -> None:
        """Send what both legs have to the worker thread."""
        ready = min(len(self._caller), len(self._bot))
        if not ready:
            return
        caller, bot = bytes(self._caller[:ready]), bytes(self._bot[:ready])
        del self._caller[:ready], self._bot[:ready]
        loop = asyncio.get_running_loop()
        self._writing = loop.run_in_executor(self._executor, self._file.append, caller, bot)
        self._writing.add_done_callback(self._wrote)

    def _wrote(self, writing: asyncio.Future[None]) -> None:
        self._writing = None
        if not writing.cancelled() and (error := writing.exception()):
            self._stop(str(error))

    async def _written(self) -> None:
        if self._writing is not None:
            await asyncio.wait([self._writing])

    def _stop(self, reason: str) -> None:
        self._stopped = True
        self._caller.clear()
        self._bot.clear()
        log.warning(
            "recording_stopped",
            path=str(self._file.path),
            reason=reason,
            check="free space and write permission of the folder; the call goes on unrecorded",
        )


class _WavFile:
    """A WAV file that grows, with a header that is right after every write. Used by one thread at a time."""

    def __init__(self, path: Path, rate: int) -> None:
        self.path = path
        self._rate = rate
        self._file: BinaryIO | None = None
        self._size = 0

    def append(self, left: bytes, right: bytes) -> None:
        """Write sound first and its length after it: a crash in between loses the last second only."""
        file = self._file or self._create()
        stereo = np.stack((np.frombuffer(left, "<i2"), np.frombuffer(right, "<i2")), axis=1).tobytes()
        file.seek(_HEADER_BYTES + self._size)
        file.write(stereo)
        file.flush()
        self._size += len(stereo)
        file.seek(0)
        file.write(_wav_header(self._rate, self._size))
        file.flush()

    def close(self) -> None:
        """Close the file; what a full disk refused has been reported before."""
        if self._file:
            with suppress(OSError):
                self._file.close()

    def _create(self) -> BinaryIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("wb")
        return self._file


_CHANNELS = 2
_HEADER_BYTES = 44


def _wav_header(rate: int, size: int) -> bytes:
    """RIFF header of 16-bit stereo PCM."""
    block = _CHANNELS * BYTES_PER_SAMPLE
    form = pack("<HHIIHH", 1, _CHANNELS, rate, rate * block, block, 8 * BYTES_PER_SAMPLE)
    return (
        pack("<4sI4s", b"RIFF", size + _HEADER_BYTES - 8, b"WAVE")
        + pack("<4sI", b"fmt ", len(form))
        + form
        + pack("<4sI", b"data", size)
    )
