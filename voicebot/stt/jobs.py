"""What goes between a recogniser and the processes or threads that work for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


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


@dataclass(frozen=True, slots=True)
class Prompted:
    """An utterance with what is expected of it."""

    pcm: bytes
    """16-bit little-endian mono."""
    rate: int
    """Hertz."""
    prompt: tuple[int, ...]
    """Tokens that come before the answer."""


class Said(NamedTuple):
    """What the model wrote for a sound, and how sure it was."""

    text: str
    log_probability: float
    """Mean of the tokens."""
    no_speech: float
    """Probability that nobody spoke."""
