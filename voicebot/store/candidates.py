"""Contacts with all that is needed to decide about them, read for many in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.calls.suppression import Suppression
from voicebot.campaigns.numbers import NumberState, Phone, may_be_named
from voicebot.campaigns.queue import Candidate
from voicebot.contact import Channel, Consent, ConsentKind, History, Person
from voicebot.disposition import RIGHT_PARTY, RequestKind
from voicebot.store.campaign_tables import consents, contacts, numbers, persons
from voicebot.store.past import REMEMBERED, Called, Dialled, called, dialled, past
from voicebot.store.presence import LONGEST
from voicebot.store.standing import NOTHING_SAID, Standing, standing
from voicebot.store.suppressing import refuse_other_keys, suppression_of_row
from voicebot.store.tables import account_phones, accounts, calls, requests, suppressions

HashOf = Callable[[str], str | None]
"""The name of a number in suppressions, as ``NumberKey.hash``."""
Rows = Sequence[Mapping[Any, Any]]
"""Of ``with_persons``."""
_OF_PERSONS: Final = ("country", "region", "time_zone", "inconvenient", "channels")


@dataclass(frozen=True, slots=True)
class Looked:
    """A contact, and what was tried before."""

    candidate: Candidate
    history: History
    dials: Sequence[Dialled]
    """At this contact, the oldest first."""
    on_the_line: bool
    """An attempt at this person goes on, or another call with them."""
    standing: Standing = NOTHING_SAID
    """What was said in any call that keeps it from being called."""


def with_persons() -> Select[Any]:
    """Contacts, as ``look_at`` takes them."""
    return (
        select(
            contacts,
            accounts.c.facts,
            accounts.c.language,
            persons.c.language.label("speaks"),
            *(persons.c[name] for name in _OF_PERSONS),
        )
        .join_from(contacts, accounts, contacts.c.account_id == accounts.c.account_id)
        .join(persons, contacts.c.person_id == persons.c.person_id)
    )


async def look_at(sql: AsyncConnection, rows: Rows, now: datetime, hash_of: HashOf | None) -> list[Looked]:
    """Contacts of one campaign, in the order of ``rows``.

    Args:
        sql: the transaction.
        rows: of ``with_persons``.
        now: the moment.
        hash_of: names numbers in suppressions. Without it only what was tried at these contacts is read, and
            not what forbids or allows to call them.

    Raises:
        StoreError: numbers are suppressed by another key than this one.
    """
    if not rows:
        return []
    since = now - REMEMBERED
    phones, dials = await _phones(sql, rows), await dialled(sql, rows, since)
    known = _Known(since, phones, dials)
    if hash_of is not None:
        agreed, talks = await _consents(sql, rows, since), await called(sql, rows, since)
        spared = await _suppressed(sql, rows, phones, hash_of)
        known = _Known(since, phones, dials, agreed, talks, *spared, await standing(sql, rows))
    return [known.looked(row) for row in rows]


async def of_account(sql: AsyncConnection, account_id: str, now: datetime, hash_of: HashOf) -> list[Looked]:
    """The contacts of an account in all campaigns, by name.

    Raises:
        StoreError: as ``look_at``.
    """
    wanted = with_persons().where(contacts.c.account_id == account_id).order_by(contacts.c.campaign)
    rows = (await sql.execute(wanted)).mappings().all()
    return [looked for row in rows for looked in await look_at(sql, [row], now, hash_of)]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read for several contacts, ready to be told apart."""

    since: datetime
    phones: Mapping[int, tuple[Phone, ...]]
    """By contact."""
    dials: Sequence[Dialled]
    consents: Mapping[str, Sequence[Consent]] = field(default_factory=dict)
    """By person."""
    calls: Sequence[Called] = ()
    spared_persons: Mapping[str, Sequence[Suppression]] = field(default_factory=dict)
    spared_numbers: Mapping[str, Sequence[Suppression]] = field(default_factory=dict)
    standing: Mapping[int, Standing] = field(default_factory=dict)
    """By contact."""

    def looked(self, row: Mapping[Any, Any]) -> Looked:
        """One of them."""
        theirs = [dial for dial in self.dials if dial.person_id == row["person_id"]]
        before = past(row, self.dials, self.calls, self.since)
        spared = self.spared_persons.get(row["person_id"], ())
        return Looked(
            self._candidate(row, theirs),
            History(before, spared, row["account_id"]),
            [dial for dial in self.dials if dial.contact_id == row["contact_id"]],
            any(dial.ended_at is None for dial in theirs) or self._talks(row),
            self.standing.get(row["contact_id"], NOTHING_SAID),
        )

    def _talks(self, row: Mapping[Any, Any]) -> bool:
        """A call that no campaign placed goes on, as far as anybody can tell."""
        since = self.since + REMEMBERED - LONGEST
        return any(
            call.disposition is None and call.started_at > since
            for call in self.calls
            if call.person_id == row["person_id"] or call.account_id == row["account_id"]
        )

    def _candidate(self, row: Mapping[Any, Any], theirs: Sequence[Dialled]) -> Candidate:
        phones = self.phones[row["contact_id"]]
        spared = {phone.e164: self.spared_numbers.get(phone.e164, ()) for phone in phones}
        return Candidate(
            contact_id=row["contact_id"],
            campaign=row["campaign"],
            account_id=row["account_id"],
            person=_person(row, self.consents.get(row["person_id"], ())),
            language=row["language"] or row["speaks"],
            facts={**row["facts"], **(row["flow_facts"] or {})},
            phones=phones,
            next_at=row["next_at"] or row["updated_at"],
            phone=row["phone"],
            other_than_trunk=row["other_than_trunk"],
            asked_for=row["asked_for"],
            attempts=row["attempts"],
            shown_before=_shown_before(theirs, row["contact_id"]),
            suppressed={number: found for number, found in spared.items() if found},
            flow=row["flow"],
        )


def _shown_before(theirs: Iterable[Dialled], contact_id: int) -> str | None:
    """The number of ours that a person knows this campaign by, else the last one of another campaign's."""
    with_number = [dial for dial in theirs if dial.caller_id]
    own = [dial for dial in with_number if dial.contact_id == contact_id]
    return (own or with_number)[-1].caller_id if with_number else None


def _person(row: Mapping[Any, Any], agreed: Sequence[Consent]) -> Person:
    channels = row["channels"]
    return Person(
        row["person_id"],
        row["country"],
        row["region"],
        (row["time_zone"],) if row["time_zone"] else (),
        tuple(agreed),
        tuple(row["inconvenient"]),
        None if channels is None else tuple(map(Channel, channels)),
    )


async def _phones(sql: AsyncConnection, rows: Rows) -> dict[int, tuple[Phone, ...]]:
    """Those of each contact's account, the first to try in front, and behind them the one that was asked
    for."""
    of_accounts = defaultdict[str, list[str]](list)
    wanted = (
        select(account_phones.c.account_id, account_phones.c.e164)
        .where(account_phones.c.account_id.in_({row["account_id"] for row in rows}))
        .order_by(account_phones.c.account_id, account_phones.c.place)
    )
    for account_id, e164 in await sql.execute(wanted):
        of_accounts[account_id].append(e164)
    of_contacts = {row["contact_id"]: _with(of_accounts[row["account_id"]], row) for row in rows}
    health = await health_of(sql, {e164 for phones in of_contacts.values() for e164 in phones})
    return {contact_id: tuple(health[e164] for e164 in of) for contact_id, of in of_contacts.items()}


def _with(phones: list[str], row: Mapping[Any, Any]) -> list[str]:
    asked = row["phone"]
    named = asked is not None and asked not in phones and may_be_named(asked, row["country"])
    return [*phones, asked] if named else phones


async def health_of(sql: AsyncConnection, telephones: set[str]) -> dict[str, Phone]:
    """What is known of telephones; one that nothing is known of is good."""
    found = await sql.execute(
        select(numbers.c.e164, numbers.c.state, numbers.c.misses).where(numbers.c.e164.in_(telephones))
    )
    known = {e164: Phone(e164, NumberState(state), misses) for e164, state, misses in found}
    return {e164: known.get(e164, Phone(e164)) for e164 in telephones}


async def _consents(sql: AsyncConnection, rows: Rows, since: datetime) -> dict[str, list[Consent]]:
    """By person. Who asked us to call back has agreed to a call, where it was the right party who did."""
    agreed = defaultdict[str, list[Consent]](list)
    written = select(consents).where(consents.c.person_id.in_({row["person_id"] for row in rows}))
    for one in (await sql.execute(written)).mappings():
        kind, wording = ConsentKind(one["kind"]), one["wording"] or ""
        consent = Consent(kind, one["given_at"], one["source"], wording, one["revoked_at"], one["e164"])
        agreed[one["person_id"]].append(consent)
    persons_of = {row["account_id"]: row["person_id"] for row in rows}
    said = (
        select(requests.c.account_id, requests.c.created_at, requests.c.call_id)
        .join(calls, requests.c.call_id == calls.c.call_id)
        .where(
            requests.c.account_id.in_(persons_of),
            requests.c.kind == RequestKind.CALL_BACK.value,
            requests.c.created_at >= since,
            calls.c.disposition.in_(RIGHT_PARTY),
        )
    )
    for account_id, created_at, call_id in await sql.execute(said):
        agreed[persons_of[account_id]].append(Consent(ConsentKind.CALL, created_at, f"call {call_id}"))
    return agreed


_Spared = dict[str, list[Suppression]]


async def _suppressed(
    sql: AsyncConnection, rows: Rows, phones: Mapping[int, Sequence[Phone]], hash_of: HashOf
) -> tuple[_Spared, _Spared]:
    """By person, and by telephone."""
    hashes = {hash_of(phone.e164): phone.e164 for those in phones.values() for phone in those}
    by_hash = {number_hash: e164 for number_hash, e164 in hashes.items() if number_hash}
    for key in {number_hash.partition(":")[0] for number_hash in by_hash}:
        await refuse_other_keys(sql, key)
    known = select(suppressions).where(
        or_(
            suppressions.c.number_hash.in_(by_hash),
            suppressions.c.person_id.in_({row["person_id"] for row in rows}),
        ),
        or_(suppressions.c.campaign.is_(None), suppressions.c.campaign == rows[0]["campaign"]),
    )
    of_persons, of_numbers = (
        defaultdict[str, list[Suppression]](list),
        defaultdict[str, list[Suppression]](list),
    )
    for row in (await sql.execute(known.order_by(suppressions.c.suppression_id))).mappings():
        suppression = suppression_of_row(row)
        if suppression.person_id:
            of_persons[suppression.person_id].append(suppression)
        if suppression.number_hash and (e164 := by_hash.get(suppression.number_hash)):
            of_numbers[e164].append(suppression)
    return of_persons, of_numbers
