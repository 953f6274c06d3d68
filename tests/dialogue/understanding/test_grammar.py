from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from voicebot.dialogue.understanding.grammar import DAYS_AHEAD, listen_context
from voicebot.dialogue.understanding.lexicon import LANGUAGES, lexicon
from voicebot.dialogue.understanding.meaning import Expect, Intent, Setting
from voicebot.dialogue.understanding.parse import understand
from voicebot.stt.jsgf import sentences
from voicebot.tts.spoken import say_date, say_money

MONDAY = date(2026, 11, 23)


def listening(
    language: str, *expects: Expect, intents: frozenset[Intent] = frozenset(), **more: object
) -> str:
    setting = Setting(language, MONDAY, frozenset(expects), **more)  # type: ignore[arg-type]
    return listen_context(setting, intents).grammar


def listens_for(grammar: str, sentence: str) -> bool:
    return sentences(grammar).fullmatch(f" {sentence}") is not None


@pytest.mark.parametrize(
    ("language", "expect", "sentence"),
    [
        ("en", Expect.AMOUNT, "two hundred fifty dollars"),
        ("en", Expect.AMOUNT, "i can pay thirty eight dollars"),
        ("en", Expect.AMOUNT, "all of it"),
        ("en", Expect.DATE, "friday december fourth"),
        ("en", Expect.DATE, "january fifteenth"),
        ("en", Expect.DATE, "friday at five p m"),
        ("en", Expect.DIGITS, "four seven two nine"),
        ("en", Expect.YES_NO, "no that's wrong"),
        ("es", Expect.AMOUNT, "doscientos cincuenta dólares"),
        ("es", Expect.DATE, "el viernes cuatro de diciembre"),
        ("es", Expect.DATE, "mañana"),
        ("es", Expect.DIGITS, "cuatro siete"),
        ("es", Expect.YES_NO, "sí soy yo"),
    ],
)
def test_each_kind_of_answer_is_listened_for(language: str, expect: Expect, sentence: str) -> None:
    assert listens_for(listening(language, expect), sentence)


def test_amount_and_date_are_listened_for_in_one_breath_where_both_are_awaited() -> None:
    both = listening("en", Expect.AMOUNT, Expect.DATE)
    assert listens_for(both, "i can pay two hundred dollars on friday december fourth")
    assert not listens_for(listening("en", Expect.AMOUNT), "two hundred dollars on friday")


@pytest.mark.parametrize(("language", "sentence"), [("en", "yes this is ana"), ("es", "habla ana")])
def test_whoever_is_asked_for_by_name_may_answer_with_it(language: str, sentence: str) -> None:
    assert listens_for(listening(language, Expect.YES_NO, name="Ana"), sentence)
    assert not listens_for(listening(language, Expect.YES_NO), sentence)


def test_a_name_cannot_break_the_grammar() -> None:
    grammar = listening("en", Expect.YES_NO, name="Ana <digit>; | O'Hara (7)")
    assert listens_for(grammar, "this is ana digit o'hara")


def test_a_name_without_letters_is_not_listened_for() -> None:
    assert "<name>" not in listening("en", Expect.YES_NO, name="4729")


def test_only_the_intents_of_the_state_are_listened_for() -> None:
    grammar = listening("en", Expect.AMOUNT, intents=frozenset({Intent.CANNOT_PAY}))
    assert listens_for(grammar, "i can't pay")
    assert not listens_for(grammar, "stop calling me")


def test_digits_of_known_length_come_in_that_number() -> None:
    four = listening("en", Expect.DIGITS, digits_length=4)
    assert listens_for(four, "one two three four")
    assert not listens_for(four, "one two three")


def test_nobody_offers_thousands_of_a_debt_of_hundreds() -> None:
    assert not listens_for(listening("en", Expect.AMOUNT, balance=Decimal(500)), "two thousand dollars")
    assert listens_for(listening("en", Expect.AMOUNT, balance=Decimal(5000)), "two thousand dollars")


def test_state_that_waits_for_nothing_has_no_grammar() -> None:
    assert listening("en") == ""


def test_weekday_and_date_must_agree() -> None:
    assert not listens_for(listening("en", Expect.DATE), "monday december fourth")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_bot_says_is_listened_for_when_the_caller_repeats_it(language: str) -> None:
    amounts, dates = listening(language, Expect.AMOUNT), listening(language, Expect.DATE)
    for amount in (*range(1, 1000, 7), *range(1000, 10_000, 500), *range(1100, 10_000, 37)):
        if amount > 1000 and 0 < amount % 1000 < 101:
            continue  # rare, and left out on purpose
        assert listens_for(amounts, say_money(Decimal(amount), "USD", language))
    for ahead in range(1, DAYS_AHEAD):
        spoken = say_date(MONDAY + timedelta(days=ahead), language, MONDAY).lower().replace(",", "")
        assert listens_for(dates, spoken)


@pytest.mark.parametrize(
    ("language", "intent"), [(language, intent) for language in LANGUAGES for intent in Intent]
)
def test_every_phrase_listened_for_is_understood(language: str, intent: Intent) -> None:
    setting = Setting(language, MONDAY, frozenset({Expect.INTENT}), Decimal(500))
    for phrase in listen_context(setting, frozenset({intent})).phrases:
        assert understand(phrase, setting).intent is intent, phrase


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no vocabulary for 'fr'"):
        lexicon("fr")
