import pytest

from voicebot.dialogue.understanding.lexicon import lexicon
from voicebot.dialogue.understanding.masking import is_quoted, masked


@pytest.mark.parametrize(
    ("language", "said", "shown"),
    [
        ("en", "it is four seven two nine", "it is [number]"),
        ("en", "this is Ana, my card is 4111 1111", "this is [name] my card is [number]"),
        ("en", "this one is, oh I forget", "this one is, oh I forget"),
        ("en", "on 12/03 I guess", "on [number] I guess"),
        ("es", "habla Ana, treinta y cuatro años", "habla [name] [number] años"),
    ],
)
def test_numbers_and_the_name_asked_for_stay_in_the_house(language: str, said: str, shown: str) -> None:
    assert masked(said, lexicon(language), name="Ana", numbers=False) == shown


@pytest.mark.parametrize(
    ("language", "said", "shown"),
    [
        ("en", "two hundred fifty or so", "two hundred fifty or so"),
        ("en", "call me at 555 0100 1234", "call me at [number]"),
        ("en", "four one one one two two two two three", "[number]"),
        ("es", "al cincuenta y cinco doce treinta y cuatro ochenta y nueve", "al [number]"),
        ("es", "un millón doscientos treinta y cuatro mil", "un millón doscientos treinta y cuatro mil"),
    ],
)
def test_where_money_is_awaited_only_numbers_as_long_as_a_telephones_are_hidden(
    language: str, said: str, shown: str
) -> None:
    assert masked(said, lexicon(language), numbers=True) == shown


@pytest.mark.parametrize(
    ("quote", "said", "quoted"),
    [
        ("two hundred", "maybe two hundred dollars", True),
        ("Two Hundred!", "maybe two hundred dollars", True),
        ("hundred", "maybe two hundred dollars", False),  # cuts the number
        ("two hundred", "one thousand two hundred", False),
        ("two hundred", "two hundred and fifty", False),
        ("may", "maybe two hundred", False),
        ("five hundred", "maybe two hundred", False),
        ("", "maybe", False),
        ("¿?", "maybe", False),
    ],
)
def test_a_quote_is_said_word_for_word_and_cuts_no_number(quote: str, said: str, quoted: bool) -> None:
    assert is_quoted(quote, said, lexicon("en")) is quoted
