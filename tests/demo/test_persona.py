from datetime import date
from decimal import Decimal

import pytest

from voicebot.demo.persona import Caller, Keys, Persona, Question, Speech, asks

TODAY = date(2026, 11, 23)


def caller(language: str = "en", amount: str = "180") -> Caller:
    day = date(2026, 12, 4)
    return Caller(Persona("Ana", "4729", Decimal("500.00"), Decimal(amount), "USD", day, language, TODAY))


@pytest.mark.parametrize(
    ("prompt", "question"),
    [
        ("Hello. This call is recorded.", Question.NOTHING),
        ("Am I speaking with Ana?", Question.IDENTITY),
        ("Please say or type the last four digits of your ID.", Question.DIGITS),
        ("Can you pay all of it? You can also tell me how much.", Question.ALL_OF_IT),
        ("How much can you pay?", Question.AMOUNT),
        ("On which day can you pay one hundred dollars?", Question.DATE),
        ("I have two dollars on Friday, December fourth. Is that right?", Question.READ_BACK),
    ],
)
def test_a_prompt_asks_what_its_words_ask(prompt: str, question: Question) -> None:
    assert asks(prompt, "en") is question


def test_the_caller_says_amount_and_day_in_words() -> None:
    ana = caller()
    assert ana.reply("How much can you pay?") == Speech("one hundred eighty dollars")
    assert ana.reply("On which day?  When?") == Speech("Friday, December fourth")


def test_a_right_read_back_gets_a_yes_and_a_wrong_one_a_no() -> None:
    right = "I have one hundred eighty dollars on Friday, December fourth. Is that right?"
    assert caller().reply(right) == Speech("yes that's right")
    assert caller(amount="118").reply(right) == Speech("no that's not right")


def test_told_again_to_use_the_keys_the_caller_does() -> None:
    ana = caller(amount="180.50")
    ana.reply("How much can you pay?")
    assert ana.reply("Please type the amount with the keys.") == Keys("180*50#")


def test_the_first_time_the_caller_would_rather_speak() -> None:
    assert caller().reply("Please say or type the last four digits.") == Speech("four seven two nine")


def test_the_day_is_typed_in_the_order_of_the_language() -> None:
    for language, prompt, keys in (
        ("en", "Please type the day with four keys.", "1204"),
        ("es", "Marque el día con cuatro teclas.", "0412"),
    ):
        ana = caller(language)
        ana.reply(prompt)
        assert ana.reply(prompt) == Keys(keys)


def test_a_sentence_that_asks_nothing_gets_no_answer() -> None:
    assert caller().reply("Thank you. Goodbye.") is None
