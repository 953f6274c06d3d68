"""The Wyoming protocol of Home Assistant's voice services: lines of JSON, with sound behind them. Pure.

https://github.com/OHF-Voice/wyoming: a line with the event's type and its data (or how many bytes of JSON
with more data follow), then as many bytes of sound as the line says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

LONGEST_LINE = 1 << 18
"""Bytes; a server's description of its many voices is the longest."""
_LONGEST_DATA = 1 << 20
_LONGEST_SOUND = 1 << 24


class Event(NamedTuple):
    """Something that one side tells the other."""

    type: str
    data: Mapping[str, Any] = {}
    sound: bytes = b""


class Header(BaseModel):
    """The line that an event begins with."""

    type: str
    data: dict[str, Any] = {}
    data_length: int = Field(default=0, ge=0, le=_LONGEST_DATA)
    """Bytes of JSON behind the line."""
    payload_length: int = Field(default=0, ge=0, le=_LONGEST_SOUND)
    """Bytes of sound behind that."""


def encoded(event: Event) -> bytes:
    """The event as it goes over the line."""
    header: dict[str, Any] = {"type": event.type, "data": dict(event.data)}
    if event.sound:
        header["payload_length"] = len(event.sound)
    return json.dumps(header).encode() + b"\n" + event.sound


def decoded(header: Header, data: bytes, sound: bytes) -> Event:
    """The event of a header and what came behind it.

    Raises:
        ValueError: the data is no JSON object.
    """
    more = json.loads(data or b"{}")
    if not isinstance(more, dict):
        raise ValueError("the data of an event are named")
    return Event(header.type, header.data | more, sound)


def sound_format(rate: int) -> dict[str, int]:
    """16-bit mono at ``rate`` hertz, as events of sound tell it."""
    return {"rate": rate, "width": 2, "channels": 1}
