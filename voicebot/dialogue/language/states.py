"""The kinds of state that a flow is made of. Pure.

A flow is a set of states. Each state does one thing, and is known by the key that says so:

==================  ==========================================================================
``then``            Tell: say something and go on
``give_up``         Ask: say something and wait for an answer
``verify``          Verify: ask for digits and compare them with a fact that is never said
``confirm``         ReadBack: read slots back and wait for an explicit yes
``set``             Assign: put a fact, or a part of one, into a slot
``choose``          Choose: go where a condition says
``record_promise``  Record: put the confirmed promise on disk
``request``         Note: put what the caller asked for on disk
``hand_off``        Transfer: give the caller to a human
``conclude``        End: say goodbye, conclude and hang up
==================  ==========================================================================

A state that calls a sub-flow has become the states of that sub-flow by then: see ``assembly``.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Discriminator, Field, Tag

from voicebot.dialogue.language.notation import (
    Expects,
    Keys,
    Name,
    Names,
    Notices,
    Part,
    Prompt,
    Purposes,
    Source,
    StateName,
    Targets,
    When,
)
from voicebot.disposition import Disposition, RequestKind


class Promise(Part):
    """Which slots make the promise, and which fact is the whole debt."""

    amount: Name
    """The slot with the amount."""
    date: Name
    """The slot with the day."""
    of: Name
    """The fact that is the whole debt."""
    instalments: Name | None = None
    """The slot with the number of payments, each of the amount: the first on the day, the others monthly; one
    without it."""

    @property
    def slots(self) -> frozenset[Name]:
        """What must have been read back and confirmed."""
        return frozenset({self.amount, self.date} | ({self.instalments} if self.instalments else set()))


class Spoken(Part):
    """What all states share that say something of their own."""

    say: Prompt
    """What is said: one text per language."""
    interruptible: bool = True
    """False for what must be heard to its end, such as a legal notice."""
    private: bool = False
    """The words themselves reveal the debt, whatever facts they name."""


class Tell(Spoken):
    """Says something and goes on."""

    tells: Notices = ()
    """The legal notices that this prompt gives."""
    then: StateName
    """The state to go to; `back` puts the question again that the caller left."""


class Listening(Spoken):
    """What all states share that wait for the caller."""

    asks: Purposes = ()
    """What the question is after, for countries that forbid it."""
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
    """What is heard here and where it leads; the line written first wins."""
    keys: Keys = Field(default_factory=dict)
    """What is typed here, and what it means; where there is none, 1 is yes and 2 is no."""
    give_up: StateName
    """Where to go when the caller was not understood."""
    when_silent: StateName | None = None
    """Where to go when the caller says nothing at all; ``give_up`` where there is none."""


class Ask(Listening):
    """Asks a question; with ``collect``, until the slot is filled."""

    expect: Expects = ()
    """The kinds of answer besides those that fill slots."""
    collect: Name | None = None
    """The slot to fill."""
    also: Names = ()
    """Slots that the same breath may fill."""
    collected: StateName | None = None
    """Where to go once the slot is filled; the state is passed over when it already is."""
    refused: StateName | None = None
    """Where to go, with the slot as it was, when an answer lies beyond its bounds; without it, the question
    is put again with what the slot says of that."""


class Verify(Listening):
    """Compares digits, spoken or typed, with a fact that is never said."""

    verify: Name
    """The digits fact to compare with; it is never said."""
    attempts: Annotated[int, Field(ge=1, le=3)] = 2
    """Wrong answers until ``wrong`` is followed."""
    mismatch: Prompt
    """Said after a wrong answer that may be followed by another."""
    right: StateName
    """Where to go with the right digits: the right party is verified."""
    wrong: StateName
    """Where to go when ``attempts`` answers were wrong."""


class ReadBack(Listening):
    """Reads slots back, always to the end, then waits for an explicit yes."""

    confirm: Names
    """The slots that ``say`` reads back."""
    ask: Prompt
    """The question behind the read-back, such as "Is that right?"."""
    yes: StateName
    """Where to go with an explicit yes."""
    corrected: StateName | None = None
    """Where to go with a correction, such as to work an amount out anew; without it, read back at once."""
    no: StateName
    """Where to go, with the slots forgotten, when the caller says no without a correction."""
    refused: StateName | None = None
    """Where to go, with the slot as it was, when an answer lies beyond its bounds; without it, the question
    is put again with what the slot says of that."""


class Assign(Part):
    """Puts facts into slots, such as the balance into the amount, or a part of it.

    All of them are worked out of what was known before.
    """

    set: dict[Name, Source]
    """Slots, each with its source: a fact, another slot, ``50% of balance``, ``balance / instalments``."""
    then: StateName
    """The state to go to; `back` puts the question again that the caller left."""


class Option(Part):
    """A condition and where it leads."""

    when: When
    """Such as ``amount >= 20% of balance and pay_on is known``."""
    then: StateName
    """The state to go to when it holds; `back` puts the question again that the caller left."""


class Choose(Part):
    """Goes the way of the first condition that holds, without a word."""

    choose: Annotated[tuple[Option, ...], Field(min_length=1)]
    """Conditions with their ways; the first that holds is taken."""
    otherwise: StateName
    """Where to go when none holds; `back` puts the question again that the caller left."""


class Record(Part):
    """Puts the confirmed promise on disk."""

    record_promise: Promise
    """The slots that make the promise: both read back and confirmed."""
    whole: StateName
    """Where to go when the promise covers the whole debt."""
    part: StateName
    """Where to go when it covers less."""
    failed: StateName
    """Where to go when it could not be kept: nothing may be called noted."""


class Note(Part):
    """Puts what the caller asked for on disk, for people to work off."""

    request: RequestKind
    """What is asked for."""
    details: dict[Name, Name] = Field(default_factory=dict, alias="with")
    """What goes along with it: for each detail, such as date, the slot or fact that holds it; left out where
    that is not known."""
    then: StateName
    """Where to go when it is on disk: now it may be called noted."""
    failed: StateName
    """Where to go when it could not be kept: nothing may be called noted."""


class Transfer(Spoken):
    """Gives the caller to a human; the contact ends with ``conclude`` when one takes the call."""

    hand_off: Name
    """The queue."""
    skills: Names = ()
    """What the human should master, the most important first: the first that has a queue of its own, such as
    `negotiators-care`, chooses it. `language` is the language of the call: `negotiators-es`."""
    topic: Prompt | None = None
    """A word or two that the human's telephone shows in place of the caller's name."""
    summary: Prompt | None = None
    """One line for the human; may name any fact, and ``last_words`` of the caller."""
    afterwards: Prompt | None = None
    """Said when the human hangs up and the caller is still there."""
    conclude: Disposition
    """How the contact has ended once a human takes the call."""
    failed: StateName
    """Where to go when nobody takes the call."""


class End(Spoken):
    """Says goodbye, concludes and hangs up."""

    conclude: Disposition
    """How the contact ended; ``HUMAN_NO_RPC`` turns into ``SILENCE`` when nobody ever made a sound."""


TELLING_KEYS = {
    "verify": "Verify",
    "confirm": "ReadBack",
    "record_promise": "Record",
    "request": "Note",
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
    | Annotated[Note, Tag("Note")]
    | Annotated[Transfer, Tag("Transfer")]
    | Annotated[End, Tag("End")],
    Discriminator(_state_kind),
]
