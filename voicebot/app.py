"""The composition root: settings in, working stations out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import structlog

from voicebot.calls.record import CallLog
from voicebot.calls.stations import HandOffEvent, Stations
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.events import HandedOff
from voicebot.interpreter.chat import open_interpreter
from voicebot.metrics import catalogue
from voicebot.metrics.panel import Panel, Unread
from voicebot.metrics.reading import read_calls
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.store.presence import present
from voicebot.store.sql import SqlStore
from voicebot.stt.engines import open_recognizer
from voicebot.stt.recognizer import Recognizer
from voicebot.tts.cache import PromptCache, Source
from voicebot.tts.engines import open_synthesizer
from voicebot.turns.smart_turn import open_end_of_turn
from voicebot.vad.engines import open_vad

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_stations(
    settings: Settings,
    *,
    recognizer: Recognizer | None = None,
    call_log: CallLog | None = None,
    panel: Panel | None = None,
) -> AsyncIterator[Stations]:
    """Every engine and the store, ready for calls; closed again on leaving.

    ``recognizer`` and ``call_log`` take the place of the configured ones; ``panel`` is told what is measured.
    """
    panel = panel or Unread()
    async with AsyncExitStack() as opened:
        found = partial(panel.count, catalogue.PROMPTS)
        prompts = await opened.enter_async_context(open_prompts(settings, found))
        vad = open_vad(settings.vad, partial(panel.observe, catalogue.VAD_RUN_SECONDS))
        opened.push_async_callback(vad.close)
        ears = recognizer or open_recognizer(settings.stt, settings.models_dir)
        opened.push_async_callback(ears.close)
        await ears.ready()
        interpreter = open_interpreter(settings.understanding.interpreter, settings.interpreter_key)
        end_of_turn = open_end_of_turn(settings.turns.end_of_turn, settings.models_dir)
        yield Stations(
            vad=vad,
            recognizer=ears,
            prompts=prompts,
            voices=settings.tts.every_voice,
            timing=settings.turns,
            not_heard=frozenset() if recognizer else settings.stt.refused,
            call_log=await opened.enter_async_context(open_store(settings)) if call_log is None else call_log,
            settings=settings.calls,
            hand_off=_out_of_sight,
            recordings=settings.var_dir / "recordings",
            interpreter=await opened.enter_async_context(interpreter),
            on_call=partial(read_calls, panel),
            end_of_turn=await opened.enter_async_context(end_of_turn),
        )


@asynccontextmanager
async def open_prompts(
    settings: Settings, on_found: Callable[[Source], None] = lambda source: None
) -> AsyncIterator[PromptCache]:
    """The voices, ready to speak, with what they said before; ``on_found`` as in ``PromptCache``."""
    synthesizer = open_synthesizer(settings.tts, settings.models_dir)
    try:
        await synthesizer.ready()
        yield PromptCache(synthesizer, settings.var_dir / "cache" / "prompts", settings.tts, on_found)
    finally:
        await synthesizer.close()


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[SqlStore]:
    """The database, in order: calls that a crash left in progress are ended, and others that share it are
    told again and again that this process lives."""
    longest = timedelta(seconds=settings.calls.longest_call)
    async with open_records(settings) as store:
        if interrupted := await store.close_interrupted():
            log.warning("interrupted_calls_closed", calls=interrupted)
        async with present(store.database, longest):
            yield store


def told_to_stop() -> asyncio.Event:
    """Set at SIGTERM and at SIGINT, which from now on end nothing by themselves."""
    stopping = asyncio.Event()
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, stopping.set)
    return stopping


async def _out_of_sight(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
    """A line that leads to no queue: the demonstration's."""
    yield HandedOff()
