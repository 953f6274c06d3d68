import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from voicebot.bench.mix import Way

pytestmark = [pytest.mark.engine, pytest.mark.call]


async def bench(*words: str, folder: Path) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voicebot", "bench", "calls", *words),
        env={**os.environ, "VOICEBOT_VAR_DIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode(), complained.decode()


async def test_callers_speak_break_in_and_type_and_the_figures_are_told(tmp_path: Path) -> None:
    _, said, _ = await bench("-n", "2", "--mix", "barge,dtmf", "--json", folder=tmp_path)
    figures = json.loads(said)
    assert (figures["calls"], figures["failed"], figures["turns"]) == (2, 0, 4)
    assert figures["cost"]["cpu_seconds_per_call_minute"] > 0


async def test_calls_come_over_chan_websocket_as_well(tmp_path: Path) -> None:
    way = ("--way", "chan_websocket")
    _, said, _ = await bench("-n", "2", *way, "--mix", "barge,dtmf", "--json", folder=tmp_path)
    figures = json.loads(said)
    assert (figures["calls"], figures["failed"], figures["turns"]) == (2, 0, 4)
    assert "barge_stop_ms" in figures  # on a busy machine a bot may talk on


@pytest.mark.parametrize("way", list(Way))
async def test_workers_hold_the_calls_that_a_front_hands_out(way: Way, tmp_path: Path) -> None:
    by_two = ("--workers", "2", "--way", way)
    _, said, _ = await bench("-n", "2", *by_two, "--mix", "say", "--json", folder=tmp_path)
    figures = json.loads(said)
    assert (figures["calls"], figures["failed"], figures["turns"]) == (2, 0, 2)


async def test_a_target_that_is_not_there_is_told(tmp_path: Path) -> None:
    code, _, complained = await bench("-n", "1", "--target", "127.0.0.1:1", folder=tmp_path)
    assert code == 1
    assert "1 calls broke off: no connection" in complained
