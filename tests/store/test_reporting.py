from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from tests.store.records import PROMISE, a_record
from voicebot.campaigns.ledger.promises import Payment
from voicebot.campaigns.reporting.counts import Counts
from voicebot.campaigns.reporting.facts import AccountFacts, PaymentFacts
from voicebot.store.campaign_tables import attempts, blocks, campaigns, contacts, persons
from voicebot.store.reporting import AT_ONCE, Period, SqlReports
from voicebot.store.sql import SqlStore
from voicebot.store.tables import accounts, requests

MADE = datetime(2026, 11, 23, 15, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


async def a_campaign(store: SqlStore, many: int = 1) -> None:
    now = {"updated_at": MADE}
    person = {"person_id": "p1", "country": "US", "time_zone": "America/New_York", "inconvenient": []}
    march = {"name": "march", "state": "running", "settings": {}, "created_at": MADE, "changed_at": MADE}
    ids = [f"a{number}" for number in range(1, many + 1)]
    debt = {"balance": Decimal(500), "currency": "USD", "facts": {}, "person_id": "p1"}
    contact = {"campaign": "march", "person_id": "p1", "state": "done"}
    async with store.database.writing("the campaign") as sql:
        await sql.execute(insert(persons).values(person | now))
        await sql.execute(insert(campaigns).values(march))
        await sql.execute(insert(accounts), [debt | now | {"account_id": one} for one in ids])
        await sql.execute(insert(contacts), [contact | now | {"account_id": one} for one in ids])


async def an_attempt(store: SqlStore, attempt_id: str, at: datetime = MADE, **more: Any) -> None:
    row = {
        "attempt_id": attempt_id,
        "campaign": "march",
        "contact_id": 1,
        "account_id": "a1",
        "person_id": "p1",
        "e164": "+12125550100",
        "placed_at": at,
        "ended_at": at,
        "disposition": "NO_ANSWER",
        "held_by": "here:1:1",
    }
    async with store.database.writing("the attempt") as sql:
        await sql.execute(insert(attempts).values(row | more))


async def facts(store: SqlStore, period: Period = NOVEMBER) -> list[AccountFacts]:
    return [account async for account in SqlReports(store.database).accounts("march", period)]


async def test_an_account_tells_what_became_of_it(store: SqlStore) -> None:
    await a_campaign(store)
    record = replace(a_record("call 1", PROMISE), account_id="a1")
    await store.call_ended(record)
    await an_attempt(store, "call 1", disposition="RPC_PROMISE", human=True, connected_seconds=42.5)
    paid = Payment("r1", "a1", Decimal("250.10"), "USD", date(2026, 11, 27))
    await store.ledger.book([paid], "bank.csv", MADE)
    (account,) = await facts(store)
    (attempt,) = account.attempts
    assert (attempt.placed_at.hour, attempt.promised, attempt.right_party) == (10, True, True)
    assert account.promises[0].status == "kept"
    assert account.payments == (PaymentFacts(date(2026, 11, 27), Decimal("250.10"), "USD"),)
    assert (account.balance, account.currency) == (Decimal("249.90"), "USD")


async def test_accounts_that_nobody_was_called_for_count_as_loaded(store: SqlStore) -> None:
    await a_campaign(store, AT_ONCE + 1)
    found = await facts(store)
    assert len(found) == AT_ONCE + 1
    assert not any(account.attempts for account in found)


async def test_days_are_those_of_the_person(store: SqlStore) -> None:
    await a_campaign(store)
    # In UTC it is December, in New York the last evening of November.
    await an_attempt(store, "late", datetime(2026, 12, 1, 1, tzinfo=UTC))
    await an_attempt(store, "too late", datetime(2026, 12, 1, 6, tzinfo=UTC))
    counts = Counts(NOVEMBER.ends, NOVEMBER.begins)
    for account in await facts(store):
        counts.add(account)
    assert [day.day for day, _ in counts.by_day] == [30]
    assert await SqlReports(store.database).first_day("march") == date(2026, 11, 30)


async def test_what_was_never_dialled_is_no_attempt(store: SqlStore) -> None:
    await a_campaign(store)
    await an_attempt(store, "one", disposition="BLOCKED_RULE")
    (account,) = await facts(store)
    assert not account.attempts


async def test_only_calls_of_a_language_and_a_version_count_where_it_is_asked_for(store: SqlStore) -> None:
    await a_campaign(store)
    for number, language in enumerate(("en", "es")):
        await store.call_ended(replace(a_record(f"call {number}"), language=language))
        await an_attempt(store, f"call {number}", MADE + timedelta(hours=number))
    spanish = replace(NOVEMBER, language="es", flow_version="9f86d081884c")
    assert [len(account.attempts) for account in await facts(store, spanish)] == [1]


async def test_promises_and_requests_are_those_of_the_calls_and_people_that_are_asked_for(
    store: SqlStore,
) -> None:
    await a_campaign(store)
    record = replace(a_record("call 1", PROMISE), account_id="a1", language="en")
    await store.call_ended(record)
    asked = {"call_id": "call 1", "account_id": "a1", "kind": "call_back", "details": {}, "language": "en"}
    async with store.database.writing("a request") as sql:
        await sql.execute(insert(requests).values(asked | {"created_at": record.started_at}))
    await an_attempt(store, "call 1", record.started_at, disposition="RPC_PROMISE")
    hour = record.started_at.hour - 5  # in New York
    wanted = [
        (replace(NOVEMBER, language="en", country="US", hours=range(hour, hour + 1)), 1),
        (replace(NOVEMBER, language="es"), 0),
        (replace(NOVEMBER, hours=range(hour)), 0),
    ]
    for period, many in wanted:
        (account,) = await facts(store, period)
        assert (len(account.promises), len(account.issues)) == (many, many)
    assert await facts(store, replace(NOVEMBER, country="CL")) == []


async def test_a_promise_that_another_campaign_was_given_is_not_this_one_s(store: SqlStore) -> None:
    await a_campaign(store)
    await store.call_ended(replace(a_record("call 1", PROMISE), account_id="a1"))
    assert len((await facts(store))[0].promises) == 1  # a call that came in
    await an_attempt(store, "call 1", campaign="april")
    assert not (await facts(store))[0].promises


async def test_the_dialer_s_word_on_who_heard_nothing_is_told(store: SqlStore) -> None:
    await a_campaign(store)
    await an_attempt(store, "one", disposition="RPC_HANGUP", human=True, abandoned=True)
    (account,) = await facts(store)
    assert account.attempts[0].abandoned


async def test_blocks_are_summed_over_days_and_processes(store: SqlStore) -> None:
    await a_campaign(store)
    rows = [("2026-11-01", "a", 2), ("2026-11-02", "b", 3), ("2026-12-01", "a", 9)]
    async with store.database.writing("the blocks") as sql:
        for day, held_by, times in rows:
            row = {"campaign": "march", "day": date.fromisoformat(day), "reason": "holiday"}
            await sql.execute(insert(blocks).values(row | {"held_by": held_by, "times": times}))
    assert await SqlReports(store.database).blocks("march", NOVEMBER) == {"holiday": 5}


async def test_an_unknown_campaign_has_nothing_loaded(store: SqlStore) -> None:
    assert await SqlReports(store.database).loaded("april") is None
