"""A flow small enough to read at a glance, and ways to bend it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

from voicebot.dialogue.actions import Action, Conclude, Listen, Say
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import CallerSaid, CallerSilent, DialogueEvent, KeysPressed
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.located_yaml import read_yaml

MONDAY = date(2026, 11, 23)
FACTS = {"name": "Ana", "currency": "USD", "last4": "4321", "balance": "500.00"}

BROKEN = Path(__file__).parent / "checking" / "broken"
"""Flows that break one thing each, of the small one in its ``parts``."""
SMALL = (BROKEN / "parts" / "small.yaml").read_text(encoding="utf-8")


def small(changes: dict[str, Any] | None = None) -> Flow:
    """The small flow with ``changes`` merged in; ``None`` takes a key away."""
    data = read_yaml(SMALL).data
    _merge(data, changes or {})
    return Flow.model_validate(data)


def _merge(data: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if value is None:
            del data[key]
        elif isinstance(value, dict) and isinstance(data.get(key), dict):
            _merge(data[key], value)
        else:
            data[key] = deepcopy(value)


def call(*lines: str | DialogueEvent, flow: Flow | None = None) -> tuple[Conversation, list[Action]]:
    """A call in which ``lines`` happen, and what was done after the last of them."""
    conversation = Conversation(flow or small(), FACTS, language="en", today=MONDAY)
    actions = conversation.start()
    for line in lines:
        actions = conversation.handle(event(line))
    return conversation, actions


def event(line: str | DialogueEvent) -> DialogueEvent:
    """``"yes"`` is said, ``"#12"`` is typed, ``""`` is silence."""
    if not isinstance(line, str):
        return line
    if line.startswith("#"):
        return KeysPressed(line[1:])
    return CallerSaid(line) if line else CallerSilent()


def said(actions: Iterable[Action]) -> str:
    """What the caller hears."""
    return " ".join(action.text for action in actions if isinstance(action, Say))


def listening(actions: list[Action]) -> Listen:
    """What is waited for."""
    assert isinstance(actions[-1], Listen)
    return actions[-1]


def conclusions(actions: Iterable[Action]) -> list[Conclude]:
    """How often, and as what, the contact was concluded."""
    return [action for action in actions if isinstance(action, Conclude)]
