"""A call as its journal tells it, ready to be held again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from voicebot.amd.answer import Answerer
from voicebot.amd.mailbox import Moment
from voicebot.calls import events as written
from voicebot.calls.events import CallEvent
from voicebot.calls.journal import event_of
from voicebot.dialogue import events as told
from voicebot.dialogue.events import DialogueEvent
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.understanding.interpretation import Interpretation
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.errors import ReplayError


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """What happened in a call, and how the flow of that day went on."""

    call_id: str
    flow: str
    flow_version: str
    language: str
    today: date
    """The day that the conversation went by."""
    account_id: str | None
    happened: tuple[DialogueEvent, ...]
    """What the caller, the line and the people did."""
    kept: tuple[bool, ...]
    """Of each promise in turn: was it on disk?"""
    requests_kept: tuple[bool, ...]
    """Of each request in turn: was it on disk?"""
    states: tuple[Name, ...]
    """Every state that listened, each time it did."""
    disposition: Disposition | None
    promise: PromiseToPay | None


def recorded(bodies: Iterable[Mapping[str, Any]]) -> RecordedCall:
    """The call of a journal that was kept as JSON.

    Raises:
        ReplayError: it is no journal, or one of another version.
    """
    try:
        events = [event_of(body) for body in bodies]
    except ValueError as fault:
        raise ReplayError(f"its journal cannot be read: {fault}") from None
    answered = next((event for event in events if isinstance(event, written.CallAnswered)), None)
    if answered is None:
        raise ReplayError("nobody answered: there is nothing to replay")
    return RecordedCall(
        *(answered.call_id, answered.flow, answered.flow_version, answered.language),
        today=answered.today or answered.started_at.date(),
        account_id=answered.account_id,
        happened=tuple(_happened(events)),
        kept=tuple(
            isinstance(event, written.PromiseKeptOnDisk)
            for event in events
            if isinstance(event, written.PromiseKeptOnDisk | written.PromiseNotKept)
        ),
        requests_kept=tuple(
            isinstance(event, written.RequestKeptOnDisk)
            for event in events
            if isinstance(event, written.RequestKeptOnDisk | written.RequestNotKept)
        ),
        states=tuple(event.state for event in events if isinstance(event, written.StateEntered)),
        disposition=_last([event.disposition for event in events if isinstance(event, written.Concluded)]),
        promise=_last([event.promise for event in events if isinstance(event, written.PromiseKeptOnDisk)]),
    )


def _happened(events: Sequence[CallEvent]) -> Iterator[DialogueEvent]:
    """What a conversation is told of it; of promises and requests, the flow that is
    replayed asks when it makes one."""
    interpretations = _interpretations(events)
    for number, event in enumerate(events):
        match event:
            case written.CallerHeard(text=text):
                yield told.CallerSaid(text, interpretations.get(number))
            case written.CallerTyped(keys=keys, early=early):
                yield told.KeysPressed(keys, early)
            case written.CallerWasSilent():
                yield told.CallerSilent()
            case written.AnswerJudged(answerer=Answerer.MACHINE, disposition=Disposition() as disposition):
                yield told.MachineAnswered(disposition)
            case written.MailboxListens(why=Moment.NEVER):
                yield told.MachineAnswered(Disposition.MACHINE)
            case written.MailboxListens():
                yield told.MailboxListens()
            case written.RecognizerFailed():
                yield told.RecognitionFailed()
            case written.VoiceFailed():
                yield told.VoiceLost()
            case written.HandedOff():
                yield told.HandedOff()
            case written.HandOffFailed():
                yield told.HandOffFailed()
            case written.AgentLeft():
                yield told.AgentLeft()
            case written.CallEnded(by="caller"):
                yield told.CallerHungUp()


def _interpretations(events: Sequence[CallEvent]) -> Mapping[int, Interpretation | None]:
    """What was made of the words by somebody else, by the place of the event that heard them."""
    found: dict[int, Interpretation | None] = {}
    heard = 0
    for number, event in enumerate(events):
        if isinstance(event, written.CallerHeard):
            heard = number
        elif isinstance(event, written.CallerInterpreted):
            found[heard] = event.interpretation
    return found


def _last(values: list[Any]) -> Any:
    return values[-1] if values else None
