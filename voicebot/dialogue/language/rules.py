"""What a country forbids to say and ask, and what must be told there: data for counsel to review. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from voicebot.contact.rules import Confidence, ContactRules
from voicebot.dialogue.language.notation import Country, Name, Notice, Part

Phrases = dict[str, tuple[str, ...]]
"""Words by language; ``*`` is any ending, and ``...`` up to four words of any kind."""


class Rule(Part):
    """Something that is not said, or not asked, in a country."""

    what: str
    """The rule as a sentence that continues "in Chile, "."""
    forbids: Name
    """The entry of ``words`` that must not be said, and the ``asks`` that must not be asked."""
    instead: str
    """What to do about it."""
    source: str
    """The law, so that it can be looked up."""
    confidence: Confidence
    """How sure it is."""


class Requirement(Part):
    """Why a notice is told."""

    source: str
    """The law, so that it can be looked up."""
    confidence: Confidence
    """How sure it is."""


class CountryRules(Part):
    """What a flow keeps to that names the country."""

    country: Country
    """ISO 3166-1, such as CO."""
    name: str
    """As its rules are told: "in Colombia, "."""
    words: dict[Name, Phrases] = Field(default_factory=dict)
    """How what is forbidden is usually said."""
    rules: Annotated[dict[Name, Rule], Field(min_length=1)]
    """What is not said and not asked there."""
    notices: dict[Notice, Requirement] = Field(default_factory=dict)
    """What is told there before anything is asked of the debt."""
    contact: ContactRules | None = None
    """When and how often people may be contacted there; without it, never."""
