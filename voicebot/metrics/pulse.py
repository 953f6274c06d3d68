"""Whether the process keeps up: what stops every call at once."""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from typing import Any

from voicebot.metrics.catalogue import GC_PAUSE_SECONDS, LOOP_LAG_SECONDS
from voicebot.metrics.panel import Panel

PERIOD = 0.1
"""Seconds between two looks."""


class Pulse:
    """Notes how late the event loop is, and the garbage collector's passes, from ``start`` to ``stop``."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        # The collector may run in the middle of the panel's own work: its passes wait here.
        self._passes: deque[tuple[float, int]] = deque(maxlen=1000)
        self._pass_began = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Look from now on."""
        gc.callbacks.append(self._on_pass)
        self._look_again()

    def stop(self) -> None:
        """Look no more."""
        gc.callbacks.remove(self._on_pass)
        if self._timer:
            self._timer.cancel()

    def _look_again(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(PERIOD, self._look, loop.time() + PERIOD)

    def _look(self, due: float) -> None:
        self._panel.observe(LOOP_LAG_SECONDS, max(0.0, asyncio.get_running_loop().time() - due))
        while self._passes:
            seconds, generation = self._passes.popleft()
            self._panel.observe(GC_PAUSE_SECONDS, seconds, str(generation))
        self._look_again()

    def _on_pass(self, phase: str, facts: dict[str, Any]) -> None:
        if phase == "start":
            self._pass_began = time.perf_counter()
        else:
            self._passes.append((time.perf_counter() - self._pass_began, facts["generation"]))
