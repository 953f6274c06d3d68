import asyncio
import signal
import sys
import wave
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from voicebot.disposition import Disposition, PromiseToPay
from voicebot.settings import load_settings
from voicebot.store.sql import SqlStore

pytestmark = [pytest.mark.engine, pytest.mark.call]


async def test_kill_minus_nine_in_mid_call_loses_no_confirmed_promise(tmp_path: Path) -> None:
    call = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.demo.crashing_call", str(tmp_path), stdout=asyncio.subprocess.DEVNULL
    )
    assert await call.wait() == -signal.SIGKILL

    store = SqlStore(load_settings(var_dir=tmp_path).store_url)
    await store.open()
    try:
        ((call_id, promise),) = (await store.promises()).items()
        assert promise == PromiseToPay(Decimal("215"), "USD", date(2026, 12, 4))
        assert await store.close_interrupted() == 1
        assert await store.close_interrupted() == 0
        record = await store.find_call(call_id)
        assert record is not None
        assert record.disposition is Disposition.RPC_PARTIAL_PROMISE
    finally:
        await store.close()


async def test_the_recording_of_a_killed_call_still_plays(tmp_path: Path) -> None:
    call = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.demo.crashing_call", str(tmp_path), stdout=asyncio.subprocess.DEVNULL
    )
    await call.wait()

    (path,) = (tmp_path / "demo").glob("*.wav")
    with wave.open(str(path)) as sound:
        assert sound.getnframes() / sound.getframerate() > 20
