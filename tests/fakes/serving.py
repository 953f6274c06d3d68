"""``voicebot serve`` in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "voicebot.example.yaml"
PATIENT = {
    "ARI__REQUEST_SECONDS": "60",
    "MEDIA__CONNECTING_SECONDS": "60",
    "TELEPHONY__MEDIA_SECONDS": "60",
    "STT__UTTERANCE_TIMEOUT": "60",
    "TTS__TIMEOUT": "30",
}
"""For a machine on which everything may take long."""


@asynccontextmanager
async def serving(*options: str, **environment: str) -> AsyncIterator[Process]:
    """With the settings of the example and, over them, ``VOICEBOT_`` variables without their prefix."""
    variables = {f"VOICEBOT_{name}": value for name, value in {**PATIENT, **environment}.items()}
    command = (sys.executable, "-m", "voicebot", "serve", "--config", str(EXAMPLE), *options)
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **variables}, stderr=PIPE)
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def logged(process: Process, name: str, **facts: object) -> dict[str, object]:
    """The next log event of that name and with these facts."""
    assert process.stderr is not None
    async for line in process.stderr:
        event: dict[str, object] = json.loads(line)
        if {"event": name, **facts}.items() <= event.items():
            return event
    raise AssertionError(f"the server ended without {name}")
