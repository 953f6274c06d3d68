"""Prompts made ready before the doors are opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from voicebot.app import open_prompts
from voicebot.calls.prompts_ahead import PromptsAhead
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.loader import load_flow
from voicebot.settings import Settings


async def render_prompts(settings: Settings, flows: Sequence[str], console: Console) -> None:
    """Make what ``flows`` say word for word; without any, those that calls are answered with.

    Raises:
        FlowError: a flow is not sound.
        SpeechError: a voice cannot be opened, or failed.
    """
    usual = {name for route in settings.inbound.every_route for name in (route.flow, route.stranger) if name}
    async with open_prompts(settings) as prompts:
        ahead = PromptsAhead(prompts, settings.tts.every_voice)
        for name in flows or sorted(usual):
            await _render(ahead, load_flow(_path(settings, name)), console)


async def _render(ahead: PromptsAhead, flow: Flow, console: Console) -> None:
    total = sum(map(len, ahead.sentences(flow).values()))
    if not total:
        console.print(f"{flow.id}: nothing to do, espeak makes sentences as fast as they are read from disk")
        return
    with _bar(console) as progress:
        task = progress.add_task(flow.id, total=total)
        made = await ahead.make(flow, lambda ready: progress.update(task, completed=ready))
    console.print(f"{flow.id}: {total} sentences are ready, {made} of them new", highlight=False)


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _path(settings: Settings, name: str) -> Path:
    return Path(name) if name.endswith(".yaml") else settings.flows_dir / f"{name}.yaml"
