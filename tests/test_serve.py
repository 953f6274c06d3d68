import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bench.peer import Peer
from tests.fakes.serving import Served, serving_example
from tests.fakes.until import PATIENCE
from voicebot.settings import load_settings
from voicebot.store.sql import SqlStore

pytestmark = [pytest.mark.engine, pytest.mark.call]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving_example(VAR_DIR=str(tmp_path), AUDIOSOCKET__PORT="0") as served:
        yield served


async def test_a_call_is_answered_recorded_and_allowed_to_finish_when_the_server_stops(
    server: Served, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE):
        listening = await server.says("audiosocket_listening")
        async with Peer.calling(int(str(listening["port"]))) as caller:
            await caller.answered()
            server.terminate()
            await server.says("draining")
            await caller.answered()  # the bot goes on talking
            caller.send(0x00, b"")
        ended = await server.says("call_recorded")
        assert await server.ends() == 0

    store = SqlStore(load_settings(var_dir=tmp_path).store_url)
    await store.open()
    record = await store.find_call(str(ended["call_id"]))
    await store.close()
    assert record is not None
    assert record.turns[0].text.startswith("Hello. I am an automated assistant")
    assert (tmp_path / "recordings" / f"{record.call_id}.wav").exists()


async def test_a_server_without_facts_does_not_start(tmp_path: Path) -> None:
    environment = {**os.environ, "VOICEBOT_VAR_DIR": str(tmp_path), "VOICEBOT_AUDIOSOCKET__PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voicebot", "serve"), env=environment, stderr=PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert b"first_name" in said
    assert b"Traceback" not in said


async def test_a_server_does_not_answer_in_spanish_on_a_recogniser_for_demonstrations(tmp_path: Path) -> None:
    environment = {**os.environ, "VOICEBOT_VAR_DIR": str(tmp_path), "VOICEBOT_INBOUND__LANGUAGE": "es"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voicebot", "serve"), env=environment, stderr=PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert b"stt.allow_demo_grade: true" in said
    assert b"Traceback" not in said


async def test_what_a_natural_voice_says_to_everybody_is_made_beside_the_calls(tmp_path: Path) -> None:
    for package in ("piper", "onnx"):
        pytest.importorskip(package, reason=f"{package} is not installed: ./scripts/test does it")
    from tests.fakes.tiny_voice import build_tiny_piper

    voice = {"engine": "piper", "name": str(build_tiny_piper(tmp_path / "voice"))}
    told = {"VAR_DIR": str(tmp_path), "AUDIOSOCKET__PORT": "0", "TTS__VOICES": json.dumps({"en": voice})}
    async with asyncio.timeout(PATIENCE), serving_example(**told) as server:
        made = (await server.says("prompts_ready"))["made"]
    assert int(str(made)) > 50
    kept = list((tmp_path / "cache" / "prompts").iterdir())
    assert len(kept) == 2 * int(str(made))  # for narrow and wide lines
