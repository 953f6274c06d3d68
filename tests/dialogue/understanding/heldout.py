from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

from voicebot.dialogue.understanding.meaning import Expect, Intent, Meaning, Question, Setting
from voicebot.dialogue.understanding.parse import understand

TODAY = date(2026, 11, 23)
OFFERS = frozenset({Intent.PROMISE, Intent.NEGOTIATE})
_FOLDER = Path(__file__).parent / "heldout"
_NAMES = {"en": "Ana Brooks", "es": "Ana Rojas"}
_DEBTS = {"en": (Decimal(1250), "USD"), "es": (Decimal(240_000), "CLP")}
_EXPECTED = {"identity": {Expect.YES_NO}, "payment": {Expect.AMOUNT, Expect.DATE}}


@dataclass(frozen=True)
class Row:
    text: str
    intent: Intent
    amount: Decimal | None
    date: date | None
    flags: frozenset[str]
    setting: Setting

    @property
    def meaning(self) -> Meaning:
        return understand(self.text, self.setting)


def rows(language: str) -> Iterator[Row]:
    """The utterances that nothing was learned from."""
    source = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text("utf-8"))
    for asked, lines in source.items():
        for line in lines.splitlines():
            yield _row(line, asked, language)


def _row(line: str, asked: str, language: str) -> Row:
    text, intent, *more = (part.strip() for part in line.split("|"))
    told = dict(one.partition("=")[::2] for one in " ".join(more).split())
    amount, day = told.pop("amount", None), told.pop("date", None)
    balance, currency = _DEBTS[language]
    expects = frozenset(_EXPECTED.get(asked, ()))
    setting = Setting(
        language, TODAY, expects, balance, currency, name=_NAMES[language], question=Question(asked)
    )
    return Row(
        text,
        Intent(intent),
        Decimal(amount) if amount else None,
        date.fromisoformat(day) if day else None,
        frozenset(told),
        setting,
    )


def scores(language: str) -> dict[str, float]:
    """How many intents, amounts, dates and flags are right, and how much was found where nothing was said."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for row in rows(language):
        for what, ok in _marks(row, row.meaning):
            asked[what] += 1
            right[what] += ok
    return {what: right[what] / asked[what] for what in sorted(asked)}


def _marks(row: Row, meaning: Meaning) -> Iterator[tuple[str, bool]]:
    insult: dict[Intent | None, Intent | None] = {Intent.STOP_CALLING: Intent.HOSTILE}
    yield "intent", insult.get(meaning.likeliest, meaning.likeliest) == insult.get(row.intent, row.intent)
    offers = meaning.likeliest in OFFERS
    for what, want, got in (("amount", row.amount, meaning.amount), ("date", row.date, meaning.date)):
        if want is None:
            yield "nothing invented", not offers or got is None
        else:
            yield what, offers and got == want
    for flag in row.flags:
        yield "flag", flag in meaning.flags
