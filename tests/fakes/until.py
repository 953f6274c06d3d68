"""Waiting for what another task or the other end of a socket brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 240.0
"""Seconds for a scene with real processes: many times what it takes, on a slow machine too. Less than the
time-out of pytest, so that what a scene has opened is closed again."""


async def until(condition: Callable[[], object]) -> None:
    """Wait for it, however slow the machine is; the test's own time-out ends what never comes."""
    while not condition():  # noqa: ASYNC110  # nobody could set an event: the condition is the test's own
        await asyncio.sleep(0.001)
