"""What the simulated caller wants, and what it says to the words it hears. Pure.

The caller knows its own mind (who it is, how much it will pay and when) and nothing of the flow: it answers
the question that the bot's sentence asks. Told to use the keypad, it does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from voicebot.tts.spoken import say_date, say_digits, say_money


class Question(StrEnum):
    """What a bot's prompt asks for."""

    IDENTITY = "identity"
    DIGITS = "digits"
    READ_BACK = "read_back"
    ALL_OF_IT = "all_of_it"
    AMOUNT = "amount"
    DATE = "date"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Speech:
    """The caller speaks."""

    words: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The caller types."""

    keys: str


Reply = Speech | Keys

ASKS: dict[str, tuple[tuple[Question, str], ...]] = {
    "en": (
        (Question.READ_BACK, r"\bis (that )?(right|correct)\b"),
        (Question.DIGITS, r"\b(four|4) digits\b"),
        (Question.ALL_OF_IT, r"\bpay all\b"),
        (Question.AMOUNT, r"\bhow much\b|\bwhat amount\b|\bthe amount\b"),
        (Question.DATE, r"\bwhat (day|date)\b|\bwhich (day|date)\b|\bwhen\b|\bthe (date|day)\b"),
        (Question.IDENTITY, r"\bam i speaking (with|to)\b|\bif you are\b"),
    ),
    "es": (
        (Question.READ_BACK, r"\bes correcto\b"),
        (Question.DIGITS, r"\bcuatro (dígitos|números|cifras)\b|\b4 dígitos\b"),
        (Question.ALL_OF_IT, r"\bpagar todo\b"),
        (Question.AMOUNT, r"\bcuánto\b|\bqué monto\b|\bel monto\b"),
        (Question.DATE, r"\bqué (día|fecha)\b|\bcuándo\b|\bla fecha\b|\bel día\b"),
        (Question.IDENTITY, r"\bhablo con\b|\bsi usted es\b"),
    ),
}
"""The first pattern found in the bot's last sentences says what it asks."""

KEYPAD = {
    "en": r"\b(keypad|keys|press|type|enter)\b",
    "es": r"\b(teclado|teclas|marque|digite|escriba|presione)\b",
}

YES_I_AM = {"en": "yes that's me", "es": "sí soy yo"}
YES_RIGHT = {"en": "yes that's right", "es": "sí"}
NO_WRONG = {"en": "no that's not right", "es": "no"}


@dataclass(frozen=True, slots=True)
class Persona:
    """A debtor who means to pay."""

    name: str
    last4: str
    balance: Decimal
    amount: Decimal
    currency: str
    day: date
    language: str
    today: date


class Caller:
    """Answers one prompt after the other, and remembers what it has been asked."""

    def __init__(self, persona: Persona) -> None:
        self._persona = persona
        self._asked: dict[Question, int] = {}

    def reply(self, prompt: str) -> Reply | None:
        """The answer to what the bot said; ``None`` when it asked nothing."""
        question = asks(prompt, self._persona.language)
        if question is Question.NOTHING:
            return None
        times = self._asked[question] = self._asked.get(question, 0) + 1
        offered = re.search(KEYPAD[self._persona.language], prompt.lower())
        return self._typed(question, prompt) if offered and times > 1 else self._spoken(question, prompt)

    def _spoken(self, question: Question, prompt: str) -> Reply:
        me = self._persona
        match question:
            case Question.IDENTITY:
                return Speech(YES_I_AM[me.language])
            case Question.DIGITS:
                return Speech(say_digits(me.last4, me.language))
            case Question.READ_BACK:
                return Speech((YES_RIGHT if self._is_what_i_said(prompt) else NO_WRONG)[me.language])
            case Question.ALL_OF_IT | Question.AMOUNT:
                return Speech(say_money(me.amount, me.currency, me.language))
            case _:
                return Speech(say_date(me.day, me.language, me.today))

    def _typed(self, question: Question, prompt: str) -> Reply:
        me = self._persona
        match question:
            case Question.IDENTITY:
                return Keys("1")
            case Question.DIGITS:
                return Keys(me.last4)
            case Question.READ_BACK:
                return Keys("1" if self._is_what_i_said(prompt) else "2")
            case Question.ALL_OF_IT:
                return Keys("1" if me.amount == me.balance else "2")
            case Question.AMOUNT:
                return Keys(f"{me.amount:.2f}".replace(".00", "").replace(".", "*") + "#")
            case _:
                return Keys(me.day.strftime("%m%d" if me.language == "en" else "%d%m"))

    def _is_what_i_said(self, prompt: str) -> bool:
        me = self._persona
        heard = prompt.lower()
        amount = say_money(me.amount, me.currency, me.language).lower()
        day = say_date(me.day, me.language, me.today).lower()
        return amount in heard and day in heard


def asks(prompt: str, language: str) -> Question:
    """What a prompt asks for, judged by its words as a listener would."""
    text = prompt.lower()
    if "?" not in text and not re.search(KEYPAD[language], text):
        return Question.NOTHING
    found = (question for question, pattern in ASKS[language] if re.search(pattern, text))
    return next(found, Question.NOTHING)
