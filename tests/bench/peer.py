"""An AudioSocket peer as Asterisk is one: a call identity, then 20 ms of sound every 20 ms."""

from __future__ import annotations

import asyncio
import struct
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import numpy as np

FRAME = 320
LOUD = 1500


class Peer:
    """One call to a server on the loopback address."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._to_say = b""
        self.loud = asyncio.Event()
        """The bot is audible."""

    @classmethod
    @asynccontextmanager
    async def calling(cls, port: int) -> AsyncIterator[Self]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        peer = cls(reader, writer)
        peer.send(0x01, uuid.uuid4().bytes)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(peer._speak()), tasks.create_task(peer._listen())]
            yield peer
            for task in running:
                task.cancel()
        writer.close()

    def send(self, kind: int, payload: bytes) -> None:
        self._writer.write(struct.pack(">BH", kind, len(payload)) + payload)

    def say(self, pcm: bytes) -> None:
        """Speak 8 kHz sound."""
        self._to_say += pcm

    async def answered(self) -> None:
        """Wait until the bot is heard from now on."""
        self.loud.clear()
        await self.loud.wait()

    async def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            frame, self._to_say = self._to_say[:FRAME], self._to_say[FRAME:]
            self.send(0x10, frame.ljust(FRAME, b"\0"))
            due += 0.02
            await asyncio.sleep(due - loop.time())

    async def _listen(self) -> None:
        while True:
            kind, length = struct.unpack(">BH", await self._reader.readexactly(3))
            sound = np.frombuffer(await self._reader.readexactly(length), "<i2")
            assert kind == 0x10
            if np.abs(sound.astype(int)).max() > LOUD:
                self.loud.set()
