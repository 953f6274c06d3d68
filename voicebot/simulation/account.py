"""An account that exists for nobody: facts for a flow, made from what it declares. Pure."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Kind

FIRST_NAME = "Ana"


def fictional_facts(flow: Flow, today: date) -> dict[str, object]:
    """One value for each fact of ``flow``, no two alike, so that each is recognised wherever it is said."""
    return {
        name: _value(name, fact.kind, place, today) for place, (name, fact) in enumerate(flow.facts.items())
    }


def _value(name: str, kind: Kind, place: int, today: date) -> object:
    match kind:
        case Kind.TEXT if name == "currency":
            return "USD"
        case Kind.TEXT if name == "country":
            return "US"
        case Kind.TEXT if "name" in name.split("_"):
            return FIRST_NAME
        case Kind.TEXT:
            return f"Example {name.replace('_', ' ').title()}"
        case Kind.MONEY:
            return Decimal(743 - 37 * place)
        case Kind.DATE:
            return today - timedelta(days=10 + place)
        case Kind.DIGITS:
            return str(4729 + 111 * place)
        case Kind.NUMBER:
            return 3 + place
        case Kind.TIME:
            return time(9 + place % 8)
        case Kind.YES_NO:
            return "yes"
        case Kind.PHONE:
            return f"+12025550{100 + place}"
        case Kind.CHOICE | Kind.NAME:
            raise AssertionError(f"no fact holds {kind}")
