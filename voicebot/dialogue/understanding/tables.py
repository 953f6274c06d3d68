"""The tables of a vocabulary, as its file has them. Pure."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

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
