from __future__ import annotations

from tests.contact.page import PAGE, written
from tests.contact.stage import shipped


def test_the_tables_of_the_docs_are_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "python -m tests.contact.page writes them anew"


def test_every_country_that_ships_says_when_people_may_be_contacted() -> None:
    assert sorted(shipped().countries) == ["AR", "BR", "CL", "CO", "ES", "MX", "PE", "US"]
