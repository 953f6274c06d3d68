"""The language of flows: what an operator writes, as types. Pure.

A flow is a set of states (see ``states``), with what the account brings, what the caller tells, and what is
heard and said everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Annotated

from pydantic import BeforeValidator, Field, PrivateAttr

from voicebot.dialogue.language.notation import (
    TONE,
    Countries,
    FactKind,
    Keys,
    Kind,
    Languages,
    MomentBound,
    MoneyBound,
    Name,
    Names,
    Part,
    Phrasing,
    Prompt,
    StateName,
    Targets,
    kind_alone,
)
from voicebot.dialogue.language.states import State
from voicebot.dialogue.understanding.meaning import NOT_THE_RIGHT_PARTY, OwnPhrases


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
    screening: Prompt | None = None
    """Said once to an assistant that asks who is calling, in a call that we place; without it such a call
    ends. Anybody may hear it: who calls, whom, and nothing of a debt."""
    voicemail: Prompt | None = None
    """Left behind the beep where a mailbox answers a call that we place; without it nothing is left. Anybody
    may hear it: who calls, a number, and nothing of a debt."""


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

    def jumps(self, *, verified: bool, denied: bool = False) -> Targets:
        """What is heard in every state, most urgent first.

        Args:
            verified: the right party is on the line.
            denied: whoever speaks denies to be that: of ``once_verified`` only what is said about it counts.
        """
        once = {
            heard: to
            for heard, to in self.once_verified.items()
            if not denied or heard in NOT_THE_RIGHT_PARTY
        }
        return {**self.anywhere, **once} if verified else self.anywhere
