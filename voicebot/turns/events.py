"""What happens in the taking of turns. Pure. Every ``at`` is seconds of audio since answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EndReason(StrEnum):
    """Why an utterance was taken to have ended."""

    SILENCE = "silence"
    """The plain endpointing delay ran out."""
    COMPLETE = "complete"
    """The expected answer was complete, or the voice fell as at an end: a shorter delay was enough."""
    BROKEN_OFF = "broken_off"
    """The last word wanted another one, or the voice stayed up, but nothing came for longer than usual."""
    TOO_LONG = "too_long"
    """It ran past the longest utterance we listen to."""


@dataclass(frozen=True, slots=True)
class SpeechSuspected:
    """The caller made a sound over a prompt: hold the prompt."""

    at: float


@dataclass(frozen=True, slots=True)
class FalseStart:
    """It was a cough, not speech: let the prompt go on."""

    at: float


@dataclass(frozen=True, slots=True)
class UtteranceStarted:
    """The caller speaks."""

    at: float
    """Where the speech began, a little before it was noticed."""
    barge_in: bool
    """It began over a prompt: the rest of the prompt is dropped."""


@dataclass(frozen=True, slots=True)
class UtterancePaused:
    """A first short pause: worth recognising what has been said so far."""

    at: float
    """Where the speech stopped."""


@dataclass(frozen=True, slots=True)
class UtteranceResumed:
    """The caller went on after the pause: what was recognised there is stale."""

    at: float


@dataclass(frozen=True, slots=True)
class UtteranceEnded:
    """The caller has finished."""

    started_at: float
    ended_at: float
    """Where the speech stopped."""
    decided_at: float
    """Where we took it to be over: ``decided_at - ended_at`` is the endpointing delay."""
    reason: EndReason


@dataclass(frozen=True, slots=True)
class NoInput:
    """The caller said nothing for as long as this state waits."""

    at: float


TurnEvent = (
    SpeechSuspected
    | FalseStart
    | UtteranceStarted
    | UtterancePaused
    | UtteranceResumed
    | UtteranceEnded
    | NoInput
)
