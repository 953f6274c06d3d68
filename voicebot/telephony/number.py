"""Telephone numbers in the one spelling that can be compared: E.164, as ``+15551234567``. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from voicebot.errors import NumberError

REGIONS: Final = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""The countries whose national spelling is understood, in ISO 3166's two capital letters."""

_MEXICO: Final = 52
_OLD_MOBILE: Final = 10**10


def e164(text: str, region: str) -> str | None:
    """The number that people, files and trunks write in many ways; ``None`` when ``text`` is none.

    Its length is checked and its range is not: new ranges open faster than any table learns of them.

    Args:
        text: a caller id, or what somebody typed: national, ``+`` or ``00``; may be ``anonymous`` or empty.
        region: whose national spelling it may be, one of ``REGIONS``.
    """
    for written in _readings(text.strip()):
        number = _parse(written, region)
        if number and phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE:
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return None


def written_number(phone: str, region: str) -> str:
    """The E.164 number that an operator wrote.

    Raises:
        NumberError: it is none, or ``region`` is no country.
    """
    if region not in REGIONS:
        raise NumberError(f"{region!r} is no country: write two capital letters, such as US or CL")
    number = e164(phone, region)
    if number is None:
        raise NumberError(
            f"{phone!r} is no telephone number of {region}: write it as +15551234567, country code first"
        )
    return number


def _readings(text: str) -> Iterator[str]:
    """Trunks send ``00`` for ``+`` also in countries where people dial abroad by other digits."""
    if text.startswith("00"):
        yield f"+{text[2:]}"
    yield text


def _parse(text: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    national = number.national_number or 0
    if number.country_code == _MEXICO and national // _OLD_MOBILE == 1:
        number.national_number = national % _OLD_MOBILE  # the 1 before mobiles was abolished in 2019
    return number
