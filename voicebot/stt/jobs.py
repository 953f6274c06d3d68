"""What goes between a recogniser and its worker processes. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """One utterance to be decoded."""

    language: str
    grammar: str
    pcm: bytes
    """16-bit little-endian mono."""
    rate: int
    """Hertz."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decoded. An empty one also says that a worker is ready."""

    text: str = ""
    confidence: float = 0.0
    error: str = ""
    """Why nothing could be decoded."""
