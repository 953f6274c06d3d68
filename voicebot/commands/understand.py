"""What recorded or typed utterances mean, one JSON line each: for trying words, and for measuring."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from voicebot.calls.stations import Interpreter
from voicebot.dialogue.understanding.interpretation import OpenQuestion, meaning_of
from voicebot.dialogue.understanding.lexicon import LANGUAGES
from voicebot.dialogue.understanding.meaning import Expect, Flag, Heard, Intent, Meaning, Question, Setting
from voicebot.dialogue.understanding.parse import understand
from voicebot.errors import SettingsError, VoicebotError
from voicebot.interpreter.chat import open_interpreter
from voicebot.settings import Settings

LABELS = {
    Intent.YES: "confirm_identity_yes",
    Intent.NO: "confirm_identity_no",
    Intent.WRONG_PERSON: "wrong_person",
    Intent.THIRD_PARTY: "third_party",
    Intent.PROMISE: "promise_to_pay",
    Intent.ALREADY_PAID: "already_paid",
    Intent.CALL_LATER: "busy_callback",
    Intent.STOP_CALLING: "hostile_optout",
    Intent.HOSTILE: "hostile_optout",
    Intent.HUMAN: "ask_human",
    Intent.NEGOTIATE: "negotiate",
    Intent.CANNOT_PAY: "cannot_pay",
    Intent.DISPUTE: "dispute",
    Intent.QUESTION: "ask_info",
    Intent.REPEAT: "ask_info",
    Intent.HOLD_ON: "busy_callback",
    Intent.OTHER_LANGUAGE: "ask_human",
    Intent.VOICEMAIL: "voicemail",
}
"""How each intent is called in a file of labelled utterances."""

_OFFERS = frozenset({Intent.PROMISE, Intent.NEGOTIATE})

_ANY = frozenset[Heard]({*Intent, *Flag})
"""What an interpreter may choose where no flow says what it can use."""

QUESTIONS = {
    "call_answered": Question.GREETING,
    "verify_identity": Question.IDENTITY,
    "ask_payment": Question.PAYMENT,
}
"""What the bot had asked, by the state of an utterance's context; any other state: it is not known."""

_EXPECTED = {
    Question.IDENTITY: frozenset({Expect.YES_NO}),
    Question.PAYMENT: frozenset({Expect.AMOUNT, Expect.DATE}),
}


def understand_lines(lines: Iterable[str], today: date | None) -> Iterator[str]:
    """A prediction for every row, both as JSON lines; ``today`` stands in where a row has none.

    Raises:
        VoicebotError: a line is no row.
    """
    for number, text, setting in _asked(lines, today):
        yield _told(number, understand(text, setting))


async def interpret_lines(
    lines: Iterable[str], today: date | None, interpreter: Interpreter
) -> AsyncIterator[str]:
    """The same with an interpreter, which is asked where nothing is sure; ``asked`` tells what came of it.

    Raises:
        VoicebotError: a line is no row.
    """
    for number, text, setting in _asked(lines, today):
        meaning = understand(text, setting)
        if meaning.heard:
            yield _told(number, meaning, asked=None)
            continue
        question = OpenQuestion(text, setting, _ANY)
        reply = await interpreter.interpret(question)
        if reply.interpretation:
            meaning = _interpreted(meaning, meaning_of(reply.interpretation, question))
        yield _told(number, meaning, asked=reply.asked.value)


async def print_interpreted(lines: Iterable[str], today: date | None, settings: Settings) -> None:
    """Print the same, with the interpreter of the settings.

    Raises:
        VoicebotError: none is configured, or a line is no row.
    """
    async with open_interpreter(settings.understanding.interpreter, settings.interpreter_key) as interpreter:
        if interpreter is None:
            raise SettingsError("no interpreter is configured: see docs/understanding.md, and give --config")
        async for line in interpret_lines(lines, today, interpreter):
            print(line)


def _interpreted(ours: Meaning, theirs: Meaning) -> Meaning:
    """Of whom nothing was interpreted, our own guess is told."""
    return replace(theirs, likeliest=theirs.intent, confidence=0.0) if theirs != Meaning() else ours


def _asked(lines: Iterable[str], today: date | None) -> Iterator[tuple[object, str, Setting]]:
    """The name of each row, its text, and what it is understood against."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            row = _row(line, number)
            yield row.get("id", number), row["text"], _setting(row, number, today)


def _told(name: object, meaning: Meaning, **more: object) -> str:
    return json.dumps({"id": name, **as_labels(meaning), **more}, ensure_ascii=False)


def _row(line: str, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise VoicebotError(f"line {number}: no JSON ({error.msg}): write one object a line") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise VoicebotError(f'line {number}: no "text": write {{"id": "1", "lang": "en", "text": "..."}}')
    return row


def _setting(row: Mapping[str, Any], number: int, today: date | None) -> Setting:
    context = row.get("context") or {}
    question = QUESTIONS.get(str(context.get("state")), Question.ANY)
    balance = context.get("balance")
    if (language := row.get("lang", "en")) not in LANGUAGES:
        raise VoicebotError(f"line {number}: no vocabulary for {language!r}: use {' or '.join(LANGUAGES)}")
    return Setting(
        language,
        today=_day(row["today"], number) if row.get("today") else today or date.today(),
        expects=_EXPECTED.get(question, frozenset()),
        balance=None if balance is None else Decimal(str(balance)),
        currency=context.get("currency", "USD"),
        name=context.get("name", ""),
        question=question,
    )


def _day(text: str, number: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise VoicebotError(f"line {number}: {text!r} is no day: write 2026-11-23") from None


def as_labels(meaning: Meaning) -> dict[str, Any]:
    """A meaning in the words of a file of labelled utterances: its likeliest intent, sure or not.

    All of it is no offer of who negotiates: "is there a discount if I pay it all?"
    """
    offers = meaning.likeliest in _OFFERS
    amount = None if meaning.full_amount and meaning.likeliest is Intent.NEGOTIATE else meaning.amount
    return {
        "intent": LABELS[meaning.likeliest] if meaning.likeliest else None,
        "amount": float(amount) if offers and amount is not None else None,
        "date": meaning.date.isoformat() if offers and meaning.date else None,
        "willingness": meaning.willingness,
        "flags": sorted(meaning.flags),
        "confidence": round(meaning.confidence, 2),
    }
