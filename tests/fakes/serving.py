"""``voicebot serve`` in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[2] / "docs" / "voicebot.example.yaml"
PATIENT = {
    "ARI__REQUEST_SECONDS": "60",
    "MEDIA__CONNECTING_SECONDS": "60",
    "TELEPHONY__MEDIA_SECONDS": "60",
    "STT__UTTERANCE_TIMEOUT": "60",
    "TTS__TIMEOUT": "30",
}
"""For a machine on which everything may take long."""


class Served:
    """A server that runs, and what it says."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._said: list[dict[str, Any]] = []
        """Its log, as far as nobody has asked for it yet."""
        self.last_words = b""
        """What it wrote besides: a traceback, or what a library says."""
        self._news = asyncio.Event()
        self._listening = asyncio.create_task(self._listen())
        self._listening.add_done_callback(lambda _: self._news.set())

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def says(self, event: str, **facts: object) -> dict[str, Any]:
        """The next log event of that name and with these facts; others are kept for who asks later."""
        wanted = {"event": event, **facts}.items()
        while True:
            for at, line in enumerate(self._said):
                if wanted <= line.items():
                    return self._said.pop(at)
            assert not self._listening.done(), (
                f"it ended without {event}: {self._said} {self.last_words.decode()}"
            )
            self._news.clear()
            await self._news.wait()

    def kill(self) -> None:
        """As the kernel does when memory is short."""
        self._process.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """As a service manager ends it."""
        self._process.terminate()

    async def ends(self) -> int:
        """Wait for its end and its last words; the exit status."""
        await asyncio.wait((self._listening,))
        return await self._process.wait()

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            if line.startswith(b"{"):
                self._said.append(json.loads(line))
            else:
                self.last_words += line
            self._news.set()


@asynccontextmanager
async def serving(config: Path, *options: str, **environment: str) -> AsyncIterator[Served]:
    """With the settings of a file and, over them, ``VOICEBOT_`` variables without their prefix; killed at the
    end of the scene."""
    variables = {f"VOICEBOT_{name}": value for name, value in environment.items()}
    command = (sys.executable, "-m", "voicebot", "serve", "--config", str(config), *options)
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **variables}, stderr=PIPE)
    served = Served(process)
    try:
        yield served
    finally:
        if served.running:
            served.kill()
        await served.ends()


def serving_example(*options: str, **environment: str) -> AbstractAsyncContextManager[Served]:
    """With the settings of the example, patiently."""
    return serving(EXAMPLE, *options, **{**PATIENT, **environment})
