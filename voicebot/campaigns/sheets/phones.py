"""Telephones as files hold them, read into numbers that can be dialled, or not at all. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

MOBILE: Final = "mobile"
_KINDS: Final = {
    **dict.fromkeys(["mobile", "cell", "cellphone", "celular", "movil", "m", "c"], MOBILE),
    **dict.fromkeys(["home", "casa", "particular", "h"], "home"),
    **dict.fromkeys(["work", "office", "trabajo", "oficina", "laboral", "w", "t"], "work"),
    **dict.fromkeys(["landline", "fixed", "fijo", "f", "l"], "landline"),
}
_SHORTENED: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+")
_SEVERAL: Final = re.compile(r"[/;|,]|\b(?:y|o|and|or)\b")
_EXTENSION: Final = re.compile(r"(?:ext|anexo|interno|int|x|#)\.?\s*[0-9]+\s*$", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]")
_FLOAT: Final = re.compile(r"(\+?[0-9]{6,})[.,]0")
_OLD_PREFIX: Final = re.compile(r"(?:04[45]|01)(?=[0-9]{10}$)")
_NOT_WRITTEN: Final = re.compile(r"[^0-9+]")
_NOBODYS: Final = {
    PhoneNumberType.TOLL_FREE: "a toll-free number",
    PhoneNumberType.PREMIUM_RATE: "a premium number",
    PhoneNumberType.SHARED_COST: "a number of shared cost",
    PhoneNumberType.PAGER: "a pager",
    PhoneNumberType.UAN: "a company's number",
    PhoneNumberType.VOICEMAIL: "a mailbox",
}
_MEXICO: Final = 52
_ARGENTINA: Final = 54


@dataclass(frozen=True, slots=True)
class RowPhone:
    """A number of a person."""

    e164: str
    kind: str
    """``mobile``, ``home``, ``work``, ``landline``; empty where nothing tells."""


def read_phone(text: str, country: str, kind: str = "") -> RowPhone:
    """A number as people write it: national or with its country code.

    Args:
        text: as it stands in the file.
        country: whose national spelling it may have; ISO 3166's two letters.
        kind: what the file says of it, in English or Spanish.

    Raises:
        ValueError: nobody can be reached by it; with a sentence. Figures that are lost are never invented.
    """
    told = _KINDS.get(kind.strip().lower().replace("ó", "o"), "")
    written = _FLOAT.sub(r"\1", text.strip().removeprefix("tel:"))
    _refuse_written(written)
    number = _parsed(written, country)
    if len(set(str(number.national_number))) == 1:
        raise ValueError("is one figure many times, which is nobody's number")
    if number.country_code == _ARGENTINA and told == MOBILE:
        number = _argentine_mobile(number)
    of_type = phonenumbers.number_type(number)
    if of_type == PhoneNumberType.UNKNOWN:  # which is what is_valid_number asks, at twice the cost
        raise ValueError(_invalid(number, country))
    if of_type in _NOBODYS:
        raise ValueError(f"is {_NOBODYS[of_type]}: write the person's own")
    kind = told or (MOBILE if of_type == PhoneNumberType.MOBILE else "")
    return RowPhone(phonenumbers.format_number(number, PhoneNumberFormat.E164), kind)


def _refuse_written(written: str) -> None:
    if _SHORTENED.fullmatch(written):
        raise ValueError(
            "was shortened by a spreadsheet and has lost figures: format the column as text, export it again"
        )
    if _EXTENSION.search(written):
        raise ValueError("has an extension, which cannot be dialled: write a direct number")
    if len(_NOT_WRITTEN.sub("", written)) > 15 and _SEVERAL.search(written):
        raise ValueError("holds several numbers: give each a column of its own, phone_1, phone_2 ...")
    if _LETTERS.search(written):
        raise ValueError("has letters in it: write figures, such as +56961234567")


def _parsed(written: str, country: str) -> PhoneNumber:
    plain = f"+{written[2:]}" if written.startswith("00") else written
    if country == "MX":
        plain = _OLD_PREFIX.sub("", _NOT_WRITTEN.sub("", plain))
    try:
        number = phonenumbers.parse(plain, country)
    except NumberParseException:
        raise ValueError("is no telephone number: write it as +56961234567, country code first") from None
    if number.country_code == _MEXICO and (number.national_number or 0) // 10**10 == 1:
        number.national_number = (number.national_number or 0) % 10**10  # the 1 before mobiles ended in 2019
    return number


def _argentine_mobile(number: PhoneNumber) -> PhoneNumber:
    """Mobiles have a 9 behind 54, which people leave out at home, where they dial 15 instead."""
    mobile = PhoneNumber(country_code=_ARGENTINA, national_number=int(f"9{number.national_number}"))
    return mobile if phonenumbers.number_type(mobile) == PhoneNumberType.MOBILE else number


def _invalid(number: PhoneNumber, country: str) -> str:
    where = phonenumbers.region_code_for_country_code(number.country_code or 0) or country
    match phonenumbers.is_possible_number_with_reason(number):
        case phonenumbers.ValidationResult.TOO_SHORT | phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return f"is too short for a number of {where}: is the area code missing?"
        case phonenumbers.ValidationResult.TOO_LONG:
            return f"is too long for a number of {where}"
        case _:
            return f"is no number that is in use in {where}"
