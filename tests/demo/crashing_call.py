"""A demo call in a process that dies by SIGKILL the moment the promise is said to be on disk.

python -m tests.demo.crashing_call VAR_DIR
"""

import asyncio
import os
import signal
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from rich.console import Console

from tests.fakes.virtual_time import VirtualTimeLoop
from voicebot.calls.events import CallEvent, PromiseKeptOnDisk
from voicebot.demo.call import DemoPlan, run_demo
from voicebot.dialogue.reading.loader import load_flow
from voicebot.live import LiveTranscript
from voicebot.media.frame import Band
from voicebot.settings import load_settings


def die_when_kept(_: LiveTranscript, event: CallEvent) -> None:
    if isinstance(event, PromiseKeptOnDisk):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    var_dir = Path(sys.argv[1])
    settings = load_settings(var_dir=var_dir)
    flow = load_flow(settings.flows_dir / "payment_reminder.yaml")
    plan = DemoPlan(
        flow, "en", Band.WIDE, Decimal("215"), date(2026, 12, 4), date(2026, 11, 23), var_dir / "demo"
    )
    LiveTranscript.follow = die_when_kept  # type: ignore[assignment, method-assign]
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(run_demo(settings, plan, Console()))
