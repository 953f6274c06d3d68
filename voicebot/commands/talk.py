"""A conversation typed in a terminal: the same dialogue as on the phone, without sound."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from voicebot.dialogue import events
from voicebot.dialogue.actions import (
    Action,
    Conclude,
    HandOff,
    HangUp,
    Listen,
    RecordPromise,
    RecordRequest,
    Say,
)
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.language.tones import in_known_tone
from voicebot.dialogue.reading.loader import load_flow


def run_talk(flow: Path, facts: Mapping[str, object], language: str, today: date, console: Console) -> None:
    """Read what the caller says line by line until the conversation ends.

    An empty line is silence, ``#4729`` are keys, the end of input is a hang-up. Promises and requests
    count as recorded and a hand-off as taken; nothing is stored.

    Raises:
        FlowError: the flow is not sound, does not speak ``language`` or in the tone of the facts, or facts
            are missing.
    """
    conversation = Conversation(in_known_tone(load_flow(flow), facts), facts, language=language, today=today)
    actions = conversation.start()
    while not conversation.finished:
        event = _show(actions, console) or _listen(conversation, console)
        actions = conversation.handle(event)
    _show(actions, console)


def _show(actions: list[Action], console: Console) -> events.DialogueEvent | None:
    """Print what the bot does; the event that follows by itself, if one does."""
    for action in actions:
        match action:
            case Say(text=text):
                _print(console, "bot", text, "cyan")
            case RecordPromise(promise=promise):
                _print(
                    console, "stored", f"{promise.amount} {promise.currency} on {promise.date}", "bold green"
                )
                return events.PromiseRecorded()
            case RecordRequest(request=request):
                _print(console, "stored", str(request), "bold green")
                return events.RequestRecorded()
            case HandOff(queue=queue, summary=summary, topic=topic, skills=skills):
                where = f"{queue} ({', '.join(skills)})" if skills else queue
                _print(console, "queue", ": ".join(filter(None, (where, topic, summary))), "bold")
                return events.HandedOff()
            case Conclude(disposition=disposition):
                _print(console, "ended", disposition.value, "bold")
            case Listen() | HangUp():
                pass
    return None


def _print(console: Console, who: str, what: str, style: str) -> None:
    console.print(Text.assemble((f"{who:<8}", style), what))  # never as markup: callers type what they like


def _listen(conversation: Conversation, console: Console) -> events.DialogueEvent:
    try:
        line = console.input(f"[dim]{conversation.state}[/] [yellow]you[/] ").strip()
    except EOFError:
        return events.CallerHungUp()
    if not line:
        return events.CallerSilent()
    return events.KeysPressed(line[1:]) if line.startswith("#") else events.CallerSaid(line)
