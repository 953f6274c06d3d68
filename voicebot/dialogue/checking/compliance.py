"""Do the words and questions of a flow keep to the rules of its countries? Pure.

Like ``wording``, this knows words and not what is meant: a net below what authors declare with ``asks``, and
no substitute for counsel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voicebot.contact.calendars import has_calendar
from voicebot.dialogue.checking.wording import phrases_in
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name, Notice, Purpose
from voicebot.dialogue.language.places import all_words
from voicebot.dialogue.language.problems import Fault, Path, did_you_mean
from voicebot.dialogue.language.rules import CountryRules, Rule
from voicebot.dialogue.language.states import Listening


def forbidden(flow: Flow, countries: Sequence[CountryRules]) -> Iterator[Fault]:
    """What ``flow`` says or asks although one of ``countries`` forbids it."""
    said = [
        ((*words.path, language), language, template)
        for words in all_words(flow)
        for language, template in (words.readable().items() if words.heard else ())
    ]
    for country in countries:
        for name, rule in country.rules.items():
            yield from _asked(flow, country, name, rule)
            yield from _said(said, country, name, rule)


def required_notices(countries: Sequence[CountryRules]) -> dict[Notice, str]:
    """The notices that must be told in ``countries``, each with the laws that say so."""
    required: dict[Notice, str] = {}
    for country in countries:
        for notice, why in country.notices.items():
            required[notice] = ", ".join(
                filter(None, (required.get(notice), f"{country.name}: {why.source}"))
            )
    return required


def unusable_rules(country: CountryRules) -> list[Fault]:
    """Rules that nothing could break, and holidays that nobody could keep."""
    return [*_unknown_words(country), *_unknown_holidays(country)]


def _unknown_words(country: CountryRules) -> Iterator[Fault]:
    known = [*country.words, *Purpose]
    for name, rule in country.rules.items():
        if rule.forbids not in known:
            near = did_you_mean(rule.forbids, known)
            yield Fault(("rules", name, "forbids"), f"no 'words' go by {rule.forbids!r}{near}")


def _unknown_holidays(country: CountryRules) -> Iterator[Fault]:
    contact = country.contact
    if contact and not contact.holidays.allowed and not has_calendar(country.country):
        told = (
            f"no calendar of the public holidays of {country.country} is known, so nobody can keep them: "
            "write true, and leave these days out of campaigns by hand"
        )
        yield Fault(("contact", "holidays", "allowed"), told)


def _asked(flow: Flow, country: CountryRules, name: Name, rule: Rule) -> Iterator[Fault]:
    for state_name, state in flow.states.items():
        if isinstance(state, Listening) and rule.forbids in state.asks:
            yield Fault(
                ("states", state_name, "asks"), _told(f"{rule.forbids!r} is asked", country, name, rule)
            )


def _said(
    said: Sequence[tuple[Path, str, str]], country: CountryRules, name: Name, rule: Rule
) -> Iterator[Fault]:
    phrases = country.words.get(rule.forbids, {})
    for path, language, template in said:
        if found := phrases_in(template, phrases.get(language, ())):
            yield Fault(path, _told(f"{', '.join(map(repr, found))} is said", country, name, rule))


def _told(what: str, country: CountryRules, name: Name, rule: Rule) -> str:
    law = f"rule {country.country}.{name}, {rule.source}, confidence {rule.confidence}"
    return f"{what}, but in {country.name} {rule.what} ({law}): {rule.instead}"
