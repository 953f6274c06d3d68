"""Are the servers there that hear and speak for calls?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Protocol

from voicebot.doctor.verdict import Verdict, fails, ok, skipped
from voicebot.errors import SpeechError
from voicebot.settings import Settings
from voicebot.stt.engines import open_engine
from voicebot.tts.engines import open_remote


class _Engine(Protocol):
    """What recognisers and voices on servers have in common."""

    @property
    def name(self) -> str: ...

    async def ready(self) -> None: ...

    async def close(self) -> None: ...


async def check_servers(settings: Settings) -> Verdict:
    """Each answers by itself, whatever stands in for it in calls."""
    engines = list(_on_servers(settings))
    if not engines:
        return skipped("no server is configured (stt.engine, tts.engine)")
    try:
        troubles = await asyncio.gather(*(_trouble(engine) for engine in engines))
    finally:
        for engine in engines:
            await engine.close()
    return judge_servers({engine.name: trouble for engine, trouble in zip(engines, troubles, strict=True)})


def judge_servers(troubles: Mapping[str, str]) -> Verdict:
    """What is wrong with each server by name; empty for nothing."""
    if bad := [f"{name}: {trouble}" for name, trouble in troubles.items() if trouble]:
        return fails("; ".join(bad), "start it, or correct its address and key: docs/speech.md")
    return ok(f"there: {', '.join(troubles)}")


def _on_servers(settings: Settings) -> Iterator[_Engine]:
    for engine in settings.stt.engines:
        if engine.is_remote:
            yield open_engine(engine, settings.stt, settings.models_dir)
    for voice in {voice.engine for voice in settings.tts.every_voice.values()}:
        if voice.is_remote:
            yield open_remote(voice, settings.tts)


async def _trouble(engine: _Engine) -> str:
    try:
        await engine.ready()
    except SpeechError as error:
        return str(error)
    return ""
