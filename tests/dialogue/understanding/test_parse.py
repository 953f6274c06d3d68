from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue.understanding.meaning import Expect, Flag, Intent, Setting
from voicebot.dialogue.understanding.parse import answers, understand
from voicebot.tts.spoken import say_date, say_digits, say_money

MONDAY = date(2026, 11, 23)
DEBT = Decimal(1250)


def setting(
    language: str, *expects: Expect, balance: Decimal | None = DEBT, currency: str = "USD"
) -> Setting:
    return Setting(language, MONDAY, frozenset(expects), balance, currency)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("two hundred and fifty", "250"),
        ("two hundred fifty dollars", "250"),
        ("fifteen hundred", "1500"),
        ("twelve fifty", "1250"),  # not 12.50: the debt is 1,250
        ("two fifty", "250"),
        ("a hundred bucks", "100"),
        ("one twenty five", "125"),
        ("$1,250.00", "1250.00"),
        ("I can do 200.", "200"),
        ("two hundred fifteen dollars and fifty cents", "215.50"),
        ("fifty cents", "0.50"),
        ("2k", "2000"),
        ("two grand", "2000"),
        ("half of it", "625.00"),
        ("i can pay three hundred on the fifteenth", "300"),
    ],
)
def test_english_money_is_understood(text: str, amount: str) -> None:
    assert understand(text, setting("en", Expect.AMOUNT)).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("doscientos cincuenta", "250"),
        ("mil doscientos", "1200"),
        ("cien dólares", "100"),
        ("veintiún dólares", "21"),
        ("treinta y un pesos", "31"),
        ("dos lucas", "2000"),
        ("200 mil pesos", "200000"),
        ("un millón doscientos mil pesos", "1200000"),
        ("doscientos quince dólares con cincuenta centavos", "215.50"),
        ("$1.250", "1250"),
        ("$1.250,50", "1250.50"),
        ("la mitad", "625.00"),
        ("puedo cancelar trescientos", "300"),  # "cancelar" is to pay
    ],
)
def test_spanish_money_is_understood(text: str, amount: str) -> None:
    assert understand(text, setting("es", Expect.AMOUNT)).amount == Decimal(amount)


def test_hundred_twenty_of_a_debt_in_thousands_is_short_for_thousands() -> None:
    debt = setting("es", Expect.AMOUNT, balance=Decimal(180_000), currency="CLP")
    assert understand("ciento veinte", debt).amount == 120_000


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "all of it"),
        ("en", "the whole amount"),
        ("en", "i will pay in full"),
        ("es", "todo"),
        ("es", "el monto completo"),
    ],
)
def test_all_of_it_is_the_balance(language: str, text: str) -> None:
    meaning = understand(text, setting(language, Expect.AMOUNT))
    assert (meaning.full_amount, meaning.amount) == (True, DEBT)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("today", "2026-11-23"),
        ("tomorrow morning", "2026-11-24"),
        ("the day after tomorrow", "2026-11-25"),
        ("friday", "2026-11-27"),
        ("this friday", "2026-11-27"),
        ("next friday", "2026-12-04"),
        ("monday", "2026-11-30"),  # strictly after today, which is a Monday
        ("the fifteenth", "2026-12-15"),
        ("the 15th", "2026-12-15"),
        ("december fifth", "2026-12-05"),
        ("the fifth of december", "2026-12-05"),
        ("Friday, December fourth", "2026-12-04"),
        ("january 15", "2027-01-15"),
        ("end of the month", "2026-11-30"),
        ("the last day of the month", "2026-11-30"),
        ("in two weeks", "2026-12-07"),
        ("a week from friday", "2026-12-04"),
        ("in ten days", "2026-12-03"),
        ("2026-12-04", "2026-12-04"),
        ("12/4", "2026-12-04"),
        ("friday at five p m", "2026-11-27"),
        ("not friday, tuesday", "2026-11-24"),
        ("twenty first", "2026-12-21"),
        ("the first monday of december", "2026-12-07"),
        ("the last friday of the month", "2026-11-27"),
        ("the first friday of the month", "2026-12-04"),  # that of November is past
        ("the second tuesday of next month", "2026-12-08"),
        ("two weeks from thursday", "2026-12-10"),
        ("by the end of next week", "2026-12-04"),
        ("right after the weekend", "2026-11-30"),
        ("three weeks from tomorrow", "2026-12-15"),
        ("one week from tonight", "2026-11-30"),
        ("two more weeks", "2026-12-07"),
        ("the sixth is a sunday so let's say the seventh", "2026-12-07"),
        ("mid december", "2026-12-15"),
        ("the middle of next month", "2026-12-15"),
        ("at the beginning of january", "2027-01-01"),
        ("one month from today", "2026-12-23"),
        ("give me forty eight hours", "2026-11-25"),
        ("the last business day of the month", "2026-11-30"),
        ("martin luther king day", "2027-01-18"),
        ("valentine's day", "2027-02-14"),
        ("memorial day", "2027-05-31"),
        ("december fifth twenty twenty six", "2026-12-05"),
        ("i was gonna say monday but let's go with tuesday", "2026-11-24"),
    ],
)
def test_english_dates_are_understood(text: str, when: str) -> None:
    assert understand(text, setting("en", Expect.DATE)).date == date.fromisoformat(when)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("hoy", "2026-11-23"),
        ("mañana", "2026-11-24"),
        ("mañana en la mañana", "2026-11-24"),
        ("pasado mañana", "2026-11-25"),
        ("el viernes", "2026-11-27"),
        ("el viernes que viene", "2026-11-27"),
        ("el otro viernes", "2026-12-04"),
        ("el próximo lunes", "2026-11-30"),
        ("el quince", "2026-12-15"),
        ("quince", "2026-12-15"),
        ("5 de diciembre", "2026-12-05"),
        ("el cinco de diciembre", "2026-12-05"),
        ("viernes cuatro de diciembre", "2026-12-04"),
        ("el treinta y uno de diciembre", "2026-12-31"),
        ("primero de enero", "2027-01-01"),
        ("fin de mes", "2026-11-30"),
        ("en la quincena", "2026-11-30"),
        ("en dos semanas", "2026-12-07"),
        ("en ocho días", "2026-11-30"),
        ("4/12", "2026-12-04"),
        ("el primer viernes de diciembre", "2026-12-04"),
        ("el último viernes del mes", "2026-11-27"),
        ("del jueves en quince", "2026-12-10"),
        ("pasado mañana a más tardar", "2026-11-25"),
        ("no mañana pasado mañana", "2026-11-25"),
        ("a los quince días de hoy", "2026-12-07"),
        ("el seis cae domingo así que el siete", "2026-12-07"),
        ("el finde largo no puedo te pago el martes", "2026-11-24"),
        ("de mañana en ocho", "2026-12-01"),
        ("a mediados del otro mes", "2026-12-15"),
        ("a principios de enero", "2027-01-01"),
        ("pasando el fin de semana", "2026-11-30"),
        ("el último día hábil", "2026-11-30"),
        ("en cuarenta y ocho horas", "2026-11-25"),
        ("la otra quincena", "2026-12-15"),
        ("la quincena de enero", "2027-01-15"),
        ("el siete es festivo entonces el nueve", "2026-12-09"),
        ("cinco de diciembre de dos mil veintiséis", "2026-12-05"),
        ("doscientos más o menos el viernes", "2026-11-27"),
    ],
)
def test_spanish_dates_are_understood(text: str, when: str) -> None:
    assert understand(text, setting("es", Expect.DATE)).date == date.fromisoformat(when)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "monday december fourth"),  # a Friday
        ("en", "february thirtieth"),
        ("en", "when i get paid"),
        ("en", "between the tenth and the twelfth"),
        ("en", "any day from the third to the fifth"),
        ("en", "the fifth friday of december"),
        ("en", "in a month and a half"),
        ("es", "en un mes y medio"),
        ("es", "esa cuenta la cerré el primero de junio"),
        ("es", "entre el diez y el quince"),
        ("es", "ni aunque me den hasta el lunes"),
        ("es", "el lunes me operan"),
        ("es", "por la mañana"),
        ("es", "treinta y uno de noviembre"),
        ("es", "cuando me paguen"),
    ],
)
def test_what_is_no_single_date_is_none(language: str, text: str) -> None:
    assert understand(text, setting(language, Expect.DATE)).date is None


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        ("en", "four seven two nine", "4729"),
        ("en", "forty seven twenty nine", "4729"),
        ("en", "four seven oh nine", "4709"),
        ("en", "double five one two", "5512"),
        ("en", "it's 0472", "0472"),
        ("es", "cuatro siete dos nueve", "4729"),
        ("es", "cuarenta y siete veintinueve", "4729"),
        ("es", "doble cinco uno dos", "5512"),
    ],
)
def test_digits_are_understood(language: str, text: str, digits: str) -> None:
    assert understand(text, setting(language, Expect.DIGITS)).digits == digits


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("en", "yes", Intent.YES),
        ("en", "Yeah, that's right.", Intent.YES),
        ("en", "yes this is she speaking", Intent.YES),
        ("en", "no problem", Intent.YES),
        ("en", "no that's not right", Intent.NO),
        ("en", "yes no that is not correct", Intent.NO),  # a wrong yes would confirm a wrong promise
        ("en", "you have the wrong number", Intent.WRONG_PERSON),
        ("en", "that's not me", Intent.WRONG_PERSON),
        ("en", "he's not here right now", Intent.THIRD_PARTY),
        ("en", "this is his wife", Intent.THIRD_PARTY),
        ("en", "i can pay on friday", Intent.PROMISE),
        ("en", "I already paid that last week", Intent.ALREADY_PAID),
        ("en", "call me back later", Intent.CALL_LATER),
        ("en", "stop calling me", Intent.STOP_CALLING),
        ("en", "Yes, but I already paid, so stop calling me.", Intent.STOP_CALLING),
        ("en", "let me talk to a person", Intent.HUMAN),
        ("en", "can i pay less", Intent.NEGOTIATE),
        ("en", "do you have a payment plan", Intent.NEGOTIATE),
        ("en", "i can't pay all of it", Intent.NEGOTIATE),
        ("en", "i can't pay", Intent.CANNOT_PAY),
        ("en", "i lost my job", Intent.CANNOT_PAY),
        ("en", "that's not my debt", Intent.DISPUTE),
        ("en", "can you repeat that", Intent.REPEAT),
        ("en", "hold on a second", Intent.HOLD_ON),
        ("es", "sí", Intent.YES),
        ("es", "si claro", Intent.YES),
        ("es", "sí, soy yo", Intent.YES),
        ("es", "no, no es correcto", Intent.NO),
        ("es", "no soy yo", Intent.WRONG_PERSON),
        ("es", "número equivocado", Intent.WRONG_PERSON),
        ("es", "no se encuentra", Intent.THIRD_PARTY),
        ("es", "voy a pagar el viernes", Intent.PROMISE),
        ("es", "ya pagué", Intent.ALREADY_PAID),
        ("es", "ya lo cancelé la semana pasada", Intent.ALREADY_PAID),
        ("es", "llámeme más tarde", Intent.CALL_LATER),
        ("es", "no me llamen más", Intent.STOP_CALLING),
        ("es", "quiero hablar con una persona", Intent.HUMAN),
        ("es", "puedo pagar en cuotas", Intent.NEGOTIATE),
        ("es", "no puedo pagar", Intent.CANNOT_PAY),
        ("es", "no reconozco esa deuda", Intent.DISPUTE),
        ("es", "me puede repetir por favor", Intent.REPEAT),
        ("es", "espere un momento", Intent.HOLD_ON),
    ],
)
def test_intents_are_understood(language: str, text: str, intent: Intent) -> None:
    assert understand(text, setting(language, Expect.INTENT)).intent is intent


@pytest.mark.parametrize(
    "text",
    [
        "i already paid two hundred dollars last friday",
        "call me tomorrow",
        "i can't pay all of it",
        "no me llamen más este viernes",
    ],
)
def test_what_is_no_offer_carries_no_money_and_no_date(text: str) -> None:
    language = "es" if "llamen" in text else "en"
    meaning = understand(text, setting(language, Expect.AMOUNT, Expect.DATE))
    assert (meaning.amount, meaning.date, meaning.full_amount) == (None, None, False)


def test_yes_with_an_offer_is_first_a_yes_where_one_was_asked_for() -> None:
    text = "yes on friday"
    assert understand(text, setting("en", Expect.YES_NO)).intent is Intent.YES
    assert understand(text, setting("en", Expect.DATE)).intent is Intent.PROMISE


@pytest.mark.parametrize(
    ("language", "text", "flag"),
    [
        ("en", "I don't want to live anymore", "self_harm_risk"),
        ("en", "talk to my lawyer", "attorney"),
        ("en", "he passed away in march", "deceased"),
        ("en", "he died", "deceased"),
        ("es", "ella murió", "deceased"),
        ("en", "are you a robot?", "asks_if_ai"),
        ("es", "ni quiero vivir", "self_harm_risk"),
        ("es", "estoy en el hospital", "vulnerable"),
        ("es", "¿hablo con un robot?", "asks_if_ai"),
    ],
)
def test_what_changes_the_call_raises_its_flag(language: str, text: str, flag: str) -> None:
    assert flag in understand(text, setting(language, Expect.AMOUNT)).flags


def test_ordinary_answer_raises_no_flag() -> None:
    assert understand("yes two hundred dollars on friday", setting("en", Expect.AMOUNT)).flags == frozenset()


def test_amount_and_date_come_in_one_breath() -> None:
    both = setting("en", Expect.AMOUNT, Expect.DATE)
    meaning = understand("i can pay two hundred dollars on friday", both)
    assert (meaning.amount, meaning.date) == (Decimal(200), date(2026, 11, 27))
    assert answers(meaning, both)


def test_half_an_answer_is_not_complete() -> None:
    both = setting("en", Expect.AMOUNT, Expect.DATE)
    assert not answers(understand("two hundred dollars", both), both)
    four = Setting("en", MONDAY, frozenset({Expect.DIGITS}), digits_length=4)
    assert not answers(understand("four seven two", four), four)
    assert answers(understand("four seven two nine", four), four)


def test_silence_and_noise_mean_nothing() -> None:
    assert understand("", setting("en", Expect.YES_NO)).intent is None
    assert understand("?!", setting("es", Expect.YES_NO)).intent is None


LANGUAGES = st.sampled_from(["en", "es"])


@given(LANGUAGES, st.integers(1, 999_999), st.sampled_from(["USD", "MXN", "EUR"]))
def test_every_amount_is_understood_as_it_is_spoken(language: str, cents: int, currency: str) -> None:
    amount = Decimal(cents) / 100
    heard = understand(say_money(amount, currency, language), setting(language, Expect.AMOUNT, balance=None))
    assert heard.amount == amount


@given(LANGUAGES, st.integers(0, 60), st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_every_coming_date_is_understood_as_it_is_spoken(language: str, ahead: int, today: date) -> None:
    day = today + timedelta(days=ahead)
    heard = understand(say_date(day, language, today), Setting(language, today, frozenset({Expect.DATE})))
    assert heard.date == day


@given(LANGUAGES, st.from_regex(r"[0-9]{1,12}", fullmatch=True))
def test_all_digits_are_understood_as_they_are_spoken(language: str, digits: str) -> None:
    assert understand(say_digits(digits, language), setting(language, Expect.DIGITS)).digits == digits


@pytest.mark.parametrize(
    ("text", "intent"),
    [("This is Ana.", Intent.YES), ("this is ana's mother", None), ("this is Bob", None)],
)
def test_a_name_answers_who_was_asked_for(text: str, intent: Intent | None) -> None:
    asked = Setting("en", MONDAY, frozenset({Expect.YES_NO}), name="Ana")
    assert understand(text, asked).intent is intent


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("es", "equivocado", Intent.WRONG_PERSON),
        ("es", "el monto está equivocado", Intent.DISPUTE),
        ("en", "yes I know Ana but I'm not her", Intent.THIRD_PARTY),
        ("en", "I'm not her but I know her", Intent.THIRD_PARTY),
        ("en", "I don't know her", Intent.WRONG_PERSON),
        ("es", "sí, la conozco, pero no soy ella", Intent.THIRD_PARTY),
        ("es", "conozco a Ana pero no soy yo", Intent.THIRD_PARTY),
        ("es", "no la conozco", Intent.WRONG_PERSON),
    ],
)
def test_knowing_the_debtor_is_told_from_a_wrong_number(language: str, text: str, intent: Intent) -> None:
    assert understand(text, setting(language, Expect.YES_NO)).intent is intent


def test_question_whether_a_machine_speaks_is_no_yes() -> None:
    for words in ("am i speaking to a machine", "is this a robot"):
        assert understand(words, Setting("en", MONDAY, frozenset({Expect.YES_NO}))).intent is None


def test_answering_machine_says_no_yes() -> None:
    greeting = "se ha comunicado con el buzón de voz deje su mensaje"
    asked = Setting("es", MONDAY, frozenset({Expect.YES_NO}), name="Ana")
    assert understand(greeting, asked).intent is Intent.VOICEMAIL
    assert understand("con él", asked).intent is Intent.YES


@pytest.mark.parametrize(
    ("language", "alone", "within"),
    [
        ("en", "right", "we can't come to the phone right now"),
        ("en", "fine yeah", "he was fined last week"),
        ("es", "ya", "ya le consigné eso"),
        ("es", "ya bueno", "mi esposa ya lo hizo"),
        ("es", "el mismo", "siempre el mismo cuento"),
    ],
)
def test_word_that_is_a_yes_by_itself_is_none_in_a_sentence(language: str, alone: str, within: str) -> None:
    assert understand(alone, setting(language, Expect.YES_NO)).intent is Intent.YES
    assert understand(within, setting(language, Expect.YES_NO)).intent is not Intent.YES


def test_long_string_of_yeses_is_read_in_no_time() -> None:
    many = "yes it is yes that's right " * 200
    assert understand(many, setting("en", Expect.YES_NO)).intent is Intent.YES
    assert understand(many + "purple", setting("en", Expect.YES_NO)).intent is Intent.YES
    assert understand("right fine " * 500 + "purple", setting("en", Expect.YES_NO)).intent is None


@pytest.mark.parametrize(
    "words", ["si me pagan el lunes", "a ver si puedo", "no sé si puedo", "si pudiera", "como si fuera fácil"]
)
def test_spanish_if_is_no_yes_although_recognisers_leave_its_accent_out(words: str) -> None:
    assert Intent.YES not in understand(words, setting("es", Expect.YES_NO)).heard


@pytest.mark.parametrize("words", ["si", "si señor", "si por favor", "si puedo", "si está bien"])
def test_spanish_yes_without_its_accent_is_a_yes(words: str) -> None:
    assert understand(words, setting("es", Expect.YES_NO)).intent is Intent.YES


@pytest.mark.parametrize(
    ("language", "words", "amount"),
    [
        ("en", "could you set it at a hundred ten", "110"),
        ("en", "a payment of ninety dollars", "90"),
        ("en", "a hundred call it one twenty", "120"),
        ("en", "split it in two", None),
        ("en", "call me at six", None),
        ("es", "hagámoslo en dos", None),
        ("es", "llámeme a las ocho", None),
    ],
)
def test_number_after_a_preposition_is_money_unless_it_is_an_hour_or_a_part(
    language: str, words: str, amount: str | None
) -> None:
    found = understand(words, setting(language, Expect.AMOUNT)).amount
    assert found == (Decimal(amount) if amount else None)


def test_not_belongs_to_the_day_behind_it() -> None:
    assert understand("on wednesday not tuesday", setting("en", Expect.DATE)).date == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("language", "words", "raised"),
    [
        ("en", "my mommy is at the store", Flag.MINOR),
        ("en", "i am only nine years old", Flag.MINOR),
        ("es", "tengo ocho años", Flag.MINOR),
        ("es", "soy menor de edad", Flag.MINOR),
        ("en", "i keep thinking about suicide", Flag.VULNERABLE),
        ("es", "ya no quiero vivir", Flag.VULNERABLE),
    ],
)
def test_flag_is_raised(language: str, words: str, raised: Flag) -> None:
    assert raised in understand(words, setting(language)).flags


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "i'm ten minutes away"),
        ("en", "i am two payments behind"),
        ("es", "tengo quince años trabajando"),
    ],
)
def test_not_every_number_is_an_age(language: str, words: str) -> None:
    assert Flag.MINOR not in understand(words, setting(language)).flags
