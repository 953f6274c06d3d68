"""Money, counts and shares as people write them into files: read exactly, or not at all. Pure.

Nothing is guessed. ``1.250`` may be one and a quarter or twelve hundred and fifty: it is refused with a
sentence that says what to declare.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from babel.numbers import get_currency_precision, list_currencies

Point = Literal["", ".", ","]
"""What stands in front of the cents; empty where nobody has said."""

_SPACES: Final = " \t\u00a0\u202f\u2009"
_PARTS: Final = re.compile(r"(?P<before>[^0-9]*)(?P<figures>[0-9](?:.*[0-9])?)(?P<after>[^0-9]*)")


def _amount_with(point: str, other: str) -> re.Pattern[str]:
    return re.compile(
        rf"([0-9]+|[1-9][0-9]{{0,2}}(?:([{other}'’{_SPACES}])[0-9]{{3}})(?:\2[0-9]{{3}})*)(?:[{point}]([0-9]+))?"
    )


_GROUPED: Final = {".": _amount_with(".", ","), ",": _amount_with(",", ".")}
_NO_FIGURE: Final = re.compile(r"[^0-9]")
_SIGNS: Final = {
    "$": {"USD", "MXN", "CLP", "COP", "ARS", "UYU", "DOP", "CAD"},
    "US$": {"USD"},
    "U$S": {"USD"},
    "S/": {"PEN"},
    "S/.": {"PEN"},
    "R$": {"BRL"},
    "€": {"EUR"},
    "£": {"GBP"},
}
_MINUS: Final = ("-", "−", "–")
_BRACKET: Final = ("(", "($")
_LARGEST: Final = Decimal(10) ** 15
_YES: Final = frozenset(["yes", "y", "true", "t", "1", "x", "si", "sí", "s", "verdadero", "v"])
_NO: Final = frozenset(["no", "n", "false", "f", "0", "falso", "-"])
_CURRENCIES: Final = frozenset(list_currencies())


def read_amount(text: str, currency: str, decimal: Point = "") -> Decimal:
    """An amount of money, exact to the last cent.

    Args:
        text: as ``1250``, ``1,250.50``, ``1.250,00`` or ``$ 1 250.00``.
        currency: ISO 4217; its sign may stand beside the figures, and it says how many decimals there are.
        decimal: what stands in front of the cents; without it only amounts that can be read in one way are.

    Raises:
        ValueError: it is none, or it can be read in two ways; with a sentence for whoever wrote it.
    """
    figures = _figures(text, currency)
    readings = (_reading(figures, point) for point in ((decimal,) if decimal else (".", ",")))
    values = {value for value in readings if value is not None}
    if len(values) > 1:
        raise ValueError(
            "may be thousands or may have decimals: declare csv.decimal in the campaign's file, or "
            "--decimal, as '.' or ','"
        )
    if not values:
        raise ValueError(_unreadable(figures, decimal))
    return _with_its_decimals(values.pop(), currency)


def point_of(text: str) -> Point:
    """What stands in front of the cents of an amount, where it tells by itself."""
    found = _PARTS.fullmatch(text.strip(_SPACES))
    dot, comma = (found is not None and _reading(found["figures"], point) is not None for point in (".", ","))
    if dot == comma:
        return ""
    return "." if dot else ","


def read_currency(text: str) -> str:
    """A currency by its code in ISO 4217.

    Raises:
        ValueError: it is none.
    """
    code = text.strip().upper()
    if code not in _CURRENCIES:
        raise ValueError("is no currency: write its code in ISO 4217, such as USD, CLP or MXN")
    return code


def read_yes_no(text: str) -> bool:
    """``yes``, ``sí``, ``true`` or ``1``, or one of their opposites.

    Raises:
        ValueError: it is neither.
    """
    word = text.strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("is neither yes nor no")


def read_share(text: str, decimal: Point = "") -> Decimal:
    """A percentage from 0 to 100, as ``20``, ``20 %`` or ``12.5``.

    Raises:
        ValueError: it is none.
    """
    plain = text.strip(_SPACES).removesuffix("%").strip(_SPACES)
    values = {_reading(plain, point) for point in ((decimal,) if decimal else (".", ","))} - {None}
    share = values.pop() if len(values) == 1 else None
    if share is None or share > 100:
        raise ValueError("is no percentage from 0 to 100, such as 20")
    return share


def read_count(text: str, most: int) -> int:
    """A whole number from 0 to ``most``.

    Raises:
        ValueError: it is none.
    """
    plain = text.strip().removesuffix(".0")
    if not (plain.isascii() and plain.isdecimal() and len(plain) < 10 and int(plain) <= most):
        raise ValueError(f"is no whole number from 0 to {most}")
    return int(plain)


@lru_cache(maxsize=64)
def decimals(currency: str) -> int:
    """How many there are in a currency: none in CLP, two in USD."""
    return get_currency_precision(currency)


def _figures(text: str, currency: str = "") -> str:
    """The figures alone: the currency beside them must be the one that was declared.

    Raises:
        ValueError: there are none, or something else stands beside them.
    """
    found = _PARTS.fullmatch(text.strip(_SPACES))
    if not found:
        raise ValueError("is no amount of money, such as 1250.00")
    beside = (found["before"].strip(_SPACES), found["after"].strip(_SPACES))
    if beside[0] in _MINUS or (beside[0] in _BRACKET and beside[1] == ")"):
        raise ValueError("is negative: an amount is what is owed or paid")
    if currency and not all(not sign or _stands_for(sign, currency) for sign in beside):
        raise ValueError(f"is no amount of {currency}: write the figures alone, such as 1250.00")
    return found["figures"]


def _stands_for(sign: str, currency: str) -> bool:
    return sign.upper() == currency or currency in _SIGNS.get(sign.upper(), ())


def _reading(figures: str, point: str) -> Decimal | None:
    found = _GROUPED[point].fullmatch(figures)
    return Decimal(f"{_NO_FIGURE.sub('', found[1])}.{found[3] or 0}") if found else None


def _unreadable(figures: str, decimal: Point) -> str:
    other = "," if decimal == "." else "."
    if decimal and _reading(figures, other) is not None:
        return f"is not written with {decimal!r} in front of the cents, as was declared"
    if re.search("[eE]", figures):
        return "is written as a spreadsheet shortens long numbers: format the column as a number, then save"
    return "is no amount of money, such as 1250.00"


def _with_its_decimals(amount: Decimal, currency: str) -> Decimal:
    places = decimals(currency)
    exact = amount.quantize(Decimal(1).scaleb(-places)) if amount < _LARGEST else None
    if exact is None:
        raise ValueError("is more money than anybody owes: look for a missing decimal sign")
    if exact != amount:
        raise ValueError(f"has more decimals than {currency} has, which is {places}")
    return exact
