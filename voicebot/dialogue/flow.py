"""The language of flows: what an operator writes, as types. Pure.

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

from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Discriminator, Field, PrivateAttr, Tag

from voicebot.dialogue.notation import (
    TONE,
    Countries,
    Expects,
    FactKind,
    Keys,
    Kind,
    Languages,
    MomentBound,
    MoneyBound,
    Name,
    Names,
    Notices,
    Part,
    Phrasing,
    Prompt,
    Purposes,
    Source,
    StateName,
    Targets,
    When,
    kind_alone,
)
from voicebot.dialogue.understanding.meaning import OwnPhrases
from voicebot.disposition import Disposition, RequestKind


class Fact(Part):
    """What the account brings to the call."""

    kind: FactKind
    """What it holds: text, money, date, digits, number, time, yes_no or phone."""
    private: bool = False
    """Reveals the debt: only the verified right party may hear it."""


class Choosable(Part):
    """One of the options of a slot."""

    say: Prompt
    """How ``{{ slot | choice }}`` says it: plain words, no template."""
    words: Phrasing
    """What callers call it, in each language; of phrases that overlap the longest counts."""
    key: Annotated[str, Field(pattern=r"^[0-9]$")] | None = None
    """What is typed for it."""


class Slot(Part):
    """What the caller tells, and the bounds it must keep."""

    kind: Kind
    """What it holds: money, date, digits, number, time, yes_no, choice, phone or name."""
    min: MoneyBound | None = None
    """For money and numbers: the least that is taken, such as 100, a fact, or 20% of a money fact."""
    max: MoneyBound | None = None
    """For money and numbers: the most that is taken; for money also what "all of it" means."""
    earliest: MomentBound | None = None
    """For dates and times: the first that is taken, such as today, or 09:00."""
    latest: MomentBound | None = None
    """For dates and times: the last that is taken, such as today + 30 days, or 20:00."""
    options: dict[Name, Choosable] = Field(default_factory=dict)
    """For a choice: what there is to choose, by the words that conditions compare with."""
    too_low: Prompt | None = None
    """Said when the answer lies below its bound or before it; ``{{ limit }}`` is the bound."""
    too_high: Prompt | None = None
    """Said when the answer lies above its bound or behind it; ``{{ limit }}`` is the bound."""


ShortFact = Annotated[Fact, BeforeValidator(kind_alone, json_schema_input_type=Kind | Fact)]
ShortSlot = Annotated[Slot, BeforeValidator(kind_alone, json_schema_input_type=Kind | Slot)]


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


class Messages(Part):
    """What is said in any state when an answer fails; ``{{ again }}`` is the state's own question."""

    no_input: Prompt
    """Said when nothing was heard."""
    no_match: Prompt
    """Said when an answer was not understood."""
    hold_on: Prompt
    """Said to a caller who asks for a moment."""
    other_language: Prompt | None = None
    """Said once, and in the language that it offers, to whoever is not understood at the first question:
    its text for Spanish is said in calls that another language leads to Spanish, in a Spanish voice."""


def _tone(value: object) -> str:
    return str(value).strip().casefold()


class Flow(Part):
    """A conversation as its operator writes it."""

    id: Name
    """The name of the flow."""
    languages: Languages
    """The languages it speaks: en, es."""
    tones: Names = ()
    """The tones it speaks in, such as formal and friendly; the first is said where another is not written."""
    countries: Countries = ()
    """Where it is spoken: their rules are kept."""
    facts: dict[Name, ShortFact] = Field(default_factory=dict)
    """What the account brings."""
    slots: dict[Name, ShortSlot] = Field(default_factory=dict)
    """What the caller tells."""
    intents: dict[Name, Phrasing] = Field(default_factory=dict)
    """What callers of this flow want besides what is understood in every flow, and how they say it."""
    messages: Messages
    """Said in any state."""
    keys: Keys = Field(default_factory=dict)
    """Typed in any state where it is not the answer itself."""
    anywhere: Targets = Field(default_factory=dict)
    """Heard in every state that listens."""
    once_verified: Targets = Field(default_factory=dict)
    """Heard in every state that listens once the right party is verified; takes the place of ``anywhere``
    for what both name."""
    start: StateName
    """The first state."""
    states: Annotated[dict[StateName, State], Field(min_length=1)]
    """The conversation: each state does one thing, known by the key that says so."""

    _others: Mapping[Name, Flow] = PrivateAttr(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """A hash of the content in all tones, so that a call can be replayed against the flow it followed."""
        content = "".join(flow.model_dump_json() for flow in self.in_every_tone())
        return sha256(content.encode()).hexdigest()[:12]

    def with_tones(self, others: Mapping[Name, Flow]) -> Flow:
        """This flow in its first tone, with those of its ``others``: all go by one id and version."""
        whole = self.model_copy()
        whole._others = others
        shared = {"version": whole.version}
        whole._others = {tone: flow.model_copy(update=shared) for tone, flow in others.items()}
        return whole

    def in_every_tone(self) -> tuple[Flow, ...]:
        """This flow as it speaks in each of its tones, itself first."""
        return (self, *self._others.values())

    def in_tone(self, tone: object) -> Flow:
        """This flow as it speaks in ``tone``; in its first one if that is none of its tones."""
        return self._others.get(_tone(tone), self)

    def speaks(self, tone: object) -> bool:
        """Whether ``tone`` is one of its own."""
        return _tone(tone) in self.tones

    def takes(self, fact: str) -> bool:
        """Whether ``fact`` is of use: declared, or the tone to speak in."""
        return fact in self.facts or (fact == TONE and bool(self.tones))

    def own_phrases(self, language: str) -> OwnPhrases:
        """The flow's own intents with their phrases in ``language``."""
        return tuple((name, phrasing.get(language, ())) for name, phrasing in self.intents.items())

    def jumps(self, *, verified: bool) -> Targets:
        """What is heard in every state, most urgent first."""
        return {**self.anywhere, **self.once_verified} if verified else self.anywhere
