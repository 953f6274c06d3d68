import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from voicebot.telephony.number import REGIONS, e164


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("5551234567", "US", "+15551234567"),  # national
        ("15551234567", "US", "+15551234567"),  # with the country code, as North American trunks send it
        ("+15551234567", "US", "+15551234567"),
        ("0015551234567", "US", "+15551234567"),  # a European spelling that no American dials
        ("01115551234567", "US", "+15551234567"),  # what Americans dial abroad
        (" +1 (555) 123-4567 ", "US", "+15551234567"),
        ("+15551234567", "CL", "+15551234567"),  # a foreigner calls
        ("0056912345678", "US", "+56912345678"),
        ("912345678", "CL", "+56912345678"),
        ("56912345678", "CL", "+56912345678"),
        ("600 123 456", "ES", "+34600123456"),
        ("3001234567", "CO", "+573001234567"),
        ("00573001234567", "CO", "+573001234567"),  # not carrier 005 and a country that begins with 7
        ("+52 1 55 1234 5678", "MX", "+525512345678"),  # the mobile 1 of before 2019
        ("55 1234 5678", "MX", "+525512345678"),
        ("011 15 5123-4567", "AR", "+5491151234567"),  # a mobile as Argentines dial it
        ("06 1234 5678", "IT", "+390612345678"),  # the 0 is part of the number
    ],
)
def test_one_telephone_has_one_number_however_it_is_written(text: str, region: str, number: str) -> None:
    assert e164(text, region) == number


@pytest.mark.parametrize(
    "text",
    [
        "anonymous",
        "anonymous@anonymous.invalid",
        "Unknown",
        "",
        " ",
        "+",
        "00",
        "s",
        "911",
        "1001",
        "5551234",
    ],
)
def test_who_withholds_the_number_or_calls_from_an_extension_has_none(text: str) -> None:
    assert e164(text, "US") is None


@pytest.mark.parametrize("text", ["555123456", "55512345678", "+1555123456789", "5" * 300])
def test_a_number_of_the_wrong_length_is_none(text: str) -> None:
    assert e164(text, "US") is None


@given(st.text(), st.sampled_from(sorted(REGIONS)))
def test_whatever_a_trunk_sends_is_a_number_of_at_most_fifteen_digits_or_none(text: str, region: str) -> None:
    number = e164(text, region)
    assert number is None or (number[0] == "+" and number[1:].isdecimal() and len(number) <= 16)


@pytest.mark.parametrize("kind", [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE])
def test_every_country_knows_its_numbers_and_is_known_abroad(kind: int) -> None:
    for region in REGIONS:
        if example := phonenumbers.example_number_for_type(region, kind):
            number, national, international = (
                phonenumbers.format_number(example, spelling)
                for spelling in (
                    PhoneNumberFormat.E164,
                    PhoneNumberFormat.NATIONAL,
                    PhoneNumberFormat.INTERNATIONAL,
                )
            )
            assert {e164(national, region), e164(international, "US"), e164(number, region)} == {number}, (
                region
            )
            assert e164(f"00{number[1:]}", "US") == number
