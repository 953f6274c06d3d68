"""What a conversation is told. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from voicebot.dialogue.understanding.interpretation import Interpretation
from voicebot.disposition import Disposition


@dataclass(frozen=True, slots=True)
class CallerSaid:
    """The caller spoke and this was recognised; empty text means speech without words we know."""

    text: str
    interpretation: Interpretation | None = None
    """What somebody else makes of it; it counts only where we understand nothing."""


@dataclass(frozen=True, slots=True)
class CallerSilent:
    """The caller said nothing for as long as the state waits."""


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """The caller typed on the keypad."""

    keys: str
    early: bool = False
    """Begun while something was said that must be heard to its end first."""


@dataclass(frozen=True, slots=True)
class RecognitionFailed:
    """No recogniser could be had for this utterance: ask for the keypad."""


@dataclass(frozen=True, slots=True)
class VoiceLost:
    """No voice could say what was to be said: the caller cannot be asked anything any more."""


@dataclass(frozen=True, slots=True)
class PromiseRecorded:
    """The promise is on disk: now it may be called noted."""


@dataclass(frozen=True, slots=True)
class PromiseNotRecorded:
    """The promise could not be kept on disk: do not say that it was."""


@dataclass(frozen=True, slots=True)
class RequestRecorded:
    """What the caller asked for is on disk: now it may be called noted."""


@dataclass(frozen=True, slots=True)
class RequestNotRecorded:
    """What the caller asked for could not be kept on disk: do not say that it was."""


@dataclass(frozen=True, slots=True)
class HandedOff:
    """A human has taken the call, or it is out of our hands."""


@dataclass(frozen=True, slots=True)
class HandOffFailed:
    """No human took the call: the caller is back with us."""


@dataclass(frozen=True, slots=True)
class AgentLeft:
    """The human has hung up, and the caller is back with us."""


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The line is gone."""


@dataclass(frozen=True, slots=True)
class MachineAnswered:
    """Nobody listens: a mailbox, a fax machine or the network answered the call that we placed.

    Told again, it is a mailbox that never listens.
    """

    disposition: Disposition
    """How the contact ends."""


@dataclass(frozen=True, slots=True)
class MailboxListens:
    """The beep was heard: what is said now is kept by the mailbox."""


DialogueEvent = (
    CallerSaid
    | CallerSilent
    | KeysPressed
    | RecognitionFailed
    | VoiceLost
    | PromiseRecorded
    | PromiseNotRecorded
    | RequestRecorded
    | RequestNotRecorded
    | HandedOff
    | HandOffFailed
    | AgentLeft
    | MachineAnswered
    | MailboxListens
    | CallerHungUp
)
