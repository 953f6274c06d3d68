"""The tables of docs/contact-rules.md, made from the rules: ``python -m tests.contact.page`` writes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.contact.stage import RULES
from voicebot.contact import Channel, ContactRules
from voicebot.contact.rules import Counts, Hours, Lawful, Limit, Pause, Per, Regional, Uncounted
from voicebot.dialogue.reading.loader import read_country

PAGE = Path(__file__).parents[2] / "docs" / "contact-rules.md"
BEGIN, END = "<!-- tables: python -m tests.contact.page -->", "<!-- end of tables -->"
Row = tuple[str, str, Lawful | None]

_COUNTS = {
    Counts.ATTEMPTS: "attempts",
    Counts.CONTACTS: "contacts",
    Counts.CONTACTS_BY_OTHER_CHANNELS: "contacts by other channels",
}
_PER = {Per.PERSON_AND_DEBT: "person and debt", Per.PERSON: "person", Per.DEBT: "debt, whoever is contacted"}
_UNCOUNTED = {
    Uncounted.NOT_CONNECTED: "what did not reach the number",
    Uncounted.AGREED: "what the person agreed to in the seven days before",
    Uncounted.NOT_VERIFIED: "talks with people who were not verified",
}


def written() -> str:
    """The page with its tables as they should be."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{rest.partition(END)[2]}"


def tables() -> str:
    """One table for each country."""
    told = []
    for path in sorted(RULES.glob("[a-z][a-z].yaml")):
        [country], _, _ = read_country(path)
        assert country.contact, path
        head = f"### {country.name[0].upper()}{country.name[1:]} ({country.country})\n"
        rows = [_row(*row) for row in _rows(country.contact)]
        told.append("\n".join((head, "| rule | what | law | how sure |", "|---|---|---|---|", *rows, "")))
    return "\n".join(told)


def _rows(rules: ContactRules) -> Iterator[Row]:
    yield "hours", _hours(rules.hours), rules.hours
    yield "holidays", "contact" if rules.holidays.allowed else "no contact", rules.holidays
    only = ", and only those that the person authorised" if rules.channels.authorised_only else ""
    yield "channels", _channels(rules.channels.allowed) + only, rules.channels
    for kind, needed in rules.consent.items():
        yield f"consent.{kind}", f"needed for {_channels(needed.channels)}", needed
    yield from _often(rules)
    for region, own in rules.regions.items():
        if own.hours:
            yield f"regions.{region}.hours", _hours(own.hours), own.hours
        for name, what, law in _often(own):
            yield f"regions.{region}.{name}", what, law
    unknown = "" if rules.zones.when_unknown == "refuse" else "; when unknown, hours that suit all of them"
    yield "zones", ", ".join(rules.zones.places) + unknown, None
    if codes := rules.zones.area_codes:
        told = "; ".join(f"{code} {' and '.join(zones)}" for code, zones in codes.zones.items())
        yield "zones.area_codes", told, codes


def _often(rules: ContactRules | Regional) -> Iterator[Row]:
    for name, limit in rules.limits.items():
        yield f"limits.{name}", _limit(limit), limit
    for name, pause in rules.pauses.items():
        yield f"pauses.{name}", _pause(pause), pause


def _limit(limit: Limit) -> str:
    within = {"day": "a day", "week": "a week from Monday"}.get(limit.within, f"{limit.within} back from now")
    return f"at most {limit.at_most}: {_counted(limit)}, in {within}, per {_PER[limit.per]}{_left_out(limit)}"


def _pause(pause: Pause) -> str:
    after = f"{pause.days} days from {_counted(pause)}, its day included"
    return f"{after}, per {_PER[pause.per]}{_left_out(pause)}"


def _counted(rule: Limit | Pause) -> str:
    if rule.counts is Counts.CONTACTS_BY_OTHER_CHANNELS:
        return _COUNTS[rule.counts]
    return f"{_COUNTS[rule.counts]} by {_channels(rule.channels)}"


def _left_out(rule: Limit | Pause) -> str:
    out = " and ".join(_UNCOUNTED[one] for one in rule.not_counted)
    return f", without {out}" if out else ""


def _channels(channels: tuple[Channel, ...]) -> str:
    return "any channel" if set(channels) == set(Channel) else ", ".join(channels)


def _hours(hours: Hours) -> str:
    windows = "; ".join(f"{days} {' and '.join(slots)}" for days, slots in hours.windows.items())
    doubts = "; ".join(f"{days}: {sure}" for days, sure in hours.less_sure.items())
    return f"{windows} ({doubts})" if doubts else windows


def _row(name: str, what: str, law: Lawful | None) -> str:
    if law is None:
        return f"| `{name}` | {what} | | |"
    default = ", product default" if law.product_default else ""
    return f"| `{name}` | {what} | {law.source} | {law.confidence}{default} |"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
