"""What can be read of a flow that does not fit its types, so that its other mistakes are told too. Pure."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from voicebot.dialogue.checking.names import Declared, Section, unresolved
from voicebot.dialogue.language.flow import Flow, Messages
from voicebot.dialogue.language.problems import Fault, Path
from voicebot.dialogue.language.tones import in_any_tone

SECTIONS: tuple[Section, ...] = ("states", "facts", "slots", "intents")
PASSES = 8
"""What is left out may leave something missing around it, but flows are only so deep."""


def names_astray(data: Any) -> list[Fault]:
    """The names that lead nowhere in the parts of ``data`` that can be read as a flow."""
    flow = readable(data)
    sections = {"intents": {}, **data} if flow else {}
    declared: Declared = {name: sections[name] for name in SECTIONS if isinstance(sections.get(name), dict)}
    return unresolved(flow, declared) if flow and declared else []


def readable(written: Any) -> Flow | None:
    """``written`` as a flow without what does not fit, if something is left."""
    data = in_any_tone(written)
    for _ in range(PASSES):
        try:
            return Flow.model_validate(data)
        except ValidationError as fault:
            refused = fault.errors()
        for path in sorted({_written(data, error["loc"]) for error in refused}, key=len, reverse=True):
            _leave_out(data, path)
        for error in refused:
            if error["type"] == "missing" and len(error["loc"]) == 1:
                data |= _stand_in(str(error["loc"][0]), data)
    return None


def _written(data: Any, loc: Path) -> Path:
    """The steps of ``loc`` that are written; pydantic adds steps of its own."""
    path: Path = ()
    for step in loc:
        if _has(data, step):
            path, data = (*path, step), data[step]
    return path


def _has(data: Any, step: str | int) -> bool:
    is_index = isinstance(data, list) and isinstance(step, int) and step < len(data)
    return is_index or (isinstance(data, dict) and step in data)


def _leave_out(data: Any, path: Path) -> None:
    *around, last = path or ("",)
    for step in around:
        data = data[step]
    if _has(data, last):
        del data[last]


def _stand_in(key: str, data: dict[str, Any]) -> dict[str, Any]:
    """What a flow cannot do without, and mentions no name."""
    messages = {key: {"en": "-"} for key in Messages.model_fields}
    states = data.get("states") or {"none": None}
    stand_ins = {"id": "unnamed", "languages": ["en"], "messages": messages, "start": next(iter(states))}
    return {key: stand_ins[key]} if key in stand_ins else {}
