from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue.understanding.lexicon import LANGUAGES, lexicon
from voicebot.dialogue.understanding.meaning import Expect, Flag, Intent, Question, Setting
from voicebot.dialogue.understanding.parse import understand

MONDAY = date(2026, 11, 23)


def paying(language: str, balance: int = 1250, currency: str = "USD") -> Setting:
    expects = frozenset({Expect.AMOUNT, Expect.DATE})
    return Setting(language, MONDAY, expects, Decimal(balance), currency, question=Question.PAYMENT)


@pytest.mark.parametrize(
    ("text", "amount", "day"),
    [
        ("i can't do twelve fifty but i could do four hundred", "400", None),
        ("two hundred no wait make it two fifty on wednesday", "250", "2026-11-25"),
        ("not thursday let's say the following monday one eighty", "180", "2026-11-30"),
        ("i owe twelve fifty but sixty is what i can send tomorrow", "60", "2026-11-24"),
        ("half tomorrow and the other half on the tenth", "625.00", "2026-11-24"),
        ("nine hundred two weeks from today", "900", "2026-12-07"),
        ("thirty percent on friday", "375.00", "2026-11-27"),
        ("i'll pay forty at five thirty tonight", "40", "2026-11-23"),
        ("christmas is friday so the day after i'll send ninety", "90", "2026-11-28"),
        ("you'll have it the day after thanksgiving", None, "2026-11-27"),
        ("i won't have it until friday but then i'll pay", None, "2026-11-27"),
        ("february third a hundred and twenty dollars", "120", "2027-02-03"),  # and not of the year 120
        ("three quarters of it on friday", "937.50", "2026-11-27"),
        ("i said ninety on saturday", "90", "2026-11-28"),
        ("in a month and a half", None, None),
        ("not even ten bucks", None, None),
        ("i'll pay when i get my check", None, None),
        ("maybe in two or three payments", None, None),
        ("i'd pay to zero this out", None, None),
    ],
)
def test_of_several_amounts_and_days_the_one_meant_is_taken(
    text: str, amount: str | None, day: str | None
) -> None:
    meaning = understand(text, paying("en"))
    assert (meaning.amount, meaning.date) == (
        None if amount is None else Decimal(amount),
        None if day is None else date.fromisoformat(day),
    )


@pytest.mark.parametrize(
    ("text", "amount", "day"),
    [
        ("no puedo los doscientos cuarenta pero ciento diez sí", "110000", None),
        ("le doy cien digo ochenta mil el martes", "80000", "2026-11-24"),
        ("el viernes no el sábado le pago cincuenta lucas", "50000", "2026-11-28"),
        ("debo doscientos mil pero puedo dar treinta mil mañana", "30000", "2026-11-24"),
        ("la mitad el quince y el resto a fin de mes", "120000.00", "2026-12-15"),
        ("treinta lucas ahora y lo demás en dos partes", "30000", "2026-11-23"),
        ("la otra semana le pago el jueves", None, "2026-12-03"),
        ("hasta el viernes no puedo", None, "2026-11-27"),
        ("un millón y medio el jueves", "1500000", "2026-11-26"),
        ("el setenta por ciento el treinta", "168000.00", "2026-11-30"),
        ("cincuenta mil barras mañana", "50000", "2026-11-24"),
        ("hoy antes de las cinco le pago", None, "2026-11-23"),
        ("apenas me paguen le deposito altiro", None, None),
        ("en tres cuotas puede ser", None, None),
        ("veinte mil por quincena", "20000", None),
    ],
)
def test_lo_mismo_en_castellano(text: str, amount: str | None, day: str | None) -> None:
    meaning = understand(text, paying("es", 240_000, "CLP"))
    assert (meaning.amount, meaning.date) == (
        None if amount is None else Decimal(amount),
        None if day is None else date.fromisoformat(day),
    )


@pytest.mark.parametrize(
    ("language", "heard", "meant"),
    [
        ("en", "to hundred dollars on fry day", "two hundred dollars on friday"),
        ("en", "in stall ments", "installments"),
        ("es", "lla pague", "ya pagué"),
        ("es", "sien mil el biernes", "cien mil el viernes"),
    ],
)
def test_what_recognisers_often_mishear_is_put_right(language: str, heard: str, meant: str) -> None:
    words = lexicon(language)
    assert words.normal(heard) == words.normal(meant)


@pytest.mark.parametrize(
    ("language", "text", "flag"),
    [
        ("en", "i've been thinking about ending my life", Flag.SELF_HARM_RISK),
        ("en", "come by again and i'll break your legs", Flag.THREAT),
        ("en", "somebody opened it in my name", Flag.IDENTITY_THEFT),
        ("en", "i filed a chapter thirteen", Flag.BANKRUPTCY),
        ("en", "delete everything you have on me", Flag.ERASURE_REQUEST),
        ("en", "you don't have my permission to call this phone", Flag.CONSENT_REVOKED),
        ("en", "just email me please no phone calls", Flag.OPT_OUT_VOICE),
        ("en", "don't you dare call here again", Flag.OPT_OUT),
        ("es", "ya no le encuentro sentido a la vida", Flag.SELF_HARM_RISK),
        ("es", "el que venga a mi casa sale a balazos", Flag.THREAT),
        ("es", "sacaron un préstamo con mis documentos", Flag.IDENTITY_THEFT),
        ("es", "me acogí a la ley de quiebra", Flag.BANKRUPTCY),
        ("es", "eliminen mis datos de su sistema", Flag.ERASURE_REQUEST),
        ("es", "yo nunca di mi consentimiento", Flag.CONSENT_REVOKED),
        ("es", "mándeme un correo pero no me llame", Flag.OPT_OUT_VOICE),
        ("es", "déjenme tranquila de una vez", Flag.OPT_OUT),
    ],
)
def test_what_must_not_be_missed_raises_its_flag(language: str, text: str, flag: Flag) -> None:
    assert flag in understand(text, paying(language)).flags


@pytest.mark.parametrize(
    ("language", "text", "flag"),
    [
        ("en", "i have power of attorney for her", Flag.ATTORNEY),
        ("en", "don't call me in the mornings i work nights", Flag.OPT_OUT),
        ("en", "i lost my job", Flag.DECEASED),
        ("en", "my phone is about to die", Flag.SELF_HARM_RISK),
        ("en", "i never agreed to those fees", Flag.CONSENT_REVOKED),
        ("es", "no me llame en las mañanas por favor", Flag.OPT_OUT),
        ("es", "di de baja ese servicio", Flag.ERASURE_REQUEST),
        ("es", "quiero hablar con un operador", Flag.VULNERABLE),
        ("es", "el número no existe", Flag.DECEASED),
    ],
)
def test_what_only_sounds_like_it_raises_none(language: str, text: str, flag: Flag) -> None:
    assert flag not in understand(text, paying(language)).flags


@pytest.mark.parametrize(
    ("language", "text", "low", "high"),
    [
        ("en", "i'll pay a hundred on friday", 0.9, 1.0),
        ("en", "maybe i can pay something next week", 0.5, 0.75),
        ("en", "i wish i could but i lost my job", 0.2, 0.45),
        ("en", "i'm not paying you a dime", 0.0, 0.1),
        ("en", "stop calling me", 0.0, 0.0),
        ("es", "le pago cien lucas el viernes", 0.9, 1.0),
        ("es", "no les pienso pagar nada", 0.0, 0.1),
        ("es", "me manda el link de pago", 0.65, 0.9),
    ],
)
def test_readiness_to_pay_is_told_in_a_figure(language: str, text: str, low: float, high: float) -> None:
    told = understand(text, paying(language)).willingness
    assert told is not None
    assert low <= told <= high


def test_what_is_uncertain_is_not_acted_on() -> None:
    noise = understand("the turtle likes the opera", paying("en"))
    assert noise.intent is None
    assert noise.confidence < 0.85


def test_the_question_tells_what_a_word_means() -> None:
    asked_who = Setting("en", MONDAY, frozenset({Expect.YES_NO}), name="Ana", question=Question.IDENTITY)
    text = "i take care of it"
    assert understand(text, asked_who).likeliest is Intent.THIRD_PARTY
    assert understand(text, paying("en")).likeliest is not Intent.THIRD_PARTY


@given(st.sampled_from(LANGUAGES), st.text(max_size=200))
def test_anything_may_be_said(language: str, text: str) -> None:
    meaning = understand(text, paying(language))
    assert 0 <= meaning.confidence <= 1


@given(st.sampled_from(LANGUAGES), st.text(max_size=80))
def test_normal_text_stays_as_it_is(language: str, text: str) -> None:
    words = lexicon(language)
    once = words.normal(words.normal(text))
    assert words.normal(once) == once


@given(
    st.lists(
        st.sampled_from(
            ["please", "look", "hello", "dear", "well", "thanks", "lovely", "green", "lamp", "window"]
        )
    ).map(" ".join)
)
def test_words_without_numbers_hold_no_money_and_no_day(text: str) -> None:
    meaning = understand(text, paying("en"))
    assert (meaning.amount, meaning.date) == (None, None)
