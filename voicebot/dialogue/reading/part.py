"""A part, which flows include or call, seen by itself as a whole flow, so that it can be linted. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from voicebot.dialogue.language.flow import Messages
from voicebot.dialogue.reading.located_yaml import Document
from voicebot.dialogue.reading.subflow import RETURN, as_subflow, is_subflow
from voicebot.dialogue.understanding.lexicon import LANGUAGES


def as_flow(part: Document) -> Document:
    """``part`` with stand-ins for what a whole flow has besides; where a sub-flow returns, it ends."""
    if not isinstance(part.data, dict):
        return part
    silence = dict.fromkeys(_languages(part.data), "-")
    end = {"say": silence, "conclude": "HUMAN_NO_RPC"}
    ends = dict.fromkeys(_returns(part), end)
    messages, states = part.data.get("messages", {}), part.data.get("states", {"none": end})
    whole = {"id": "part", "languages": list(silence), "start": next(iter(states), "none"), **part.data}
    if isinstance(messages, dict):
        whole["messages"] = dict.fromkeys(Messages.model_fields, silence) | messages
    whole["states"] = {**states, **ends} if isinstance(states, dict) else states
    whole.pop("returns", None)
    return replace(part, data=whole)


def _returns(part: Document) -> list[str]:
    """The states that stand for what a sub-flow returns, each at the place of its word."""
    words = as_subflow(part).returns if is_subflow(part) else ()
    for index, word in enumerate(words):
        part.values["states", RETURN + word] = part.where(("returns", index))
    return [RETURN + word for word in words]


def _languages(data: dict[str, Any]) -> list[str]:
    """All that any of its prompts speaks: the others have to speak it too."""
    spoken = {language for prompt in _prompts(data) for language in prompt}
    return sorted(spoken) or [LANGUAGES[0]]


def _prompts(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict) and data and data.keys() <= set(LANGUAGES):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _prompts(value)
