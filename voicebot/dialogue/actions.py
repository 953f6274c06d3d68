"""What a conversation asks to be done, in order. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from voicebot.dialogue.understanding.meaning import Expect
from voicebot.disposition import Disposition, PromiseToPay, Request
from voicebot.stt.recognizer import ListenContext


@dataclass(frozen=True, slots=True)
class Say:
    """Speak one prompt."""

    text: str
    language: str
    interruptible: bool = True
    """False for what the law wants heard to its end."""
    personal: bool = False
    """It names facts of this person: its sound is never kept on disk."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for the caller to answer. Always the last action of a list, and the conversation goes on
    only when it is told an event."""

    state: str
    expects: frozenset[Expect]
    context: ListenContext
    no_input: float
    """Seconds of silence after the prompt that count as no answer."""
    keys: int = 0
    """How many keypad digits make a whole answer; 0 when the answer ends at ``#`` or a pause."""
    patience: float | None = None
    """Seconds of silence that end an answer; ``None`` for what the settings say."""
    keypad_only: bool = False
    """Speech is ignored here: recognition has failed too often."""


@dataclass(frozen=True, slots=True)
class RecordPromise:
    """Put the confirmed promise on disk, then tell ``PromiseRecorded`` or ``PromiseNotRecorded``."""

    promise: PromiseToPay


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """Put what the caller asked for on disk, then tell ``RequestRecorded`` or ``RequestNotRecorded``."""

    request: Request


@dataclass(frozen=True, slots=True)
class HandOff:
    """Give the caller to a human queue, then tell what comes of it: ``HandOffFailed`` if nobody took the
    call, ``HandedOff`` once somebody has, ``AgentLeft`` if the caller is back after that."""

    queue: str
    summary: str = ""
    """One line for the human who takes the call."""
    topic: str = ""
    """A word or two for the human's telephone."""
    skills: tuple[str, ...] = ()
    """What the human should master, the most important first, such as ``care`` or the language ``es``."""


@dataclass(frozen=True, slots=True)
class Conclude:
    """The contact has ended so, whatever follows on the line."""

    disposition: Disposition


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call once everything said has been heard."""


Action = Say | Listen | RecordPromise | RecordRequest | HandOff | Conclude | HangUp
