"""The contact rules as the dialer asks them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from voicebot.campaigns.choosing import MayCall
from voicebot.campaigns.queue import Candidate
from voicebot.contact import Channel, History, Person, Rulebook, Verdict, may_contact
from voicebot.contact.own import OwnRules, stricter_book


class Law:
    """What may be done by voice, and what time it is where people are."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._stricter: dict[str, Rulebook] = {}

    def at(self, now: datetime, own: OwnRules) -> MayCall:
        """The law at a moment, and what a campaign keeps to beside it."""
        rules = self._book(own)

        def may_call(candidate: Candidate, number: str, history: History) -> Verdict:
            known = candidate.history(number, history)
            return may_contact(candidate.person, number, Channel.VOICE, now, known, rules)

        return may_call

    def zone(self, person: Person, number: str) -> tzinfo:
        """The time zone of a person, the first where several are possible; UTC where nobody knows."""
        place = self._rules.place(person.country, person.region)
        return next(iter(place.zones(person, number)), UTC) if place else UTC

    def _book(self, own: OwnRules) -> Rulebook:
        """Made once for each campaign: a book keeps what it has worked out."""
        key = own.model_dump_json()
        if key not in self._stricter:
            self._stricter[key] = stricter_book(self._rules, own)
        return self._stricter[key]
