"""What an agent is told of the caller, as channel variables that may become SIP headers. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

MOST_CHARACTERS: Final = 200
"""Of one fact: telephones cut long headers, some drop the call. Longer stories belong on the screen."""


def as_variables(facts: Mapping[str, str]) -> dict[str, str]:
    """``{"topic": "Plan"}`` as ``{"__VOICEBOT_TOPIC": "Plan"}``: the underscores make every leg that the
    dialplan dials inherit it, the agent's among them."""
    return {f"__VOICEBOT_{_name(name)}": _value(value) for name, value in facts.items()}


def _name(name: str) -> str:
    return re.sub(r"[^A-Z0-9_]", "_", name.upper())


def _value(value: str) -> str:
    """One line of plain ASCII: a line break would begin a header of the caller's choosing, and ``,;${}``
    and quotes mean something to the dialplan."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^A-Za-z0-9 .:+%@/()_-]", " ", plain).split())[:MOST_CHARACTERS].rstrip()
