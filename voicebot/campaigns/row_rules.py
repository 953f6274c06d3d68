"""What the rules of countries ask of the rows of a file. Pure."""

from __future__ import annotations

from voicebot.campaigns.contact_row import ContactRow
from voicebot.contact.people import Channel, Person
from voicebot.contact.rulebook import Rulebook


class RulesOfRows:
    """The rulebook, asked before anything is loaded."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    def known(self, country: str) -> bool:
        """Whether there are rules for a country: without them nobody there is called."""
        return country in self._book.countries

    def differ_by_region(self, country: str) -> bool:
        """Whether the region must be known where it is told."""
        return bool(self._book.countries[country].regions) if self.known(country) else False

    def needs_consent(self, country: str) -> bool:
        """Whether an artificial voice needs the person's consent."""
        place = self._book.place(country, None)
        return place is not None and any(Channel.VOICE in needed.channels for _, needed in place.consents)

    def zone_trouble(self, row: ContactRow) -> str:
        """Why nobody can tell what time it is there; empty when it is known well enough."""
        place = self._book.place(row.country, row.region)
        person = Person(row.person_id, row.country, row.region, (row.time_zone,) if row.time_zone else ())
        if place is None or any(place.zones(person, phone.e164) for phone in row.phones):
            return ""
        return (
            f"is not stated, and neither region nor telephone tells which of {row.country}'s it is, so "
            "nobody knows when calls are allowed: add time_zone, such as America/New_York"
        )
