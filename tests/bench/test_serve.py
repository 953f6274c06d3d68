import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bench.peer import Peer
from tests.fakes.until import PATIENCE
from voicebot.tts.cache import PromptCache
from voicebot.tts.espeak import EspeakSynthesizer
from voicebot.tts.settings import TtsSettings

pytestmark = [pytest.mark.engine, pytest.mark.call]


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voicebot", "bench", "serve", "--port", "0"),
        env={**os.environ, "VOICEBOT_VAR_DIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    ready = re.fullmatch(rb"ready on 127\.0\.0\.1:(\d+)\n", await server.stdout.readline())
    assert ready is not None
    yield int(ready[1])
    server.terminate()
    await server.wait()


async def spoken(text: str, folder: Path) -> bytes:
    settings = TtsSettings()
    synthesizer = EspeakSynthesizer()
    try:
        prompts = PromptCache(synthesizer, folder, settings)
        return await prompts.render(text, voice=settings.voice("en"), rate=8000)
    finally:
        await synthesizer.close()


async def test_a_spoken_sentence_is_answered_and_garbage_elsewhere_changes_nothing(
    port: int, tmp_path: Path
) -> None:
    sentence = await spoken("yes I can pay next friday", tmp_path)
    async with asyncio.timeout(PATIENCE), Peer.calling(port) as good:
        await good.answered()  # the greeting
        _, garbage = await asyncio.open_connection("127.0.0.1", port)
        garbage.write(b"GET / HTTP/1.1\r\n\r\n" * 50)
        await asyncio.sleep(1.5)
        good.say(sentence)
        await good.answered()
        garbage.close()
