"""What the payments webhook is told: signed, of now, and exact. Pure."""

from __future__ import annotations

import hmac
import json
from decimal import Decimal
from typing import Any, Final

from voicebot.campaigns.ledger.promises import Payment
from voicebot.campaigns.sheets.days import read_day
from voicebot.campaigns.sheets.values import read_amount, read_currency

_LONGEST: Final = 200
_FIELDS: Final = ("reference", "account_ref", "amount", "currency", "value_date")


class Unsigned(Exception):  # noqa: N818  # what is told of a message, not a mistake of ours
    """Nobody can tell that a message comes from whom it should."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What stands in the header: HMAC-SHA256 over the timestamp, a dot, and the body."""
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256")
    return f"sha256={signed.hexdigest()}"


def require_signed(secret: str, timestamp: str, told: str, body: bytes, now: float, tolerance: int) -> None:
    """See that a message was signed with the secret, and lately.

    Args:
        secret: what both sides know; empty is known to nobody.
        timestamp: seconds since 1970, as the header writes them.
        told: the signature in the header.
        body: as it came.
        now: seconds since 1970.
        tolerance: seconds.

    Raises:
        Unsigned: it was not.
    """
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise Unsigned("X-Voicebot-Timestamp must be seconds since 1970")
    expected = signature(secret, timestamp, body)
    if not secret or not hmac.compare_digest(expected.encode(), told.encode()):
        raise Unsigned("X-Voicebot-Signature is not sha256=HMAC(secret, timestamp.body)")
    if abs(now - int(timestamp)) > tolerance:
        raise Unsigned(f"the message is more than {tolerance} seconds off our clock")


def read_payment(body: bytes) -> Payment:
    """The payment that a message tells of.

    Raises:
        ValueError: it tells of none; with a sentence for each thing that is wrong.
    """
    try:
        told = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise ValueError("the body is no JSON in UTF-8") from None
    if not isinstance(told, dict) or set(told) != set(_FIELDS):
        raise ValueError(f"the body must be an object with {', '.join(_FIELDS)}, and nothing else")
    problems = list[str]()
    currency = _read(told, "currency", read_currency, problems)
    payment = {
        "reference": _read(told, "reference", _name, problems),
        "account_id": _read(told, "account_ref", _name, problems),
        "amount": _read(told, "amount", lambda text: _amount(text, currency or "USD"), problems),
        "currency": currency,
        "value_date": _read(told, "value_date", read_day, problems),
    }
    if problems:
        raise ValueError("; ".join(problems))
    return Payment(**payment)


def _read(told: dict[str, Any], name: str, read: Any, problems: list[str]) -> Any:
    value = told[name]
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        problems.append(f"{name} must be text")
        return None
    try:
        return read(f"{value:f}" if isinstance(value, Decimal) else str(value))
    except (ValueError, ArithmeticError) as fault:
        problems.append(f"{name} {fault}")
        return None


def _amount(text: str, currency: str) -> Decimal:
    amount = read_amount(text, currency, ".")
    if not amount:
        raise ValueError("is nothing")
    return amount


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise ValueError(f"must be 1 to {_LONGEST} characters")
    return name
