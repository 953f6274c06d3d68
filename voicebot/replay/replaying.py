"""A recorded call, held again on another flow, and where the two go different ways. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from voicebot.dialogue.actions import Action, Listen, RecordPromise, RecordRequest
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import (
    AgentLeft,
    CallerSaid,
    DialogueEvent,
    PromiseNotRecorded,
    PromiseRecorded,
    RequestNotRecorded,
    RequestRecorded,
)
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.replay.recorded import RecordedCall


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a call first goes another way."""

    turn: int
    """How often the bot had listened, counted from one."""
    was: Name | None
    """The state that listened then; ``None`` when the call was over."""
    now: Name | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of a call, and what comes of it on another flow."""

    call_id: str
    parting: Parting | None
    """``None`` when both go the same way."""
    was: Disposition | None
    now: Disposition | None
    """``None`` when what was recorded does not lead to an end."""
    left_in: Name
    """The state in which the call is at last."""
    promise_was: PromiseToPay | None
    promise_now: PromiseToPay | None

    @property
    def same(self) -> bool:
        """Nothing is different."""
        return self.parting is None and self.was == self.now and self.promise_was == self.promise_now


def replay(call: RecordedCall, flow: Flow, facts: Mapping[str, object]) -> Comparison:
    """Tell ``flow`` what happened in ``call``.

    From the parting on, callers answer questions that nobody asked them: what follows it is a hint, no proof.

    Raises:
        FlowError: the flow does not speak the language of the call, or its facts are missing or wrong.
    """
    conversation = Conversation(flow, facts, language=call.language, today=call.today)
    again = _Again(conversation, call)
    again.hold()
    return Comparison(
        call_id=call.call_id,
        parting=parting(call.states, again.states),
        was=call.disposition,
        now=conversation.disposition,
        left_in=conversation.state,
        promise_was=call.promise,
        promise_now=conversation.promise,
    )


def parting(was: Sequence[Name], now: Sequence[Name]) -> Parting | None:
    """The first place at which two ways differ."""
    turns = enumerate(zip_longest(was, now), start=1)
    return next((Parting(turn, old, new) for turn, (old, new) in turns if old != new), None)


class _Again:
    """One call, held again."""

    def __init__(self, conversation: Conversation, call: RecordedCall) -> None:
        self.states: list[Name] = []
        self._conversation = conversation
        self._happened = call.happened
        self._kept = deque(call.kept)
        self._requests_kept = deque(call.requests_kept)
        self._deaf = False

    def hold(self) -> None:
        """Tell the flow everything that happened."""
        self._done(self._conversation.start())
        for event in self._happened:
            if self._is_heard(event):
                self._done(self._conversation.handle(event))

    def _is_heard(self, event: DialogueEvent) -> bool:
        if self._conversation.finished:
            return isinstance(event, AgentLeft)
        return not (self._deaf and isinstance(event, CallerSaid))  # only the keypad is listened to

    def _done(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Listen(state=state, keypad_only=deaf):
                    self.states.append(state)
                    self._deaf = deaf
                case RecordPromise():
                    kept = self._kept.popleft() if self._kept else True
                    self._done(self._conversation.handle(PromiseRecorded() if kept else PromiseNotRecorded()))
                case RecordRequest():
                    kept = self._requests_kept.popleft() if self._requests_kept else True
                    self._done(self._conversation.handle(RequestRecorded() if kept else RequestNotRecorded()))
                case _:
                    pass
