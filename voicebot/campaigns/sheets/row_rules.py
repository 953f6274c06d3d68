"""What the rules of countries ask of the rows of a file. Pure."""

from __future__ import annotations

from voicebot.campaigns.sheets.contact_row import ContactRow
from voicebot.campaigns.sheets.places import read_region
from voicebot.contact.people import Channel, Person
from voicebot.contact.rulebook import Rulebook


class RulesOfRows:
    """The rulebook, asked before anything is loaded."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._by_place: dict[Person, bool] = {}

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
        # Regions of a country are few, and what is written into the column may be anything.
        region = read_region(row.region, row.country) if row.region else None
        person = Person("", row.country, region, (row.time_zone,) if row.time_zone else ())
        if self._known_by_place(person) or any(self._zones(person, phone.e164) for phone in row.phones):
            return ""
        return (
            f"is not stated, and neither region nor telephone tells which of {row.country}'s it is, so "
            "nobody knows when calls are allowed: add time_zone, such as America/New_York"
        )

    def _known_by_place(self, person: Person) -> bool:
        """Asked once for everybody who lives there: most rows need no look at their number."""
        if person not in self._by_place:
            self._by_place[person] = self._zones(person, None)
        return self._by_place[person]

    def _zones(self, person: Person, number: str | None) -> bool:
        place = self._book.place(person.country, person.region)
        return place is not None and bool(place.zones(person, number))
