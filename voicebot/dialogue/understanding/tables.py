"""The tables of a vocabulary, as its file has them. Pure."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from voicebot.dialogue.understanding.meaning import Flag, Intent, Topic

# These keep every scalar a string: "yes", "no" and "on" are words here, not booleans.
_LOADER = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader


def read_table(text: str) -> Any:
    """What a file of words holds, as plain data; libyaml reads it in a tenth of the time."""
    return yaml.load(text, _LOADER)


class Table(BaseModel):
    """What is written down once and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Numbers(Table):
    """Number words by their place in a number."""

    digits: dict[str, int]
    teens: dict[str, int]
    tens: dict[str, int]
    hundreds: dict[str, int] = {}
    variants: dict[str, int]
    """Understood, but not listened for."""
    multipliers: dict[str, int]
    joints: tuple[str, ...]


class CurrencyWords(Table):
    """How a currency is called; the first word is the one that recognisers listen for."""

    major: tuple[str, ...]
    minor: tuple[str, ...]


class DeniedBy(Table):
    """What around an amount or a day says that another one is meant; one phrase a line."""

    before: str
    after: str
    doubted: str
    """Before it: another one is meant if there is another one."""


class Phrases(Table):
    """How an intent is put into words."""

    said: tuple[str, ...]
    """Listened for and understood."""
    understood: tuple[str, ...] = ()
    """Understood where an engine writes whatever it hears, or in text."""
    alone: tuple[str, ...] = ()
    """Understood where nothing else is said: "right" means yes, and "not right now" does not."""

    @property
    def all(self) -> tuple[str, ...]:
        """Each phrase once."""
        return tuple(dict.fromkeys((*self.said, *self.understood, *self.alone)))


class Warnings(Table):
    """What raises a flag."""

    raised: str
    """One phrase a line."""
    unless: str = ""
    """What only sounds like it, one phrase a line: "power of attorney" names no lawyer."""


class Grammar(Table):
    """JSGF of the answers, referring to the lists of the vocabulary."""

    below_hundred: str
    below_thousand: str
    amount: tuple[str, ...]
    amount_thousands: tuple[str, ...]
    amount_words: tuple[str, ...]
    amount_openings: tuple[str, ...]
    count: tuple[str, ...]
    time: tuple[str, ...]
    minute: str
    date: tuple[str, ...]
    coming_day: tuple[str, ...]
    """A weekday with its date, of one of the coming days."""
    joints: tuple[str, ...]
    """Words between an amount and a date said in one breath."""
    date_times: tuple[str, ...]
    date_openings: tuple[str, ...]
    name_answers: tuple[str, ...]
    """What a person says who was asked for by name."""


class Vocabulary(Table):
    """How callers speak one language, as it is written down."""

    numbers: Numbers
    rewrites: dict[str, str]
    """Said so, meant so: replaced before anything is looked for."""
    misheard: dict[str, str]
    """Heard so by recognisers, meant so: replaced as well."""
    digit_words: dict[str, str]
    """Words that are digits only where digits are spoken: "oh"."""
    repeaters: dict[str, int]
    months: dict[str, int]
    weekdays: dict[str, int]
    """0 is Monday."""
    days: dict[str, int]
    ordinals: dict[str, int]
    """Which weekday of a month: -1 is its last."""
    centuries: tuple[str, ...]
    """How a year of this century begins: "two thousand"."""
    figure_order: tuple[str, str]
    dates: dict[str, tuple[str, ...]]
    date_denials: DeniedBy
    amounts: dict[str, tuple[str, ...]]
    amount_denials: DeniedBy
    corrections: str
    """Between two amounts or two days: the second is meant. One phrase a line."""
    backchannels: tuple[str, ...]
    """Said over what another one says, by who goes on listening."""
    unfinished: str
    """At the end of what has been said so far: more is to come. One phrase a line."""
    counted: tuple[str, ...]
    clocked: str
    """Before a number up to 24: it is an hour. One phrase a line."""
    numbered: str
    """Before a number: it is a code, an age, a part. One phrase a line."""
    currencies: dict[str, CurrencyWords]
    times: dict[str, tuple[str, ...]]
    """Ways to say a time of day, by how it is reckoned."""
    halves: dict[str, tuple[str, ...]]
    """What says ``am`` or ``pm``."""
    payments: str
    """A number of payments, with what it counts; one phrase a line."""
    pronouns: frozenset[str]
    """Seldom numbers: "this one", "un poco"."""
    introductions: str
    """Before a name that a caller tells; one phrase a line."""
    farewells: frozenset[str]
    """Behind it."""
    no_names: frozenset[str]
    """Folded words that are in no name, but in what else is said."""
    asides: str = ""
    """What only sounds like an answer, such as "a ver si", one phrase a line: it means nothing."""
    hedges: str
    """What takes a yes back, or makes it depend on something; one phrase a line."""
    denials: str
    """Said by who is not the person called for, whose name is ``zname`` here; one phrase a line."""
    intents: dict[Intent, Phrases]
    topics: dict[Topic, Phrases]
    evidence: dict[Intent, str]
    """What speaks for an intent, whatever words are around it; one phrase a line."""
    flags: dict[Flag, Warnings]
    ready: str
    """Who says this wants to pay; one phrase a line."""
    hesitant: str
    """Who says this may not; one phrase a line."""
    grammar: Grammar
