"""One call's dialogue: told what happens, it answers what to do. Pure.

The same ``Conversation`` serves a live call, a terminal, the tests of a flow and the replay of a call.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import assert_never

from voicebot.dialogue import ending, repair
from voicebot.dialogue import events as told
from voicebot.dialogue.actions import (
    Action,
    HandOff,
    HangUp,
    RecordPromise,
    RecordRequest,
    Say,
)
from voicebot.dialogue.asking import again, put_again, question, say
from voicebot.dialogue.events import DialogueEvent
from voicebot.dialogue.expecting import ListeningState, setting
from voicebot.dialogue.hearing import complete, hear_keys, hear_words
from voicebot.dialogue.interpreting import heard, unclear
from voicebot.dialogue.language.notation import Prompt
from voicebot.dialogue.language.states import (
    Note,
    Record,
    Transfer,
    Verify,
)
from voicebot.dialogue.outcomes import (
    Answered,
    AskedForLanguage,
    AskedToWait,
    Digressed,
    Mismatch,
    NotUnderstood,
    Outcome,
    SaidAgain,
    Unwelcome,
)
from voicebot.dialogue.repair import AskAgain, GiveUp, Reaction
from voicebot.dialogue.understanding import parse
from voicebot.dialogue.understanding.backchannel import is_backchannel
from voicebot.dialogue.understanding.interpretation import OpenQuestion
from voicebot.dialogue.understanding.meaning import Intent
from voicebot.dialogue.understanding.opt_out import wants_no_calls
from voicebot.dialogue.understanding.unfinished import may_grow, unfinished
from voicebot.dialogue.walk import Walk
from voicebot.disposition import Disposition, Party, Request

SCREENED_WAIT = 20.0
"""Seconds in which somebody may come to the telephone, once an assistant knows who calls."""
MOST_SCREENED = 5
"""Times that such an assistant may speak before it is left: it asks in several sentences."""
HOLD_ON_WAIT = 30.0
"""Seconds that a caller who asked for a moment is given."""

_FromCaller = told.CallerSaid | told.CallerSilent | told.KeysPressed | told.RecognitionFailed


class Conversation(Walk):
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
        if self._mailbox and isinstance(event, told.CallerHungUp):
            return [self._conclude(Disposition.MACHINE)]
        match event:
            case told.CallerHungUp() if self._screened:
                return [self._conclude(Disposition.SCREENED)]
            case told.CallerHungUp():
                heard, verified = self._caller_heard, self.verified
                asked = self._requests.disposition
                return [
                    self._conclude(asked or ending.at_hang_up(self.promise, verified=verified, heard=heard))
                ]
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

    # What the caller does

    def _caller_told(self, event: _FromCaller, state: ListeningState) -> list[Action]:
        self._caller_heard |= not isinstance(event, told.CallerSilent)
        match event:
            case told.CallerSilent():
                return self._repaired(repair.unheard(self._attempt, state, self.flow.messages), state)
            case told.RecognitionFailed():
                self._difficulties.recognition_failures += 1
                return self._repaired(repair.unrecognised(self._attempt, state, self.flow.messages), state)
            case told.KeysPressed(keys=keys, early=early):
                outcome = hear_keys(keys, state, self._known, early=early)
                return self._after(outcome, state) if outcome else []
            case told.CallerSaid() as said:
                self._last_words = said.text
                return self._after(heard(said, state, self._known), state)
            case _:
                assert_never(event)

    def _after(self, outcome: Outcome, state: ListeningState) -> list[Action]:
        no_match = self.flow.messages.no_match
        match outcome:
            case Answered():
                return self._go(self._accept(outcome, state))
            case Digressed(target=target, answer=answer, denied=denied):
                if denied:
                    self._denied()
                return self._go(target, answer)
            case Unwelcome(reason=reason):
                why = reason.prompt or no_match
                return self._repaired(repair.missed(self._attempt, state, why, limit=reason.limit), state)
            case Mismatch():
                assert isinstance(state, Verify)
                return self._repaired(repair.mismatched(self._attempt, state), state)
            case NotUnderstood():
                self._difficulties.no_matches += 1
                return self._repaired(repair.missed(self._attempt, state, no_match), state)
            case SaidAgain():
                return self._detour(state, question(state, self._known))
            case AskedToWait():
                once_more = again(state, self._known)
                moment = self._say(self.flow.messages.hold_on, again=once_more)
                return self._detour(state, [moment], wait=HOLD_ON_WAIT)
            case AskedForLanguage():
                return self._in_other_language(state)
            case _:
                assert_never(outcome)

    def _repaired(self, reaction: Reaction, state: ListeningState) -> list[Action]:
        match reaction:
            case GiveUp(target=target):
                return self._go(target)
            case AskAgain(why=why, limit=limit):
                once_more = again(state, self._known, by_keypad=self._attempt.by_keypad(state))
                asked = self._say(why, limit=limit, again=once_more)
                return [asked, *self._offer_of_language(why), self._listen(state)]
            case _:
                assert_never(reaction)

    def _offer_of_language(self, why: Prompt) -> list[Say]:
        """Whoever is not understood at the first question may speak another language: said in that one."""
        messages, other = self.flow.messages, _following(self.language, self._languages)
        lost = why == messages.no_match and len(self._visits) == self._attempt.misses == 1
        if not (lost and other and messages.other_language):
            return []
        return [say(messages.other_language, replace(self._known, language=other))]

    def _in_other_language(self, state: ListeningState) -> list[Action]:
        """Change to the next language: what the law wants understood is said again, then the question."""
        other = _following(self.language, self._languages)
        if other is None or not self._attempt.takes_detour():
            return self._after(NotUnderstood(), state)
        self.language = other
        notices = [self._say(notice.say, interruptible=False) for notice in self._notices]
        by_keypad = self._attempt.by_keypad(state)
        asked = put_again(state, self._known, by_keypad=True) if by_keypad else question(state, self._known)
        return [*notices, *asked, self._listen(state)]

    def _detour(self, state: ListeningState, say: list[Say], wait: float | None = None) -> list[Action]:
        if not self._attempt.takes_detour():
            return self._after(NotUnderstood(), state)
        return [*say, self._listen(state, wait=wait)]

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

    # Nobody is there

    def _machine_answered(self, disposition: Disposition) -> list[Action]:
        """Wait for the beep where a message is to be left, for as long as it is not told again."""
        asked = self._requests.disposition
        state = self._listening()
        if disposition is Disposition.SCREENED and state and self.flow.messages.screening and not asked:
            return self._announce(state, self.flow.messages.screening)
        machine = disposition is Disposition.MACHINE and not asked
        waits = machine and self.flow.messages.voicemail and not self._mailbox
        self._mailbox = True
        return [] if waits else [self._conclude(asked or disposition), HangUp()]

    def _announce(self, state: ListeningState, who_calls: Prompt) -> list[Action]:
        """Tell the assistant who calls, once, and wait for the person whom it asks."""
        self._screened += 1
        if self._screened > MOST_SCREENED:
            return [self._conclude(Disposition.SCREENED), HangUp()]
        said = [self._say(who_calls, interruptible=False)] if self._screened == 1 else []
        return [*said, self._listen(state, wait=SCREENED_WAIT)]

    def _behind_assistant(self, event: _FromCaller, state: ListeningState) -> list[Action]:
        """A person who comes to the telephone has heard nothing yet; nobody comes where nothing is said."""
        match event:
            case told.CallerSilent():
                return [self._conclude(Disposition.SCREENED), HangUp()]
            case told.RecognitionFailed():
                return [self._listen(state, wait=SCREENED_WAIT)]
            case told.CallerSaid(text=text) if wants_no_calls(text, self.language) is not None:
                self._screened = 0
                return self._caller_told(event, state)
            case told.CallerSaid() | told.KeysPressed():
                self._screened, self._caller_heard = 0, True
                self._visits.clear()
                return self._go(self.flow.start)
            case _:
                assert_never(event)

    def _leave_message(self) -> list[Action]:
        message = self.flow.messages.voicemail
        if not (self._mailbox and message):
            return []
        return [self._say(message, interruptible=False), self._conclude(Disposition.MACHINE), HangUp()]


def _needs_no_answer(actions: Sequence[Action]) -> bool:
    return bool(actions) and isinstance(actions[-1], HandOff | HangUp)


def _following(language: str, languages: Sequence[str]) -> str | None:
    """The next of ``languages``, the first one after the last; ``None`` where there is no other."""
    at = languages.index(language) if language in languages else -1
    other = languages[(at + 1) % len(languages)] if languages else language
    return other if other != language else None
