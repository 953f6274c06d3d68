"""What a state listens for, as JSGF and as phrases, from the vocabulary. Pure.

Flat on purpose: pocketsphinx recognises a list of whole answers far better than nested optionals. JSGF is
the JSpeech Grammar Format, https://www.w3.org/TR/jsgf/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from voicebot.dialogue.understanding.lexicon import Lexicon, lexicon
from voicebot.dialogue.understanding.meaning import Expect, Flag, Heard, Intent, OwnIntent, Setting
from voicebot.stt.recognizer import ListenContext

DAYS_AHEAD = 62
"""Days from today whose weekday a caller may add to the date."""

_REFERENCE = re.compile(r"<(\w+)>")


@lru_cache(maxsize=256)
def listen_context(setting: Setting, heard: frozenset[Heard]) -> ListenContext:
    """What a recogniser should listen for where the dialogue waits for ``setting.expects`` or for what is
    ``heard``; a flag is for whole sentences only."""
    words = lexicon(setting.language)
    asked = heard | ({Intent.YES, Intent.NO} if Expect.YES_NO in setting.expects else set())
    own = dict(setting.own)
    said = tuple(phrase for one in sorted(asked) for phrase in _said(one, words, own))
    rules = _rules(words, setting)
    return ListenContext(
        setting.language,
        jsgf([*_answers(words, setting), *said], rules),
        tuple(dict.fromkeys([*(_shortest(phrase) for phrase in said), *_hot_words(words, setting)])),
    )


def _said(heard: Heard, words: Lexicon, own: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The phrases to listen for."""
    if isinstance(heard, Flag):
        return ()
    return own.get(heard, ()) if isinstance(heard, OwnIntent) else words.phrases(heard).said


def jsgf(answers: Iterable[str], rules: Mapping[str, str]) -> str:
    """A grammar of any of ``answers``, with those of ``rules`` that they lead to; empty without answers."""
    body = " | ".join(answers)
    if not body:
        return ""
    needed = _needed(body, rules)
    lines = [f"<{name}> = {rules[name]};" for name in rules if name in needed]
    return "\n".join(["#JSGF V1.0;", "grammar answers;", f"public <answer> = {body};", *lines])


def _needed(body: str, rules: Mapping[str, str]) -> set[str]:
    names = set(_REFERENCE.findall(body))
    return names.union(*(_needed(rules[name], rules) for name in names))


def _answers(words: Lexicon, setting: Setting) -> Iterator[str]:
    """Each rule is named as seldom as can be: a decoder makes a copy of its every word for every mention."""
    expects, of = setting.expects, words.grammar
    if Expect.AMOUNT in expects:
        yield f"{_optional(of.amount_openings)} <amount>"
    if Expect.DATE in expects:
        yield f"{_optional(of.date_openings)} <date>"
        yield from of.date_times
    if {Expect.AMOUNT, Expect.DATE} <= expects:
        yield f"{_optional(of.amount_openings)} <amount> {_optional(of.joints)} <date>"
    if Expect.YES_NO in expects and _plain(setting.name):
        yield from of.name_answers
    if Expect.NUMBER in expects:
        yield from of.count
    if Expect.TIME in expects:
        yield from of.time
    for options in setting.options:
        yield from (phrase for _, phrases in options.phrases for phrase in phrases)
    if Expect.PHONE in expects:
        yield "<digit>+"
    if Expect.DIGITS in expects:
        yield " ".join(["<digit>"] * setting.digits_length) or "<digit>+"


def _optional(words: Iterable[str]) -> str:
    return f"[{_any(words)}]" if words else ""


def _rules(words: Lexicon, setting: Setting) -> dict[str, str]:
    """The rules that answers and phrases may refer to, each as one flat list."""
    numbers, of = words.numbers, words.grammar
    amounts = of.amount + (of.amount_thousands if _thousands_of(setting.balance) else ()) + of.amount_words
    return {
        "amount": _any(amounts),
        "date": _any((*of.date, *_coming_days(words, setting.today))),
        "name": _plain(setting.name),
        "below_thousand": of.below_thousand,
        "below_hundred": of.below_hundred,
        "digit": _any(numbers.digits),
        "unit": _any(word for word, value in numbers.digits.items() if value),
        "teen": _any(numbers.teens),
        "ten": _any(numbers.tens),
        "hundred": _any(numbers.hundreds),
        "major": _any(_called(words, setting.currency, 0)),
        "one_major": _any(_called(words, setting.currency, 1)),
        "weekday": _any(_names(words.weekdays)),
        "month": _any(_names(words.months)),
        "day": _any(words.days),
        "minute": of.minute,
        "hour": _any(word for word, value in (numbers.digits | numbers.teens).items() if 0 < value <= 12),
    }


def _plain(name: str) -> str:
    """A name in words that a grammar can hold: it comes from an account, not from us."""
    return " ".join(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", name.lower()))


def _called(words: Lexicon, currency: str, place: int) -> list[str]:
    """What to listen for as the currency's word: many at place 0, one at 1; any currency's where it is
    unknown."""
    known = words.currencies.get(currency)
    return sorted({of.major[place] for of in ([known] if known else words.currencies.values())})


def _thousands_of(balance: Decimal | None) -> bool:
    """Nobody offers thousands of a debt of hundreds."""
    return balance is None or balance >= 1000


def _coming_days(words: Lexicon, today: date) -> Iterator[str]:
    """Every coming day with its weekday, so that what was heard of one tells the other."""
    weekdays, months, days = (_names(table) for table in (words.weekdays, words.months, words.days))
    for ahead in range(DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        for form in words.grammar.coming_day:
            yield form.format(
                weekday=weekdays[day.weekday()],
                month=months[day.month - 1],
                day=days[day.day - 1],
            )


def _names(table: Mapping[str, int]) -> tuple[str, ...]:
    """The first name of each value, in the order of the values."""
    names: dict[int, str] = {}
    for name, value in table.items():
        names.setdefault(value, name)
    return tuple(names[value] for value in sorted(names))


def _any(words: Iterable[str]) -> str:
    return " | ".join(words)


def _shortest(phrase: str) -> str:
    """A phrase without what is optional and with the first of what is alternative."""
    return " ".join(re.sub(r"\(([^()|]*)[^()]*\)", r"\1", re.sub(r"\[[^\[\]]*\]", "", phrase)).split())


def _hot_words(words: Lexicon, setting: Setting) -> Iterator[str]:
    """Words that a free recogniser should prefer here."""
    if Expect.AMOUNT in setting.expects and setting.currency in words.currencies:
        yield words.currencies[setting.currency].major[0]
    for options in setting.options:
        yield from (_shortest(phrase) for _, phrases in options.phrases for phrase in phrases)
    if Expect.DATE in setting.expects:
        yield from _names(words.weekdays)
        yield from _names(words.months)
