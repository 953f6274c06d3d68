"""Conversations written in YAML, run against their flow. Pure.

Each step says what happens (``caller``, ``keys``, ``event`` or ``hang_up``), what must then be true
(``bot``: the state, ``says``, ``slots``, ``promise``, ``disposition``), or both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Field, model_validator

from voicebot.dialogue.actions import Action, RecordPromise, RecordRequest, Say
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import (
    AgentLeft,
    CallerHungUp,
    CallerSaid,
    CallerSilent,
    DialogueEvent,
    HandedOff,
    HandOffFailed,
    KeysPressed,
    MachineAnswered,
    MailboxListens,
    PromiseNotRecorded,
    PromiseRecorded,
    RecognitionFailed,
    RequestNotRecorded,
    RequestRecorded,
)
from voicebot.dialogue.facts import read_value
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import TONE, Name, Part, StateName, one_or_many
from voicebot.dialogue.language.problems import Fault, Path
from voicebot.dialogue.language.tones import unknown_tone
from voicebot.disposition import Disposition, PromiseToPay, RequestKind
from voicebot.errors import FlowError


class Happening(StrEnum):
    """What happens to a call besides the caller's words."""

    RECOGNITION_FAILED = "recognition_failed"
    PROMISE_NOT_RECORDED = "promise_not_recorded"
    REQUEST_NOT_RECORDED = "request_not_recorded"
    HANDED_OFF = "handed_off"
    HAND_OFF_FAILED = "hand_off_failed"
    AGENT_LEFT = "agent_left"
    MACHINE_ANSWERED = "machine_answered"
    MAILBOX_LISTENS = "mailbox_listens"


_EVENTS: dict[Happening, DialogueEvent] = {
    Happening.RECOGNITION_FAILED: RecognitionFailed(),
    Happening.PROMISE_NOT_RECORDED: PromiseNotRecorded(),
    Happening.REQUEST_NOT_RECORDED: RequestNotRecorded(),
    Happening.HANDED_OFF: HandedOff(),
    Happening.HAND_OFF_FAILED: HandOffFailed(),
    Happening.AGENT_LEFT: AgentLeft(),
    Happening.MACHINE_ANSWERED: MachineAnswered(Disposition.MACHINE),
    Happening.MAILBOX_LISTENS: MailboxListens(),
}


class Promised(Part):
    """The promise that must be on record."""

    amount: Decimal
    """How much."""
    date: date
    """When; of instalments, the first."""
    instalments: int = 1
    """In how many payments."""


class Step(Part):
    """What happens, then what must be true."""

    caller: str | None = None
    """What the caller says; ``""`` is silence."""
    keys: str | None = None
    """What the caller types."""
    early: bool = False
    """Said or typed before the prompt was heard to its end: over what must be heard, words are lost and keys
    are early ones; any other prompt is broken in on."""
    event: Happening | None = None
    """What happens besides."""
    hang_up: bool = False
    """The caller hangs up."""
    bot: StateName | None = None
    """The state that the conversation is in."""
    says: str | None = None
    """Part of what was said last."""
    slots: dict[Name, Any] | None = None
    """Slots and their values."""
    promise: Promised | Literal["nothing"] | None = None
    """The promise on record, or nothing."""
    requests: tuple[RequestKind, ...] | dict[RequestKind, dict[Name, Any]] | None = None
    """The requests on record, in order; as a mapping, each with what goes along with it."""
    disposition: Disposition | None = None
    """How the contact has ended."""

    @model_validator(mode="after")
    def _early_is_something(self) -> Self:
        if self.early and not (self.caller or self.keys):
            raise ValueError("'early' is for words or keys: write what is said or typed beside it")
        return self


Files = Annotated[tuple[str, ...], BeforeValidator(one_or_many, json_schema_input_type=str | tuple[str, ...])]


class Scene(Part):
    """One conversation."""

    test: str
    """What it shows, as a sentence."""
    language: str
    """Of this conversation: en or es."""
    facts: dict[Name, Any] = Field(default_factory=dict)
    """Facts that differ from the script's."""
    steps: list[Step]
    """What happens, one after the other."""


class Scenes(Part):
    """Conversations that several flows must hold, such as those of a part."""

    tests: list[Scene]
    """The conversations."""


class Script(Part):
    """The conversations that show what a flow does."""

    today: date
    """The day that it is taken to be."""
    facts: dict[Name, Any]
    """What the account brings, by the names in the flow's ``facts``."""
    include: Files = ()
    """Files of conversations that it holds as well, with its own day and facts."""
    tests: list[Scene]
    """The conversations."""


class Held(NamedTuple):
    """What came of one conversation."""

    fault: Fault | None
    """Where it first went another way than written."""
    trail: Sequence[Name] = ()
    """The states that were entered until then."""


def hold(script: Script, flow: Flow) -> list[Held]:
    """What came of each conversation on ``flow``."""
    return [_hold(script, index, flow) for index in range(len(script.tests))]


def _hold(script: Script, index: int, flow: Flow) -> Held:
    scene, path = script.tests[index], ("tests", index)
    facts = {**script.facts, **scene.facts}
    if told := unknown_tone(flow, facts):
        return Held(Fault((*path, "facts", TONE), told))
    try:
        conversation = Conversation(flow, facts, language=scene.language, today=script.today)
    except FlowError as fault:
        return Held(Fault((*path, "test"), f"{scene.test!r} cannot start: {fault}"))
    return Held(_first_difference(conversation, scene, path), conversation.trail)


def _first_difference(conversation: Conversation, scene: Scene, path: Path) -> Fault | None:
    said = _said(conversation.start())
    for number, step in enumerate(scene.steps):
        after = scene.steps[number + 1].event if number + 1 < len(scene.steps) else None
        said = _play(conversation, step, after, said)
        words = " ".join(say.text for say in said)
        difference = next(_differences(conversation, step, words, (*path, "steps", number)), None)
        if difference:
            return difference
    return None


def _play(conversation: Conversation, step: Step, after: Happening | None, said: list[Say]) -> list[Say]:
    """Let the step happen, and put on record what is to be unless the next step says otherwise; what is said.

    Args:
        conversation: which is told.
        step: what happens.
        after: what happens next.
        said: what was said before, and may be broken in on.
    """
    for event in _events(step, over=said):
        actions = conversation.handle(event)
        said = _said(actions) or said
        while (recorded := _recorded(actions, after)) is not None:
            actions = conversation.handle(recorded)
            said = _said(actions) or said
    return said


def _events(step: Step, over: list[Say]) -> Iterator[DialogueEvent]:
    """What the conversation is told, as the ears of a call would: over a notice they take no words."""
    early = step.early and not all(say.interruptible for say in over)
    if step.caller is not None and not early:
        yield CallerSaid(step.caller) if step.caller else CallerSilent()
    if step.keys is not None:
        yield KeysPressed(step.keys, early)
    if step.event is not None:
        yield _EVENTS[step.event]
    if step.hang_up:
        yield CallerHungUp()


def _differences(conversation: Conversation, step: Step, said: str, path: Path) -> Iterator[Fault]:
    """What is not as the step expects."""
    if step.bot is not None and conversation.state != step.bot:
        yield Fault((*path, "bot"), f"the conversation is in {conversation.state!r}, where it says {said!r}")
    if step.says is not None and step.says.casefold() not in said.casefold():
        yield Fault((*path, "says"), f"what is said is {said!r}")
    for name, expected in (step.slots or {}).items():
        yield from _slot_difference(conversation, name, expected, (*path, "slots", name))
    if step.promise is not None and step.promise != _promised(conversation.promise):
        yield Fault((*path, "promise"), f"the promise on record is {_told(conversation.promise)}")
    if step.requests is not None and (difference := _request_difference(conversation, step.requests)):
        yield Fault((*path, "requests"), difference)
    if step.disposition is not None and conversation.disposition != step.disposition:
        ended = conversation.disposition or f"open, in state {conversation.state!r}"
        yield Fault((*path, "disposition"), f"the contact is {ended}")


def _slot_difference(conversation: Conversation, name: Name, expected: object, path: Path) -> Iterator[Fault]:
    if name not in conversation.flow.slots:
        yield Fault(path, f"the flow has no slot {name!r}")
        return
    value = conversation.slots.get(name)
    try:
        wanted = read_value(conversation.flow.slots[name].kind, expected)
    except ValueError as fault:
        yield Fault(path, str(fault))
        return
    if value != wanted:
        yield Fault(path, f"{name!r} is {value}" if value is not None else f"{name!r} is not known")


def _request_difference(
    conversation: Conversation, wanted: tuple[RequestKind, ...] | dict[RequestKind, dict[Name, Any]]
) -> str:
    """What is on record instead of what is ``wanted``; empty where it is that."""
    on_record = {request.kind: dict(request.details) for request in conversation.requests}
    if isinstance(wanted, dict):
        wanted = {kind: {name: str(value) for name, value in along.items()} for kind, along in wanted.items()}
    if list(on_record) == list(wanted) and (isinstance(wanted, tuple) or wanted == on_record):
        return ""
    return f"the requests on record are {', '.join(map(str, conversation.requests)) or 'none'}"


def _said(actions: list[Action]) -> list[Say]:
    return [action for action in actions if isinstance(action, Say)]


def _recorded(actions: list[Action], after: Happening | None) -> DialogueEvent | None:
    """What is told when ``actions`` put something on record, unless ``after`` says that it failed."""
    match actions[-1:]:
        case [RecordPromise()] if after is not Happening.PROMISE_NOT_RECORDED:
            return PromiseRecorded()
        case [RecordRequest()] if after is not Happening.REQUEST_NOT_RECORDED:
            return RequestRecorded()
        case _:
            return None


def _promised(promise: PromiseToPay | None) -> Promised | Literal["nothing"]:
    if promise is None:
        return "nothing"
    return Promised(amount=promise.amount, date=promise.date, instalments=promise.instalments)


def _told(promise: PromiseToPay | None) -> str:
    return str(promise) if promise else "nothing"
