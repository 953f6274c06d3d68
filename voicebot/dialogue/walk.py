"""Going through a flow: from state to state, until something must happen. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import assert_never

from voicebot.dialogue import ending, repair
from voicebot.dialogue.actions import (
    Action,
    Conclude,
    HandOff,
    HangUp,
    Listen,
    RecordPromise,
    Say,
)
from voicebot.dialogue.asking import listen, put_again, question, say, words
from voicebot.dialogue.attempt import Attempt, Difficulties
from voicebot.dialogue.expecting import ListeningState
from voicebot.dialogue.facts import read_facts
from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import BACK, LANGUAGE, TONE, Name, Prompt
from voicebot.dialogue.language.states import (
    Ask,
    Assign,
    Choose,
    End,
    Note,
    ReadBack,
    Record,
    State,
    Tell,
    Transfer,
    Verify,
)
from voicebot.dialogue.language.values import Values
from voicebot.dialogue.outcomes import (
    Answered,
)
from voicebot.dialogue.passing import passed
from voicebot.dialogue.requests import IN_THEIR_WORDS, Requests, details
from voicebot.disposition import Disposition, PromiseToPay, Request
from voicebot.errors import FlowError
from voicebot.telemetry.redact import redact


class Walk:
    """Where a call is in its flow, what is known there, and how it gets on from there."""

    def __init__(self, flow: Flow, facts: Mapping[str, object], *, language: str, today: date) -> None:
        """Prepare a call about one account.

        Raises:
            FlowError: the flow does not speak ``language``, or facts are missing or cannot be read.
        """
        if language not in flow.languages:
            raise FlowError(f"flow {flow.id} does not speak {language!r}: use {' or '.join(flow.languages)}")
        self.flow = flow.in_tone(facts.get(TONE))
        self.language = language
        """The one spoken now; callers may ask for another of the flow's."""
        self.state: Name = flow.start
        self.trail: list[Name] = []
        """Every state that was entered, in order."""
        self.slots: Values = {}
        self.verified = False
        self.disposition: Disposition | None = None
        self.promise: PromiseToPay | None = None
        """Set once it is on disk."""
        self._requests = Requests()
        self._facts = read_facts(flow, facts)
        self.today = today
        """The day on which it is held, where the caller is."""
        self._started = False
        self._caller_heard = False
        self._mailbox = False
        self._screened = 0
        """How often an assistant that screens calls has spoken; 0 while nobody is, or was, behind one."""
        self._last_words = ""
        self._languages = flow.languages
        self._notices: list[Tell] = []
        """The legal notices that were given."""
        self._question: Name | None = None
        """The one that was put last."""
        self._attempt = Attempt()
        self._visits: Counter[Name] = Counter()
        self._difficulties = Difficulties()

    def _go(self, target: Name | None, answer: Answered | None = None) -> list[Action]:
        """Go to ``target`` and on until something must happen; ``answer`` is to the question left behind."""
        actions: list[Action] = []
        while target is not None:
            target = self._return(answer, actions) if target == BACK else self._arrive(target, actions)
        return actions

    def _arrive(self, name: Name, actions: list[Action]) -> Name | None:
        """Begin with the state; the state to go on to, or ``None`` to wait for an event."""
        self.state = name
        self.trail.append(name)
        state = self.flow.states[name]
        owed = self._requests.owed(state.conclude) if isinstance(state, End | Transfer) else None
        if owed:
            actions.append(self._requests.record(owed))
            return None
        return self._do(state, actions)

    def _do(self, state: State, actions: list[Action]) -> Name | None:
        """Do what the state does; the state to go on to, or ``None`` to wait for an event."""
        match state:
            case Tell() | Assign() | Choose():
                step = passed(state, self._known)
                if isinstance(state, Tell) and state.tells and state not in self._notices:
                    self._notices.append(state)
                actions += step.said
                self.slots |= step.slots
                return step.then
            case Ask() | Verify() | ReadBack():
                return self._open(state, actions)
            case Record() if not self._known.may_record(state.record_promise):
                return state.failed
            case Record():
                actions.append(RecordPromise(self._known.promise(state.record_promise)))
            case Note():
                along = details(state.details, {**self._facts, **self.slots})
                if state.request in IN_THEIR_WORDS and self._last_words:
                    along["words"] = redact(self._last_words)
                actions.append(self._requests.record(Request(state.request, along)))
            case Transfer():
                said = self._say(state.say, interruptible=state.interruptible)
                summary, topic = self._for_human(state.summary), self._for_human(state.topic)
                skills = tuple(self.language if skill == LANGUAGE else skill for skill in state.skills)
                actions += [said, HandOff(state.hand_off, summary, topic, skills)]
            case End():
                actions.append(self._say(state.say, interruptible=state.interruptible))
                conclusion = ending.refined(state.conclude, heard=self._caller_heard)
                actions += [self._conclude(conclusion), HangUp()]
            case _:
                assert_never(state)
        return None

    def _return(self, answer: Answered | None, actions: list[Action]) -> Name | None:
        """Come back to the question that was left: it is as far as it was, and is put again."""
        assert self._question, "proved: a question was left"
        self.state = self._question
        self.trail.append(self.state)
        state = self._listening()
        assert state
        if answer:
            return self._accept(answer, state)
        if isinstance(state, Ask) and state.collect in self.slots:
            return state.collected
        if given_up := repair.returned(self._attempt, state):
            return given_up.target
        actions += put_again(state, self._known, by_keypad=self._attempt.by_keypad(state))
        actions.append(self._listen(state))
        return None

    def _accept(self, outcome: Answered, state: ListeningState) -> Name:
        """Note what was answered; where that leads."""
        if outcome.verified is False:
            self._denied()
        self.verified |= bool(outcome.verified)
        if isinstance(state, ReadBack) and (outcome.forget or outcome.slots):
            self._difficulties.refusals += 1
        self.slots |= outcome.slots
        for name in outcome.forget:
            self.slots.pop(name, None)
        return outcome.target or self.state

    def _denied(self) -> None:
        """Whoever speaks is not the right party: nobody is verified, and what was told as the right party is
        forgotten."""
        if self.verified:
            self.verified, self.slots = False, {}

    def _open(self, state: ListeningState, actions: list[Action]) -> Name | None:
        self._question = self.state
        if isinstance(state, Ask) and state.collect in self.slots:
            return state.collected
        self._visits[self.state] += 1
        if self._visits[self.state] > state.visits:
            return state.give_up
        self._attempt = Attempt()
        if state.keypad and self._difficulties.prefers_keypad(state):
            self._attempt.to_keypad(state)
            actions += put_again(state, self._known, by_keypad=True)
        else:
            actions += question(state, self._known)
        actions.append(self._listen(state))
        return None

    def _listening(self) -> ListeningState | None:
        state = self.flow.states[self.state]
        return state if self._started and isinstance(state, Ask | Verify | ReadBack) else None

    def _for_human(self, prompt: Prompt | None) -> str:
        return words(prompt, self._known, last_words=self._last_words) if prompt else ""

    def _conclude(self, disposition: Disposition) -> Conclude:
        self.disposition = disposition
        return Conclude(disposition)

    @property
    def _known(self) -> Knowledge:
        return Knowledge(self.flow, self._facts, self.slots, self.verified, self.language, self.today)

    def _say(self, prompt: Prompt, *, interruptible: bool = True, **extra: object) -> Say:
        return say(prompt, self._known, interruptible=interruptible, **extra)

    def _listen(self, state: ListeningState, wait: float | None = None) -> Listen:
        deaf = self._attempt.deaf or self._difficulties.deaf
        return listen(self.state, state, self._known, wait=wait, deaf=deaf)
