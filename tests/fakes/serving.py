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
from weakref import WeakKeyDictionary

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
    """The next log event of that name and with these facts; those passed over are kept for who asks later."""
    assert process.stderr is not None
    wanted = {"event": name, **facts}.items()
    passed = _PASSED.setdefault(process, [])
    for at, event in enumerate(passed):
        if wanted <= event.items():
            return passed.pop(at)
    async for line in process.stderr:
        event = _event(line)
        if wanted <= event.items():
            return event
        passed.append(event)
    raise AssertionError(f"the server ended without {name}: {passed}")


_PASSED: WeakKeyDictionary[Process, list[dict[str, object]]] = WeakKeyDictionary()


def _event(line: bytes) -> dict[str, object]:
    try:
        return dict(json.loads(line))
    except ValueError:
        return {"event": line.decode(errors="replace")}  # a traceback, or what a library says
