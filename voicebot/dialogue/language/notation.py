"""How the small things of a flow are written: names, prompts, bounds, keys. Pure."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainValidator,
)

from voicebot.dialogue.language.condition import condition
from voicebot.dialogue.language.problems import did_you_mean
from voicebot.dialogue.language.quantity import CLOCK, NAME, Quantity, quantity
from voicebot.dialogue.understanding.lexicon import LANGUAGES
from voicebot.dialogue.understanding.meaning import Expect, Flag, Intent, OwnIntent, Topic
from voicebot.dialogue.understanding.meaning import Heard as Meant
from voicebot.dialogue.understanding.own import checked_phrase


class Part(BaseModel):
    """A piece of a flow: immutable, and strict about what may be written in it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, serialize_by_alias=True
    )


class Kind(StrEnum):
    """What a fact or a slot holds."""

    TEXT = "text"
    MONEY = "money"
    DATE = "date"
    DIGITS = "digits"
    NUMBER = "number"
    """A count, such as payments: 0, 1, 2 ..."""
    TIME = "time"
    """A time of day, to the minute."""
    YES_NO = "yes_no"
    """Held as the words yes and no."""
    CHOICE = "choice"
    """One of the options that the slot names."""
    PHONE = "phone"
    """A telephone number, held as E.164."""
    NAME = "name"
    """Who somebody is, in the caller's own words: never trusted, never interpreted."""


NOT_FOR_FACTS = frozenset({Kind.CHOICE, Kind.NAME})
"""What only a caller can tell; a fact holds text instead."""


class Notice(StrEnum):
    """What the law wants told."""

    AUTOMATED = "automated"
    RECORDED = "recorded"
    DEBT_COLLECTION = "debt_collection"
    """That this is an attempt to collect a debt, and that the answers will be used for it."""


OPENING = frozenset({Notice.AUTOMATED, Notice.RECORDED})
"""Told before anything else, in every country."""


class Purpose(StrEnum):
    """What a question is after, where a country may forbid to ask it."""

    REASON_FOR_NOT_PAYING = "reason_for_not_paying"
    REFERENCES = "references"
    """Other people who know the debtor."""
    PAYMENT_DETAILS = "payment_details"
    """Numbers of cards or bank accounts, to take the money in the call."""


def kind_alone(value: object) -> object:
    """``balance: money`` is short for ``balance: {kind: money}``."""
    return {"kind": value} if isinstance(value, str) else value


def one_or_many(value: object) -> object:
    """``also: day`` is short for ``also: [day]``."""
    return [value] if isinstance(value, str) else value


def _amount_bound(value: object) -> object:
    """An amount stays one; anything else must be a fact, or a share of one."""
    if isinstance(value, int | Decimal):
        return value
    read = _quantity(str(value))
    if read is None or read.days or not read.names:
        raise ValueError(f"{value!r} is no amount: write 100, balance, 20% of balance, or balance / 6")
    return value


def _moment(value: str) -> str:
    read = _quantity(value)
    if read is None or read.is_part or not (read.name or isinstance(read.literal, time)):
        message = "is no day and no time: write today, today + 30 days, a date fact, or 09:00"
        raise ValueError(f"{value!r} {message}")
    return value


def _source(value: object) -> object:
    """What is put into a slot."""
    read = _quantity(str(value))
    if read is None:
        raise ValueError(f"{value!r} cannot be put into a slot: write balance, 50% of balance, or 'card'")
    return str(value)


def _fact_kind(kind: Kind) -> Kind:
    if kind in NOT_FOR_FACTS:
        raise ValueError(f"{kind} is what a caller tells: a fact of the account holds text instead")
    return kind


def _quantity(text: str) -> Quantity | None:
    try:
        return quantity(text)
    except ValueError:
        return None


def _condition(value: str) -> str:
    condition(value)
    return value


_NAME = r"^[a-z][a-z0-9_]*$"
_YES_NO: dict[object, str] = {"true": "yes", "false": "no"}


BUILT_IN: dict[str, Intent | Flag | Topic] = {str(one): one for one in (*Intent, *Flag, *Topic)}
"""What is understood in every flow."""


def _heard(value: object) -> Meant:
    """What is understood in every flow, or else an intent that the flow has to name."""
    if value in _YES_NO:
        raise ValueError(f"{value!r} is a value, not what people say: write {_YES_NO[value]}")
    if not isinstance(value, str) or not re.fullmatch(_NAME, value):
        raise ValueError(f"{value!r} is not known{did_you_mean(str(value), BUILT_IN)}")
    return BUILT_IN.get(value, OwnIntent(value))


TONE = "tone"
"""The fact that says in which of its tones a flow speaks with somebody."""


def _per_language(value: object) -> object:
    if isinstance(value, str):
        raise ValueError("write one text per language, such as {en: ...}")
    return value


Name = Annotated[str, Field(pattern=_NAME)]
_AmountBound = Annotated[str, Field(pattern=rf"^\s*(\d+(\.\d+)?% of )?{NAME}( */ *({NAME}|\d+))?\s*$")]
_MomentBound = {"pattern": rf"^\s*({NAME}( *[+-] *\d+ days?)?|{CLOCK})\s*$"}
StateName = Annotated[str, Field(pattern=r"^(return )?[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
"""``verify.ask_digits`` is a state of what ``verify`` calls; ``return verified`` goes back to who called."""
BACK = "back"
"""The target that leads back to the question which the caller left."""
LANGUAGE = "language"
"""The skill that stands for the language of the call."""
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1, such as ``CO``."""
Countries = Annotated[
    tuple[Country, ...], BeforeValidator(one_or_many, json_schema_input_type=Country | tuple[Country, ...])
]
_LANGUAGE: dict[str, JsonValue] = {"enum": [*LANGUAGES]}
_PerLanguage = Field(min_length=1, json_schema_extra={"propertyNames": _LANGUAGE})
_Written = Annotated[dict[str, str | dict[Name, str]], _PerLanguage]
Prompt = Annotated[
    dict[str, str], _PerLanguage, BeforeValidator(_per_language, json_schema_input_type=_Written)
]
"""One jinja2 template per language; in YAML, one for each tone where they differ: see ``tones``."""
Heard = Annotated[Meant, PlainValidator(_heard, json_schema_input_type=Intent | Flag | Topic | Name)]
"""What is understood in every flow, or an intent of the flow's own."""
Keys = dict[str, Heard]
"""What is typed -> what it means."""
Targets = dict[Heard, StateName]
"""What is heard -> the state to go to. Where an utterance means several, the line written first wins."""
_Languages = Annotated[tuple[Name, ...], Field(min_length=1, json_schema_extra={"items": _LANGUAGE})]
Languages = Annotated[_Languages, BeforeValidator(one_or_many, json_schema_input_type=Name | _Languages)]
Names = Annotated[
    tuple[Name, ...], BeforeValidator(one_or_many, json_schema_input_type=Name | tuple[Name, ...])
]
_Phrase = Annotated[str, AfterValidator(checked_phrase)]
_Phrases = Annotated[tuple[_Phrase, ...], Field(min_length=1)]
Phrases = Annotated[_Phrases, BeforeValidator(one_or_many, json_schema_input_type=_Phrase | _Phrases)]
_PhrasesPerLanguage = Annotated[
    dict[str, Phrases], Field(min_length=1, json_schema_extra={"propertyNames": _LANGUAGE})
]
Phrasing = Annotated[
    _PhrasesPerLanguage, BeforeValidator(_per_language, json_schema_input_type=_PhrasesPerLanguage)
]
"""The phrases of an intent per language, in words with ``[optional]`` and ``(one|other)`` parts."""
Expects = Annotated[
    tuple[Expect, ...], BeforeValidator(one_or_many, json_schema_input_type=Expect | tuple[Expect, ...])
]
Notices = Annotated[
    tuple[Notice, ...], BeforeValidator(one_or_many, json_schema_input_type=Notice | tuple[Notice, ...])
]
Purposes = Annotated[
    tuple[Purpose, ...], BeforeValidator(one_or_many, json_schema_input_type=Purpose | tuple[Purpose, ...])
]
MoneyBound = Annotated[
    Decimal | str, BeforeValidator(_amount_bound, json_schema_input_type=Decimal | _AmountBound)
]
"""A number, the fact that holds it, or a part of that, such as ``20% of balance`` or ``balance / 6``."""
When = Annotated[str, AfterValidator(_condition)]
"""Such as ``amount >= 20% of balance and pay_on is known``: see ``condition``."""
MomentBound = Annotated[str, AfterValidator(_moment), Field(json_schema_extra=_MomentBound)]
"""``today``, a date fact, or either with ``+ 30 days`` behind it; for times ``09:00``, or a time fact."""
Source = Annotated[str, BeforeValidator(_source, json_schema_input_type=str | Decimal)]
"""What is put into a slot: a fact, another slot, or a quantity of them, such as ``balance / instalments``."""
FactKind = Annotated[
    Kind, AfterValidator(_fact_kind), Field(json_schema_extra={"not": {"enum": sorted(NOT_FOR_FACTS)}})
]

YES_NO_KEYS: Keys = {"1": Intent.YES, "2": Intent.NO}
"""What the keypad means where a yes or a no is awaited."""
