"""A worker without engines: it lives, and does what the test asks of it by a file's name."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from pathlib import Path

from voicebot.front.worker import Front


async def work(number: int, end: socket.socket, folder: Path) -> None:
    if (folder / "broken").exists():
        sys.exit(1)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    front = Front(number, end)
    living = asyncio.create_task(front.keep(stopping))
    await asyncio.sleep(0)
    front.ready()
    hang = folder / f"hang-{number}"
    while not stopping.is_set():
        if hang.exists():
            hang.unlink()
            time.sleep(600)  # noqa: ASYNC251  # the fault that is tested: a loop that is stuck
        await asyncio.sleep(0.02)
    living.cancel()


if __name__ == "__main__":
    asyncio.run(work(int(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])), Path(sys.argv[3])))
