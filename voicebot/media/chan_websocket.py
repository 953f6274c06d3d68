"""The control messages of Asterisk's ``chan_websocket``, in JSON. Pure.

Sound travels as binary messages of raw samples, control as text messages beside it. Source: Asterisk's
``channels/chan_websocket.c`` and its documentation page *WebSocket*; JSON needs 20.18, 22.8 or 23.2.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voicebot.errors import MediaError
from voicebot.media.frame import Band

MOST_COMMAND_BYTES: Final = 128
"""Asterisk passes over longer commands with no more than a line in its log."""
MOST_MESSAGE_BYTES: Final = 65_500
"""Asterisk closes the socket on a longer message."""

FORMATS: Final = {Band.NARROW: "slin", Band.WIDE: "slin16"}
"""Asterisk's names of 16-bit sound at the rates of our bands."""

_SHOWN = 80


class ChanWebSocketError(MediaError):
    """The peer sent what is no chan_websocket message."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"not chan_websocket as we know it ({reason}); it needs Asterisk 20.18, 22.8 or 23.2 and f(json)"
        )
        self.reason = reason


# What we say


def _command(name: str, **fields: str) -> str:
    return json.dumps({"command": name, **fields}, separators=(",", ":"))


HANG_UP: Final = _command("HANGUP")
FLUSH: Final = _command("FLUSH_MEDIA")
"""Drop all queued sound and the marks in it."""
PAUSE: Final = _command("PAUSE_MEDIA")
"""Silence within one frame; what is queued stays."""
CONTINUE: Final = _command("CONTINUE_MEDIA")
REPORT_QUEUE_DRAINED: Final = _command("REPORT_QUEUE_DRAINED")
"""Asks for one ``QueueDrained``."""


def mark(name: str) -> str:
    """Asks to be told when the sound sent before has been heard and the next begins."""
    return _command("MARK_MEDIA", correlation_id=name)


# What Asterisk says


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class MediaStart(_Event):
    """The connection carries sound from now on."""

    channel_id: str = ""
    format: str
    optimal_frame_size: int = Field(ge=0)
    """Bytes of one frame."""
    ptime: int = Field(default=20, ge=0)
    """Milliseconds of one frame."""


class MarkProcessed(_Event):
    """A mark has reached the front of Asterisk's queue."""

    correlation_id: str = ""


class DtmfEnd(_Event):
    """The caller pressed a key."""

    digit: str = Field(pattern=r"^[0-9*#A-Da-d]$")


class Xoff(_Event):
    """Asterisk's queue is nearly full: send no sound."""


class Xon(_Event):
    """There is room again."""


class QueueDrained(_Event):
    """Nothing is left to be heard."""


class PeerError(_Event):
    """Asterisk did not like a command."""

    error_text: str = ""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An event we have no use for."""

    event: str


MediaEvent = MediaStart | MarkProcessed | DtmfEnd | Xoff | Xon | QueueDrained | PeerError | PassedOver

_EVENTS: Final[dict[str, type[_Event]]] = {
    "MEDIA_START": MediaStart,
    "MEDIA_MARK_PROCESSED": MarkProcessed,
    "DTMF_END": DtmfEnd,
    "MEDIA_XOFF": Xoff,
    "MEDIA_XON": Xon,
    "QUEUE_DRAINED": QueueDrained,
    "ERROR": PeerError,
}


def read_event(text: str) -> MediaEvent:
    """One text message of Asterisk's.

    Raises:
        ChanWebSocketError: it is none; a channel that speaks the old plain-text control format, too.
    """
    fields = _read_object(text)
    name = fields.get("event")
    if not isinstance(name, str):
        raise ChanWebSocketError(f"no event: {text[:_SHOWN]!r}")
    model = _EVENTS.get(name)
    if model is None:
        return PassedOver(name)
    try:
        return model.model_validate(fields)  # type: ignore[return-value]  # the table holds these only
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise ChanWebSocketError(f"{name}.{'.'.join(map(str, problem['loc']))}: {problem['msg']}") from None


def check_start(start: MediaStart, band: Band) -> None:
    """See that the sound is what was asked for.

    Raises:
        ChanWebSocketError: another format, or another frame.
    """
    if (start.format, start.optimal_frame_size) != (FORMATS[band], band.frame_bytes):
        raise ChanWebSocketError(
            f"{start.format} in frames of {start.optimal_frame_size} bytes was not asked for"
        )


def transport_data(parameters: dict[str, str]) -> str:
    """``transport_data`` of externalMedia: JSON control, and ``parameters`` in the query of the URI that
    Asterisk dials."""
    query = ",".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    return f"f(json)v({query})"


def _read_object(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise ChanWebSocketError(f"no JSON: {text[:_SHOWN]!r}") from None
    if not isinstance(fields, dict):
        raise ChanWebSocketError(f"no object: {text[:_SHOWN]!r}")
    return fields
