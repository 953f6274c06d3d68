"""The journal of a call: one list of typed events that everything else reads. Pure.

Transcript, latencies, the call record, the live display and replay are all derived from it; nothing is
measured twice. ``as_json`` and ``event_of`` take its events to a file and back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from voicebot.calls.events import CallEvent


class Journal:
    """The events of one call, in order; listeners see each as it is written."""

    def __init__(self) -> None:
        self._events: list[CallEvent] = []
        self._listeners: list[Callable[[CallEvent], None]] = []

    def write(self, event: CallEvent) -> None:
        self._events.append(event)
        for listener in self._listeners:
            listener(event)

    def follow(self, listener: Callable[[CallEvent], None]) -> None:
        """Call ``listener`` with every event from now on."""
        self._listeners.append(listener)

    def __iter__(self) -> Iterator[CallEvent]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)


def as_json(value: Any) -> Any:
    """An event, or anything inside one, in the types that JSON has; an event gains its name as ``event``."""
    if is_dataclass(value) and not isinstance(value, type):
        body = {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
        return {"event": type(value).__name__, **body} if isinstance(value, CallEvent) else body
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [as_json(one) for one in value]
    return value


def event_of(body: Mapping[str, Any]) -> CallEvent:
    """The event that ``as_json`` told.

    Raises:
        ValueError: it is none, or one of another version.
    """
    kind = str(body.get("event"))
    if kind not in _KINDS:
        raise ValueError(f"there is no event {kind!r}")
    told = {name: value for name, value in body.items() if name != "event"}
    try:
        event: CallEvent = _reader(kind).validate_python(told)
    except ValidationError as fault:
        wrong = ", ".join(".".join(map(str, error["loc"])) for error in fault.errors())
        raise ValueError(f"{kind} without a proper {wrong}") from None
    return event


_KINDS: dict[str, type[CallEvent]] = {kind.__name__: kind for kind in get_args(CallEvent)}


@cache
def _reader(kind: str) -> TypeAdapter[CallEvent]:
    return TypeAdapter(_KINDS[kind])
