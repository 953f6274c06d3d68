"""May somebody be contacted now? The answer with its reasons, for people who ask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from voicebot.campaigns.campaign import CampaignSettings
from voicebot.contact import Channel, Consent, ConsentKind, History, Person, Rulebook, Verdict, may_contact
from voicebot.contact.own import stricter_book
from voicebot.contact.people import Suppressing
from voicebot.dialogue.reading.loader import RULES, read_rulebook
from voicebot.errors import AccountError, NumberError
from voicebot.number_key import number_key
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.store.dialling import SqlContactQueue
from voicebot.telephony.number import REGIONS, written_number

_AGREED: Final = Consent(ConsentKind.AI_VOICE, datetime(1970, 1, 1, tzinfo=UTC))
"""When does not matter to the answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who would be contacted, how, and when."""

    country: str
    region: str | None = None
    number: str | None = None
    """As people write it."""
    zones: tuple[str, ...] = ()
    channel: Channel = Channel.VOICE
    at: datetime | None = None
    """By the person's clock where it has no time zone; ``None`` for now."""
    consented: bool = False
    """They agreed to calls by an artificial voice."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``may_contact`` says, and the clocks by which it says so."""

    verdict: Verdict
    at: datetime
    zones: tuple[ZoneInfo, ...]
    about: str = ""
    """The campaign and the telephone, where an account has several."""

    def facts(self) -> dict[str, Any]:
        """For another program."""
        verdict = self.verdict
        return {
            **({"about": self.about} if self.about else {}),
            "allowed": verdict.allowed,
            "reason": verdict.reason.value,
            "sentence": verdict.reason.sentence,
            "rule": verdict.rule,
            "source": verdict.source,
            "at": self.at.astimezone(UTC).isoformat(),
            "next_allowed_at": verdict.next_allowed_at and verdict.next_allowed_at.isoformat(),
            "time_zones": [zone.key for zone in self.zones],
        }

    def __str__(self) -> str:
        verdict = self.verdict
        lines = [self.about] if self.about else []
        lines.append(f"{'Yes' if verdict.allowed else 'No'}: {verdict.reason.sentence}")
        if verdict.rule:
            lines.append(f"  rule  {verdict.rule}{f' ({verdict.source})' if verdict.source else ''}")
        lines += [f"  there {_clock(self.at, zone)}" for zone in self.zones]
        if not verdict.allowed:
            lines += self._next()
        return "\n".join(lines)

    def _next(self) -> list[str]:
        moment = self.verdict.next_allowed_at
        if moment is None:
            return ["  next  when a person has changed that"]
        return [f"  next  {_clock(moment, zone)}" for zone in self.zones]


def told(answers: Sequence[Answer], *, as_json: bool) -> str:
    """The answers for people, or as a JSON list for another program."""
    if as_json:
        return json.dumps([answer.facts() for answer in answers], ensure_ascii=False, indent=2)
    return "\n".join(map(str, answers))


async def explain(settings: Settings, question: Question) -> Answer:
    """Whether somebody may be contacted, by the rules of the flows folder and the suppressions on record.

    Raises:
        NumberError: what was given is no number, or no country.
        UnusableFlow: the rules cannot be read.
        StoreError: the database failed, or was written with another key.
    """
    rules = read_rulebook(settings.flows_dir / RULES)
    if question.country not in REGIONS:
        raise NumberError(f"{question.country!r} is no country: write two capital letters, such as US or CL")
    number = written_number(question.number, question.country) if question.number else None
    history = History((), await _suppressed(settings, number))
    consents = (_AGREED,) if question.consented else ()
    person = Person("", question.country, question.region, question.zones, consents)
    return answer(person, number, question.channel, question.at, history, rules)


async def explain_account(
    settings: Settings, account_id: str, channel: Channel, at: datetime | None
) -> list[Answer]:
    """Whether an account's person may be contacted, for each campaign and telephone, with all that is on
    record.

    Raises:
        AccountError: the account is in no campaign, or has no telephone.
        UnusableFlow: the rules cannot be read.
        StoreError: the database failed, or was written with another key.
    """
    rules = read_rulebook(settings.flows_dir / RULES)
    async with open_records(settings) as store:
        queue = SqlContactQueue(store.database)
        contacts = await queue.of_account(account_id, datetime.now(UTC), number_key(settings).hash)
        own = {
            one.name: CampaignSettings.model_validate(one.settings).contact for one in await queue.campaigns()
        }
    answers = []
    for candidate, past in ((looked.candidate, looked.history) for looked in contacts):
        book = stricter_book(rules, own[candidate.campaign])
        for e164 in (phone.e164 for phone in candidate.phones):
            history, about = candidate.history(e164, past), f"{candidate.campaign}, {e164}"
            answers.append(answer(candidate.person, e164, channel, at, history, book, about))
    if not answers:
        raise AccountError(
            f"account {account_id!r} has no telephone in any campaign: import it, or ask by country"
        )
    return answers


def answer(
    person: Person,
    number: str | None,
    channel: Channel,
    at: datetime | None,
    history: History,
    rules: Rulebook,
    about: str = "",
) -> Answer:
    """The answer about a person; a moment without time zone is by their clock, and none is now."""
    place = rules.place(person.country, person.region)
    zones = place.zones(person, number) if place else ()
    at = at or datetime.now(UTC)
    if at.tzinfo is None:
        at = at.replace(tzinfo=zones[0] if zones else UTC)
    return Answer(may_contact(person, number, channel, at, history, rules), at, zones, about)


async def _suppressed(settings: Settings, number: str | None) -> Sequence[Suppressing]:
    number_hash = number_key(settings).hash(number) if number else None
    if number_hash is None:
        return ()
    async with open_records(settings) as store:
        return await store.suppressions_of(number_hash)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M} {zone.key}"
