from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.telemetry.redact import redact, redact_log, redact_value


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        # telephone numbers
        ("call +56 9 1234 5678 now", "call [phone] now"),
        ("(555) 123-4567 ext 12", "[phone] ext 12"),
        ("tel:5551234567", "tel:[phone]"),
        ("call_5551234567.wav", "call_[phone].wav"),
        ("PJSIP/15551234568-0000001a", "PJSIP/[digits]a"),
        # e-mail
        ("write to ana.b+c@example.com.", "write to [email]."),
        # cards pass the Luhn check, however they are grouped
        ("4111 1111 1111 1111", "[card]"),
        ("4111-1111-1111-1111", "[card]"),
        ("378282246310005", "[card]"),
        ("a 16 digit account 4111111111111112", "a 16 digit account [digits]"),
        # national identities
        ("RUT 12.345.678-5", "RUT [national id]"),
        ("rut 7654321-6", "rut [national id]"),
        ("RUT 10.000.013-K", "RUT [national id]"),
        ("SSN 123-45-6789", "SSN [national id]"),
        ("CURP GODE561231HGRDRS09", "CURP [national id]"),
        ("RFC gode561231gr8", "RFC [national id]"),
        ("DNI 12.345.678", "DNI [phone]"),
        # figures that are anything else
        ("account 471100", "account [digits]"),
        ("[keys 4729]", "[keys [digits]]"),
        # said digit by digit
        ("it is four five three two", "it is [digits]"),
        ("es el cuatro, cinco, tres y dos", "es el [digits]"),
        ("five oh three double two", "[digits]"),
        ("4 5 3 2", "[digits]"),
        ("FOUR FIVE THREE TWO", "[digits]"),
        # said in pairs
        ("fifty five twelve thirty four", "[digits]"),
        ("cincuenta y cinco doce treinta y cuatro", "[digits]"),
    ],
)
def test_what_tells_who_somebody_is_goes(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "utterance_ended",
        "12.345678 seconds, 1500 frames, 64000 bytes",
        "250.75 USD",
        "$1,250.50",
        "150000.00 CLP",
        "2026-12-04",
        "2026-12-04T10:30:00.123456Z",
        "192.168.100.200:5060",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "9f86d081884c7d65",
        "1763808000.12",
        "PJSIP/trunk-0000001a",
        "[keys 1]",
        "two hundred fifteen dollars and fifty cents",
        "twelve fifty",
        "one two three",
        "Friday, December fourth, twenty twenty six",
        "mil doscientos cincuenta y un pesos",
        "viernes veintidós de diciembre de dos mil veintiséis",
        "dos o tres cuotas",
    ],
)
def test_what_operators_need_stays(text: str) -> None:
    assert redact(text) == text


FIGURES = st.text("0123456789", min_size=7, max_size=15)


@given(
    figures=FIGURES.filter(lambda figures: not figures.startswith("0000")),
    separators=st.lists(st.sampled_from(["", "", "", " ", "-", ") "]), min_size=15, max_size=15),
    before=st.sampled_from(["", "call ", "tel:", "+", "_"]),
)
def test_no_telephone_number_gets_through_however_it_is_spaced(
    figures: str, separators: list[str], before: str
) -> None:
    spaced = "".join(figure + separator for figure, separator in zip(figures, separators, strict=False))
    text = redact(f"{before}{spaced.rstrip(' -)')} please")
    assert re.fullmatch(r"\D*", text) or re.match(r"(19|20)\d\d-[01]\d-[0-3]\d", spaced)


@given(figures=st.text("0123456789", min_size=4, max_size=16), language=st.sampled_from(["en", "es"]))
def test_no_run_of_spoken_digits_gets_through(figures: str, language: str) -> None:
    names = {
        "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        "es": ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    }[language]
    assert redact(" ".join(names[int(figure)] for figure in figures)) == "[digits]"


@given(st.text(alphabet="0123456789 +-().k@a four,cinco\n", max_size=60))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_numbers_amounts_and_times_stay_what_they_are() -> None:
    facts = [12345678, 0.123456789, Decimal("1250000"), date(2026, 12, 4), datetime(2026, 12, 4, tzinfo=UTC)]
    assert redact_value([*facts, None, True]) == [*facts, None, True]


def test_personal_data_is_found_inside_lists_mappings_and_objects() -> None:
    class Contact:
        def __repr__(self) -> str:
            return "Contact(phone='+15551234567')"

    assert redact_value({"to": ["+15551234567"], "ana@example.com": (Contact(),)}) == {
        "to": ["[phone]"],
        "[email]": ["Contact(phone='[phone]')"],
    }


def test_the_identity_of_a_call_stays_in_its_log() -> None:
    event = redact_log(None, "info", {"event": "call to 5551234567", "call_id": "15551234567"})
    assert event == {"event": "call to [phone]", "call_id": "15551234567"}
