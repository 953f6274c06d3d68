"""What is told to a realtime transcription session, and what it tells. Pure.

OpenAI's events as of its general availability:
https://platform.openai.com/docs/guides/realtime-transcription.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any, NamedTuple

from pydantic import BaseModel

from voicebot.errors import RemoteError

RATE = 24_000
"""Hertz; the only one that the API takes 16-bit sound at."""
_ITEM = "conversation.item.input_audio_transcription"


class Part(NamedTuple):
    """Words of an utterance."""

    text: str
    final: bool


class _Error(BaseModel):
    message: str = ""


class _Event(BaseModel):
    """An event of the server's, as far as it matters here."""

    type: str
    delta: str = ""
    transcript: str = ""
    error: _Error = _Error()


def session_update(model: str, language: str, prompt: str) -> str:
    """Whose words to write, and what is likely among them; turns are taken here, not there."""
    transcription = {"model": model, "language": language, **({"prompt": prompt} if prompt else {})}
    sound = {
        "format": {"type": "audio/pcm", "rate": RATE},
        "transcription": transcription,
        "turn_detection": None,
    }
    return _event("session.update", session={"type": "transcription", "audio": {"input": sound}})


def append(pcm: bytes) -> str:
    """More of the utterance, at ``RATE``."""
    return _event("input_audio_buffer.append", audio=b64encode(pcm).decode())


def commit() -> str:
    """The utterance has ended."""
    return _event("input_audio_buffer.commit")


def read_part(message: str | bytes) -> Part | None:
    """The words in a message of the server's; none in those that only say how it goes.

    Raises:
        RemoteError: the server is in trouble, or this is not its protocol.
    """
    event = _read(message)
    if event.type == f"{_ITEM}.delta":
        return Part(event.delta, final=False)
    if event.type == f"{_ITEM}.completed":
        return Part(event.transcript, final=True)
    return None


def is_configured(message: str | bytes) -> bool:
    """Whether the message says that the session is as it was asked for.

    Raises:
        RemoteError: it will not be.
    """
    return _read(message).type in ("session.updated", "transcription_session.updated")


def _read(message: str | bytes) -> _Event:
    try:
        event = _Event.model_validate_json(message)
    except ValueError:
        raise RemoteError("it does not speak the realtime protocol; see base_url") from None
    if event.type in ("error", f"{_ITEM}.failed"):
        raise RemoteError(f"it is in trouble: {event.error.message}")
    return event


def _event(kind: str, **more: Any) -> str:
    return json.dumps({"type": kind, **more})
