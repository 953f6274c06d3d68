"""What goes between a recogniser and the processes or threads that work for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from voicebot.stt.recognizer import ListenContext

StreamT = TypeVar("StreamT")


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
class Utterance:
    """What a caller said, as sound, and what was expected."""

    pcm: bytes
    """16-bit little-endian mono."""
    rate: int
    """Hertz."""
    context: ListenContext


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


@dataclass(frozen=True, slots=True)
class Piece(Generic[StreamT]):
    """The next stretch of an utterance that is heard while it is spoken."""

    stream: StreamT
    """The engine's own, of this utterance."""
    pcm: bytes
    """16-bit little-endian mono."""
    last: bool
