"""One call's dialogue: told what happens, it answers what to do. Pure.

The same ``Conversation`` serves a live call, a terminal, the tests of a flow and the replay of a call.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from copy import deepcopy
from typing import assert_never

from voicebot.dialogue import ending
from voicebot.dialogue import events as told
from voicebot.dialogue.actions import (
    Action,
    HandOff,
    HangUp,
    RecordPromise,
    RecordRequest,
)
from voicebot.dialogue.events import DialogueEvent
from voicebot.dialogue.expecting import setting
from voicebot.dialogue.hearing import complete, hear_words
from voicebot.dialogue.interpreting import unclear
from voicebot.dialogue.language.states import (
    Note,
    Record,
    Transfer,
)
from voicebot.dialogue.machine_exchange import MachineExchange
from voicebot.dialogue.outcomes import (
    NotUnderstood,
)
from voicebot.dialogue.understanding import parse
from voicebot.dialogue.understanding.backchannel import is_backchannel
from voicebot.dialogue.understanding.interpretation import OpenQuestion
from voicebot.dialogue.understanding.meaning import Intent
from voicebot.dialogue.understanding.unfinished import may_grow, unfinished
from voicebot.disposition import Disposition, Party, Request


class Conversation(MachineExchange):
    """A flow being followed: ``start()`` it, then ``handle()`` what happens until it is ``finished``.

    Every conversation yields exactly one ``Conclude``, whatever it is told and in whatever order.
    """

    @property
    def no_matches(self) -> int:
        """How often it was told what it did not understand."""
        return self._difficulties.no_matches

    @property
    def finished(self) -> bool:
        """The contact is concluded: nothing that is told any more changes it."""
        return self.disposition is not None

    @property
    def party(self) -> Party:
        """Who is on the line, as far as it is known."""
        return ending.party(self.disposition, verified=self.verified)

    def speak_only(self, languages: Container[str]) -> None:
        """Change to none but these, for want of a voice or of a recogniser."""
        self._languages = tuple(one for one in self._languages if one in languages)

    @property
    def requests(self) -> Sequence[Request]:
        """What the caller asked for and is on disk."""
        return self._requests.recorded

    def start(self) -> list[Action]:
        """What is said first."""
        self._started = True
        return self._go(self.flow.start)

    def answers(self, text: str) -> bool:
        """Whether ``text`` would answer the open question completely, so that endpointing may be early."""
        state, known = self._listening(), self._known
        if state is None or may_grow(text, setting(state, known)):
            return False
        return complete(parse.understand(text, setting(state, known)), state, known)

    def breaks_off(self, text: str) -> bool:
        """Whether ``text`` stops where more must follow, so that endpointing should be patient."""
        state, known = self._listening(), self._known
        return state is not None and unfinished(text, setting(state, known))

    def only_listens(self, text: str, *, asked: bool = False) -> bool:
        """Whether ``text``, said over a prompt, takes no turn, so that the prompt may go on.

        Once the question has been ``asked``, what answers it is an answer; a cough never is.
        """
        if not text:
            return True
        if not is_backchannel(text, self.language):
            return False
        state = self._listening() if asked else None
        return not state or hear_words(text, state, self._known) == NotUnderstood()

    def unclear(self, text: str) -> OpenQuestion | None:
        """What an interpreter may be asked about ``text``; nothing where that is clear or moot."""
        state = None if self.finished else self._listening()
        return unclear(text, state, self._known) if state else None

    def imagine(self, event: DialogueEvent) -> list[Action]:
        """What would be done if ``event`` happened now, and all was well on disk; it has not."""
        twin = deepcopy(self, {id(self.flow): self.flow})
        actions = twin.handle(event)
        match actions[-1:]:
            case [RecordPromise()]:
                actions += twin.handle(told.PromiseRecorded())
            case [RecordRequest()]:
                actions += twin.handle(told.RequestRecorded())
        return actions

    def handle(self, event: DialogueEvent) -> list[Action]:
        """What to do now that ``event`` has happened; nothing when it does not matter here."""
        if isinstance(event, told.AgentLeft):
            return self._agent_left()
        if self.finished:
            return []
        match event:
            case told.CallerHungUp():
                return [self._conclude(self._left_as())]
            case told.MachineAnswered() if self.verified:
                return []  # no machine knows the digits
            case told.MachineAnswered(disposition=disposition):
                return self._machine_answered(disposition)
            case told.MailboxListens():
                return self._leave_message()
            case told.VoiceLost():
                return self._hand_over()
            case told.PromiseRecorded() | told.PromiseNotRecorded():
                return self._promise_told(recorded=isinstance(event, told.PromiseRecorded))
            case told.RequestRecorded() | told.RequestNotRecorded():
                return self._request_told(recorded=isinstance(event, told.RequestRecorded))
            case told.HandedOff() | told.HandOffFailed():
                return self._hand_off_told(taken=isinstance(event, told.HandedOff))
            case told.CallerSaid() | told.CallerSilent() | told.KeysPressed() | told.RecognitionFailed():
                state = None if self._mailbox else self._listening()
                if state and self._screened:
                    return self._behind_assistant(event, state)
                return self._caller_told(event, state) if state else []
            case _:
                assert_never(event)

    def _left_as(self) -> Disposition:
        """How the contact ends where the caller, or a machine, hangs up now."""
        if self._mailbox:
            return Disposition.MACHINE
        if self._screened:
            return Disposition.SCREENED
        heard, verified = self._caller_heard, self.verified
        return self._requests.disposition or ending.at_hang_up(self.promise, verified=verified, heard=heard)

    # What others tell

    def _promise_told(self, *, recorded: bool) -> list[Action]:
        state = self.flow.states[self.state]
        if not isinstance(state, Record):
            return []
        if not recorded:
            return self._go(state.failed)
        self.promise = self._known.promise(state.record_promise)
        return self._go(state.whole if self.promise.whole else state.part)

    def _request_told(self, *, recorded: bool) -> list[Action]:
        if not self._requests.told(recorded=recorded):
            return []
        state = self.flow.states[self.state]
        if isinstance(state, Note):
            return self._go(state.then if recorded else state.failed)
        actions: list[Action] = []
        target = self._do(state, actions)
        return actions + self._go(target)

    def _hand_off_told(self, *, taken: bool) -> list[Action]:
        state = self.flow.states[self.state]
        if not isinstance(state, Transfer):
            return []
        return [self._conclude(state.conclude)] if taken else self._go(state.failed)

    def _agent_left(self) -> list[Action]:
        state = self.flow.states[self.state]
        if not isinstance(state, Transfer):
            return []
        conclusion = [] if self.finished else [self._conclude(state.conclude)]
        goodbye = [self._say(state.afterwards)] if state.afterwards else []
        return [*conclusion, *goodbye, HangUp()]

    def _hand_over(self) -> list[Action]:
        """On to a person by the flow's own way to one; nothing where that way asks the caller something."""
        target = self.flow.jumps(verified=self.verified).get(Intent.HUMAN)
        actions = self._go(target) if target and self._listening() else []
        return actions if _needs_no_answer(actions) else []


def _needs_no_answer(actions: Sequence[Action]) -> bool:
    return bool(actions) and isinstance(actions[-1], HandOff | HangUp)
