"""What may happen in a call: the events that its journal is made of. Pure.

Every ``at`` is seconds of audio since answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from voicebot.amd.answer import Answerer
from voicebot.amd.mailbox import Moment
from voicebot.calls.record import Direction, Latency
from voicebot.dialogue.understanding.interpretation import Interpretation
from voicebot.disposition import Disposition, PromiseToPay, Request


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The line is up."""

    at: float
    call_id: str
    flow: str
    flow_version: str
    language: str
    band: int
    """Hertz."""
    started_at: datetime
    direction: Direction = "inbound"
    account_id: str | None = None
    today: date | None = None
    """The day that the conversation goes by; ``None`` in journals of older versions."""


@dataclass(frozen=True, slots=True)
class StateEntered:
    """The conversation waits in this state of the flow."""

    at: float
    state: str


@dataclass(frozen=True, slots=True)
class LanguageSwitched:
    """The caller asked for another language, and the call goes on in it."""

    at: float
    language: str


@dataclass(frozen=True, slots=True)
class PromptStarted:
    """The first sound of a prompt left for the caller."""

    at: float
    text: str
    language: str
    latency: Latency | None = None
    """Where the time since the caller's last word went, when the prompt answers an utterance."""


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """A prompt is over."""

    at: float
    heard: float
    """Seconds of it that the caller heard."""
    complete: bool
    """False when the caller broke in or hung up."""


@dataclass(frozen=True, slots=True)
class PromptHeld:
    """The prompt was paused at a sound of the caller's."""

    at: float


@dataclass(frozen=True, slots=True)
class PromptContinued:
    """The sound was no speech: the prompt went on."""

    at: float


@dataclass(frozen=True, slots=True)
class CallerListened:
    """The caller said no more than "aha" over a prompt, or coughed: what was said or awaited goes on."""

    at: float
    """Where that was decided."""
    started_at: float
    ended_at: float
    text: str


@dataclass(frozen=True, slots=True)
class CallerStartedSpeaking:
    """An utterance began."""

    at: float
    barge_in: bool


@dataclass(frozen=True, slots=True)
class CallerHeard:
    """An utterance ended and this was recognised in it."""

    at: float
    """Where it was taken to be over."""
    started_at: float
    ended_at: float
    reason: str
    text: str
    confidence: float
    engine: str
    stt_ms: float
    """From the endpoint to the words; near zero when they had been recognised ahead."""


@dataclass(frozen=True, slots=True)
class CallerNotUnderstood:
    """What was heard meant nothing where it was said, not even to the interpreter: a no-match."""

    at: float


@dataclass(frozen=True, slots=True)
class CallerInterpreted:
    """What was heard meant nothing to us, and the interpreter was asked about it."""

    at: float
    asked: str
    """What came of asking, such as ``answered`` or ``late``."""
    ms: float
    """How long that took: part of the reply's understanding."""
    interpretation: Interpretation | None
    """Kept for replay; ``None`` where there was no proper answer."""


@dataclass(frozen=True, slots=True)
class RecognizerFailed:
    """No words could be had for an utterance."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class VoiceFailed:
    """Nobody could say what was to be said next; the rest of it was dropped."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class CallerTyped:
    """The caller entered keys."""

    at: float
    started_at: float
    keys: str
    early: bool = False
    """Begun while something was said that must be heard to its end first."""


@dataclass(frozen=True, slots=True)
class CallerWasSilent:
    """The caller said nothing for as long as the state waits."""

    at: float


@dataclass(frozen=True, slots=True)
class AnswerJudged:
    """Who answered the call that we placed, as far as that is known by now."""

    at: float
    answerer: Answerer
    disposition: Disposition | None
    """How the contact ends if it was a machine."""
    evidence: tuple[str, ...]
    """What spoke for it and against it, with points: above zero for a machine."""


@dataclass(frozen=True, slots=True)
class MailboxListens:
    """What is said from now on is kept by the mailbox; ``never`` tells that it did not get to that."""

    at: float
    why: Moment


@dataclass(frozen=True, slots=True)
class PromiseKeptOnDisk:
    """A confirmed promise is on disk."""

    at: float
    promise: PromiseToPay


@dataclass(frozen=True, slots=True)
class PromiseNotKept:
    """A confirmed promise could not be put on disk."""

    at: float


@dataclass(frozen=True, slots=True)
class RequestKeptOnDisk:
    """What the caller asked for is on disk."""

    at: float
    request: Request


@dataclass(frozen=True, slots=True)
class RequestNotKept:
    """What the caller asked for could not be put on disk."""

    at: float
    request: Request


@dataclass(frozen=True, slots=True)
class HandingOff:
    """The caller is on the way to a human queue."""

    at: float
    queue: str


@dataclass(frozen=True, slots=True)
class HandedOff:
    """A human took the call, or the queue is out of our sight."""

    at: float
    waited: float
    """Seconds since the decision; the audio clock stands still meanwhile."""


@dataclass(frozen=True, slots=True)
class HandOffFailed:
    """No human took the call."""

    at: float
    waited: float


@dataclass(frozen=True, slots=True)
class AgentLeft:
    """The human hung up, and the caller came back."""

    at: float
    waited: float


@dataclass(frozen=True, slots=True)
class Concluded:
    """The contact ended so."""

    at: float
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The line is down."""

    at: float
    by: Literal["caller", "bot", "failure"]


CallEvent = (
    CallAnswered
    | StateEntered
    | LanguageSwitched
    | PromptStarted
    | PromptEnded
    | PromptHeld
    | PromptContinued
    | CallerListened
    | CallerStartedSpeaking
    | CallerHeard
    | CallerInterpreted
    | CallerNotUnderstood
    | RecognizerFailed
    | VoiceFailed
    | CallerTyped
    | CallerWasSilent
    | AnswerJudged
    | MailboxListens
    | PromiseKeptOnDisk
    | PromiseNotKept
    | RequestKeptOnDisk
    | RequestNotKept
    | HandingOff
    | HandedOff
    | HandOffFailed
    | AgentLeft
    | Concluded
    | CallEnded
)
