"""The account that the demo calls about. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

BALANCE = Decimal("500.00")
CURRENCY = "USD"
LAST4 = "4729"
NAME = "Ana"
CREDITORS = {"en": "Example Bank", "es": "Banco Ejemplo"}
AGENCIES = {"en": "Example Services", "es": "Servicios Ejemplo"}
HORIZON = timedelta(days=60)
"""How far ahead the payment reminder takes a promise."""


def demo_facts(language: str, today: date) -> dict[str, object]:
    """What the flow is told about the debtor: 500.00 USD, due ten days ago."""
    return {
        "agency": AGENCIES[language],
        "creditor": CREDITORS[language],
        "first_name": NAME,
        "last4": LAST4,
        "balance": BALANCE,
        "currency": CURRENCY,
        "due_date": today - timedelta(days=10),
    }


def usual_day(today: date) -> date:
    """The day the caller offers unless told otherwise: the Friday of next week."""
    return today + timedelta(days=7 + (4 - today.weekday()) % 7)
