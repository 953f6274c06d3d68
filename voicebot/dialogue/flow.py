"""The language of flows: what an operator writes, as types. Pure.

A flow is a set of states. Each state does one thing, and is known by the key that says so:

==================  ==========================================================================
``then``            Tell: say something and go on
``give_up``         Ask: say something and wait for an answer
``verify``          Verify: ask for digits and compare them with a fact that is never said
``confirm``         ReadBack: read slots back and wait for an explicit yes
``set``             Assign: put a fact into a slot
``choose``          Choose: go where a condition says
``record_promise``  Record: put the confirmed promise on disk
``hand_off``        Transfer: give the caller to a human
``conclude``        End: say goodbye, conclude and hang up
==================  ==========================================================================
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Discriminator, Field, Tag

from voicebot.dialogue.notation import (
    DateBound,
    Expects,
    Keys,
    Kind,
    MoneyBound,
    Name,
    Names,
    Notice,
    Part,
    Prompt,
    Targets,
    When,
    kind_alone,
    one_or_many,
)
from voicebot.disposition import Disposition


class Fact(Part):
    """What the account brings to the call."""

    kind: Kind
    private: bool = False
    """Reveals the debt: only the verified right party may hear it."""


class Slot(Part):
    """What the caller tells, and the bounds it must keep."""

    kind: Kind
    min: MoneyBound | None = None
    max: MoneyBound | None = None
    """For money; also what "all of it" means."""
    earliest: DateBound | None = None
    latest: DateBound | None = None
    too_low: Prompt | None = None
    """Said when the answer lies below its bound or before it; ``{{ limit }}`` is the bound."""
    too_high: Prompt | None = None


class Promise(Part):
    """Which slots make the promise, and which fact is the whole debt."""

    amount: Name
    date: Name
    of: Name


class Spoken(Part):
    """What all states share that say something of their own."""

    say: Prompt
    interruptible: bool = True
    private: bool = False
    """The words themselves reveal the debt, whatever facts they name."""


class Tell(Spoken):
    """Says something and goes on."""

    tells: Annotated[tuple[Notice, ...], BeforeValidator(one_or_many)] = ()
    """The legal notices that this prompt gives."""
    then: Name


class Listening(Spoken):
    """What all states share that wait for the caller."""

    again: Prompt | None = None
    """The question once more, shorter; ``say`` where there is none."""
    keypad: Prompt | None = None
    """Asks for the keypad instead, when ``tries`` answers were not understood or speech cannot be had."""
    tries: Annotated[int, Field(ge=1, le=5)] = 2
    """Spoken answers that may fail before the keypad is asked for, or ``give_up`` followed."""
    visits: Annotated[int, Field(ge=1, le=10)] = 4
    """How often a call may come back here until ``give_up`` is followed: no call goes round for ever."""
    wait: Annotated[float, Field(ge=1, le=60)] = 6.0
    """Seconds of silence that count as no answer."""
    patience: Annotated[float, Field(ge=0.2, le=3)] | None = None
    """Seconds of silence that end an answer in which people pause; without it, what is set for all."""
    on: Targets = Field(default_factory=dict)
    keys: Keys = Field(default_factory=dict)
    give_up: Name
    """Where to go when the caller was not understood."""
    when_silent: Name | None = None
    """Where to go when the caller says nothing at all; ``give_up`` where there is none."""


class Ask(Listening):
    """Asks a question; with ``collect``, until the slot is filled."""

    expect: Expects = ()
    collect: Name | None = None
    also: Names = ()
    """Slots that the same breath may fill."""
    collected: Name | None = None
    """Where to go once the slot is filled; the state is passed over when it already is."""


class Verify(Listening):
    """Compares digits, spoken or typed, with a fact that is never said."""

    verify: Name
    attempts: Annotated[int, Field(ge=1, le=3)] = 2
    """Wrong answers until ``wrong`` is followed."""
    mismatch: Prompt
    """Said after a wrong answer that may be followed by another."""
    right: Name
    wrong: Name


class ReadBack(Listening):
    """Reads slots back, always to the end, then waits for an explicit yes."""

    confirm: Names
    ask: Prompt
    """The question behind the read-back, such as "Is that right?"."""
    yes: Name
    no: Name
    """Where to go, with the slots forgotten, when the caller says no without a correction."""


class Assign(Part):
    """Puts facts into slots, such as the balance into the amount."""

    set: dict[Name, Name]
    then: Name


class Option(Part):
    """A condition and where it leads."""

    when: When
    then: Name


class Choose(Part):
    """Goes the way of the first condition that holds, without a word."""

    choose: Annotated[tuple[Option, ...], Field(min_length=1)]
    otherwise: Name
    """Where to go when none holds."""


class Record(Part):
    """Puts the confirmed promise on disk."""

    record_promise: Promise
    whole: Name
    """Where to go when the promise covers the whole debt."""
    part: Name
    failed: Name
    """Where to go when it could not be kept: nothing may be called noted."""


class Transfer(Spoken):
    """Gives the caller to a human; the contact ends with ``conclude`` when one takes the call."""

    hand_off: Name
    """The queue."""
    topic: Prompt | None = None
    """A word or two that the human's telephone shows in place of the caller's name."""
    summary: Prompt | None = None
    """One line for the human; may name any fact, and ``last_words`` of the caller."""
    afterwards: Prompt | None = None
    """Said when the human hangs up and the caller is still there."""
    conclude: Disposition
    failed: Name
    """Where to go when nobody takes the call."""


class End(Spoken):
    """Says goodbye, concludes and hangs up."""

    conclude: Disposition
    """``HUMAN_NO_RPC`` turns into ``SILENCE`` when nobody ever made a sound."""


TELLING_KEYS = {
    "verify": "Verify",
    "confirm": "ReadBack",
    "record_promise": "Record",
    "hand_off": "Transfer",
    "conclude": "End",
    "set": "Assign",
    "choose": "Choose",
    "then": "Tell",
}
"""The key a state is known by; a state with none of them asks."""


def _state_kind(value: Any) -> str:
    if isinstance(value, BaseModel):
        return type(value).__name__
    keys = value if isinstance(value, dict) else {}
    return next((kind for key, kind in TELLING_KEYS.items() if key in keys), "Ask")


State = Annotated[
    Annotated[Tell, Tag("Tell")]
    | Annotated[Ask, Tag("Ask")]
    | Annotated[Verify, Tag("Verify")]
    | Annotated[ReadBack, Tag("ReadBack")]
    | Annotated[Assign, Tag("Assign")]
    | Annotated[Choose, Tag("Choose")]
    | Annotated[Record, Tag("Record")]
    | Annotated[Transfer, Tag("Transfer")]
    | Annotated[End, Tag("End")],
    Discriminator(_state_kind),
]


class Messages(Part):
    """What is said in any state when an answer fails; ``{{ again }}`` is the state's own question."""

    no_input: Prompt
    no_match: Prompt
    hold_on: Prompt


class Flow(Part):
    """A conversation as its operator writes it."""

    id: Name
    languages: Annotated[tuple[Name, ...], BeforeValidator(one_or_many), Field(min_length=1)]
    facts: dict[Name, Annotated[Fact, BeforeValidator(kind_alone)]] = Field(default_factory=dict)
    slots: dict[Name, Annotated[Slot, BeforeValidator(kind_alone)]] = Field(default_factory=dict)
    messages: Messages
    keys: Keys = Field(default_factory=dict)
    """Typed in any state where it is not the answer itself."""
    anywhere: Targets = Field(default_factory=dict)
    """Heard in every state that listens."""
    once_verified: Targets = Field(default_factory=dict)
    """Heard in every state that listens once the right party is verified; takes the place of ``anywhere``
    for what both name."""
    start: Name
    states: Annotated[dict[Name, State], Field(min_length=1)]

    @cached_property
    def version(self) -> str:
        """A hash of the content, so that a call can be replayed against the flow it followed."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def jumps(self, *, verified: bool) -> Targets:
        """What is heard in every state, most urgent first."""
        return {**self.anywhere, **self.once_verified} if verified else self.anywhere
