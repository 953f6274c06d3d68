"""What the account brings, read into typed values. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Kind
from voicebot.dialogue.language.values import Value, Values
from voicebot.errors import FlowError
from voicebot.telephony.number import e164
from voicebot.tts.spoken import UnspeakableError, say_money

ABROAD = "ZZ"
"""No country: only numbers with their country code are read."""


def read_facts(flow: Flow, facts: Mapping[str, object]) -> Values:
    """The facts that ``flow`` declares, typed.

    Raises:
        FlowError: some are missing, unknown or cannot be read as their kind; names all of them.
    """
    faults = [f"{name}: no such fact in flow {flow.id}" for name in facts if not flow.takes(name)]
    values: Values = {}
    for name, fact in flow.facts.items():
        try:
            value = read_value(fact.kind, facts[name])
            values[name] = str(value).strip().upper() if name == "currency" else value
        except KeyError:
            faults.append(f"{name}: missing ({fact.kind})")
        except ValueError as fault:
            faults.append(f"{name}: {fault}")
    faults += _unspeakable(flow, values)
    if faults:
        raise FlowError(f"flow {flow.id} cannot start: " + "; ".join(faults))
    return values


def _unspeakable(flow: Flow, values: Values) -> Iterator[str]:
    """Money that could not be said to the caller later: finer than its coins, or of an unknown currency."""
    for name, value in values.items():
        try:
            if isinstance(value, Decimal):
                say_money(value, str(values.get("currency", "USD")), flow.languages[0])
        except UnspeakableError as fault:
            yield f"{name}: {fault}"


def read_value(kind: Kind, value: object) -> Value:
    """``value`` as its kind: ``"500.00"`` becomes a Decimal, ``"2026-12-01"`` a date.

    Raises:
        ValueError: it cannot be read so.
    """
    match kind:
        case Kind.MONEY:
            return _money(value)
        case Kind.DATE:
            return value if isinstance(value, date) else _date(str(value))
        case Kind.NUMBER:
            return _number(str(value))
        case Kind.TIME:
            return value if isinstance(value, time) else _time(str(value))
        case Kind.PHONE:
            return _phone(str(value))
        case Kind.YES_NO if value not in ("yes", "no"):
            raise ValueError(f"{value!r} is neither yes nor no")
        case Kind.DIGITS if not str(value).isdecimal():
            raise ValueError(f"{value!r} is not all digits")
        case _:
            return str(value)


def _money(value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount such as 500.00") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{value!r} is not an amount of money")
    return amount


def _number(value: str) -> int:
    if not value.isdecimal():
        raise ValueError(f"{value!r} is not a number such as 3")
    return int(value)


def _time(value: str) -> time:
    try:
        return time.fromisoformat(value).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise ValueError(f"{value!r} is not a time such as 17:30") from None


def _phone(value: str) -> str:
    if number := e164(value, ABROAD) if value.startswith("+") else None:
        return number
    raise ValueError(f"{value!r} is not a telephone number such as +15551234567")


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a date such as 2026-12-01") from None
