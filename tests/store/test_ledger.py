from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from structlog.testing import capture_logs

from tests.store.portfolio import dial, no_hash
from tests.store.records import BEGINNING, PROMISE
from voicebot.campaigns.campaign import FollowUp
from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.campaigns.ledger.promises import Payment
from voicebot.campaigns.queue import Candidate, Decision, Ended, Postpone
from voicebot.campaigns.retry import ContactState, Next, Over, TryAgain
from voicebot.contact import History
from voicebot.disposition import Disposition
from voicebot.errors import CampaignError
from voicebot.store.booking import Booked
from voicebot.store.campaign_tables import campaigns, contacts, persons
from voicebot.store.dialling import SqlContactQueue
from voicebot.store.ledger_sql import Settlement
from voicebot.store.sql import SqlStore
from voicebot.store.tables import account_phones, accounts

MADE = datetime(2026, 11, 23, 15, tzinfo=UTC)
FRIDAY = date(2026, 11, 27)
FOLLOW_UP = FollowUp(flow="broken_promise", remind="upcoming_payment", priority=7)


async def a_debt(store: SqlStore, *, state: str = "done") -> None:
    """Of Ana, who has promised to pay 250 of 500 on Friday unless her contact is ``waiting``."""
    person = {"person_id": "p1", "country": "US", "time_zone": "America/New_York", "inconvenient": []}
    facts = {"first_name": "Ana", "balance": "500.00"}
    debt = {"account_id": "a1", "person_id": "p1", "balance": Decimal(500), "currency": "USD", "facts": facts}
    contact = {"campaign": "march", "account_id": "a1", "person_id": "p1", "state": state}
    now = {"updated_at": MADE}
    async with store.database.writing("the debt") as sql:
        await sql.execute(insert(persons).values(person | now))
        await sql.execute(insert(accounts).values(debt | now))
        march = {"name": "march", "state": "running", "settings": {}}
        await sql.execute(insert(campaigns).values(march | {"created_at": MADE, "changed_at": MADE}))
        await sql.execute(insert(contacts).values(contact | {"disposition": "RPC_PROMISE"} | now))
    if state != "waiting":
        await store.call_started("call 1", **BEGINNING | {"started_at": MADE}, account_id="a1")
        await store.record_promise("call 1", replace(PROMISE, amount=Decimal(250), date=FRIDAY))


def paid(amount: str, reference: str = "r1", *, account_id: str = "a1", currency: str = "USD") -> Payment:
    return Payment(reference, account_id, Decimal(amount), currency, FRIDAY)


async def pay(store: SqlStore, *payments: Payment) -> list[Booked]:
    return await store.ledger.book(payments, "bank.csv", MADE + timedelta(days=4))


async def settle(store: SqlStore, at: datetime, wanted: FollowUp | None = FOLLOW_UP) -> Settlement:
    """As the file of every campaign says."""
    return await store.ledger.settle(at, lambda campaign: wanted)


async def the_contact(store: SqlStore) -> Any:
    async with store.database.reading("the contact") as sql:
        return (await sql.execute(select(contacts))).mappings().one()


async def the_account(store: SqlStore) -> Any:
    async with store.database.reading("the account") as sql:
        return (await sql.execute(select(accounts))).mappings().one()


async def status(store: SqlStore) -> PromiseStatus:
    (promise,) = await store.ledger.promises()
    return promise.status


async def test_a_payment_keeps_the_promise_and_lowers_the_balance(store: SqlStore) -> None:
    await a_debt(store)
    assert await pay(store, paid("250")) == [Booked.NEW]
    account = await the_account(store)
    assert (account["balance"], account["facts"]["balance"]) == (Decimal(250), "250")
    (promise,) = await store.ledger.promises(PromiseStatus.KEPT)
    assert promise.paid == Decimal(250)


async def test_the_same_payment_is_booked_once(store: SqlStore) -> None:
    await a_debt(store)
    assert await pay(store, paid("100"), paid("100")) == [Booked.NEW, Booked.KNOWN]
    assert await pay(store, paid("100")) == [Booked.KNOWN]
    assert (await the_account(store))["balance"] == Decimal(400)


async def test_a_reference_is_not_used_for_two_payments(store: SqlStore) -> None:
    await a_debt(store)
    await pay(store, paid("100"))
    assert await pay(store, paid("150")) == [Booked.CONFLICT]
    assert (await the_account(store))["balance"] == Decimal(400)


async def test_money_for_nobody_or_in_another_currency_is_not_booked(store: SqlStore) -> None:
    await a_debt(store)
    assert await pay(store, paid("5", account_id="a2"), paid("5", "r2", currency="CLP")) == [
        Booked.NO_ACCOUNT,
        Booked.OTHER_CURRENCY,
    ]


async def test_who_owes_nothing_any_more_is_called_no_more(store: SqlStore) -> None:
    await a_debt(store, state="waiting")
    await pay(store, paid("600"))
    assert (await the_account(store))["balance"] == 0
    assert (await the_contact(store))["state"] == "closed"


@pytest.mark.parametrize(
    ("follows", "state"),
    [(TryAgain(MADE, "+12025550142"), "closed"), (Over(ContactState.DONE, "a promise is on record"), "done")],
)
async def test_who_pays_all_while_the_telephone_rings_is_called_no_more(
    store: SqlStore, follows: Next, state: str
) -> None:
    await a_debt(store, state="waiting")
    queue = SqlContactQueue(store.database)
    async with store.database.writing("the moment, and the telephone") as sql:
        await sql.execute(update(contacts).values(next_at=MADE, reason="outside_hours"))
        await sql.execute(insert(account_phones).values(account_id="a1", e164="+12025550142", place=0))
    await queue.claim("march", MADE + timedelta(days=1), dial, no_hash)
    await pay(store, paid("500"))
    assert (await the_contact(store))["state"] == "claimed"
    await queue.finish(Ended("a1-1", MADE, Disposition.BUSY), lambda _: follows)
    contact = await the_contact(store)
    assert (contact["state"], contact["next_at"]) == (state, None)
    assert contact["reason"] == ("the debt is paid" if state == "closed" else "a promise is on record")


async def test_a_promise_is_broken_the_day_after_its_grace_where_its_person_lives(store: SqlStore) -> None:
    await a_debt(store)
    # Friday, and Monday as the day of grace; in New York it ends at five in the morning of Tuesday, in UTC.
    await settle(store, datetime(2026, 12, 1, 4, 59, tzinfo=UTC))
    assert await status(store) is PromiseStatus.OPEN
    settled = await settle(store, datetime(2026, 12, 1, 5, 0, tzinfo=UTC))
    assert await status(store) is PromiseStatus.BROKEN
    assert [change.now for change in settled.changes] == [PromiseStatus.BROKEN]


async def test_a_broken_promise_is_followed_up_once(store: SqlStore) -> None:
    await a_debt(store)
    late = datetime(2026, 12, 2, 12, tzinfo=UTC)
    assert (await settle(store, late)).followed_up == 1
    contact = await the_contact(store)
    assert (contact["state"], contact["flow"], contact["priority"]) == ("waiting", "broken_promise", 7)
    assert contact["flow_facts"] == {"promised_amount": "250", "promised_on": "2026-11-27"}
    assert (await settle(store, late + timedelta(days=1))).followed_up == 0


async def test_two_processes_follow_a_promise_up_once(store: SqlStore, database_url: str) -> None:
    await a_debt(store)
    other = SqlStore(database_url)
    await other.open()
    late = datetime(2026, 12, 2, 12, tzinfo=UTC)
    settled = await asyncio.gather(settle(store, late), settle(other, late))
    await other.close()
    assert sum(one.followed_up for one in settled) == 1


async def test_of_a_plan_the_payment_that_is_missing_is_followed_up(store: SqlStore) -> None:
    await a_debt(store)
    await store.call_started("call 2", **BEGINNING | {"started_at": MADE}, account_id="a1")
    await store.record_promise("call 2", replace(PROMISE, amount=Decimal(100), date=FRIDAY, instalments=3))
    await pay(store, paid("96"))  # enough of the first, and less than half of the first two
    assert (await settle(store, datetime(2026, 12, 31, 12, tzinfo=UTC))).followed_up == 1
    contact = await the_contact(store)
    assert contact["flow_facts"] == {"promised_amount": "100", "promised_on": "2026-12-27"}


async def test_no_follow_up_brings_back_who_wants_no_more_calls(store: SqlStore) -> None:
    await a_debt(store)
    async with store.database.writing("the opt-out") as sql:
        await sql.execute(update(contacts).values(state="closed", disposition="DNC"))
    assert (await settle(store, datetime(2026, 12, 2, 12, tzinfo=UTC))).followed_up == 0
    assert (await the_contact(store))["state"] == "closed"


async def test_no_follow_up_comes_before_the_person_who_looks_at_a_case(store: SqlStore) -> None:
    await a_debt(store, state="held")
    assert (await settle(store, datetime(2026, 12, 2, 12, tzinfo=UTC))).followed_up == 0


async def test_without_a_follow_up_in_the_campaign_a_broken_promise_stays_as_it_is(store: SqlStore) -> None:
    await a_debt(store)
    late = datetime(2026, 12, 2, 12, tzinfo=UTC)
    assert (await settle(store, late, None)).followed_up == 0
    assert (await the_contact(store))["state"] == "done"
    assert (await settle(store, late + timedelta(days=1))).followed_up == 0


async def test_a_follow_up_waits_while_the_file_of_its_campaign_cannot_be_read(store: SqlStore) -> None:
    def broken(campaign: str) -> FollowUp | None:
        raise CampaignError(f"campaigns/{campaign}.yaml:3:1: what is this?")

    await a_debt(store)
    late = datetime(2026, 12, 2, 12, tzinfo=UTC)
    with capture_logs() as logs:
        assert (await store.ledger.settle(late, broken)).followed_up == 0
    assert [line["campaign"] for line in logs if line["event"] == "follow_ups_wait"] == ["march"]
    assert (await settle(store, late)).followed_up == 1


async def test_a_follow_up_waits_while_the_telephone_rings(store: SqlStore) -> None:
    await a_debt(store, state="claimed")
    late = datetime(2026, 12, 2, 12, tzinfo=UTC)
    assert (await settle(store, late)).followed_up == 0
    async with store.database.writing("the end of the call") as sql:
        await sql.execute(update(contacts).values(state="waiting"))
    assert (await settle(store, late)).followed_up == 1


async def test_the_day_before_people_are_reminded_once_and_never_late(store: SqlStore) -> None:
    await a_debt(store)
    assert (await settle(store, datetime(2026, 11, 26, 4, tzinfo=UTC))).reminded == 0
    assert (await settle(store, datetime(2026, 11, 26, 14, tzinfo=UTC))).reminded == 1
    contact = await the_contact(store)
    assert (contact["state"], contact["flow"]) == ("waiting", "upcoming_payment")
    assert contact["flow_facts"]["due_date"] == "2026-11-27"
    assert (await settle(store, datetime(2026, 11, 26, 15, tzinfo=UTC))).reminded == 0
    await settle(store, datetime(2026, 11, 27, 15, tzinfo=UTC))
    assert (await the_contact(store))["state"] == "done"


async def test_a_payment_heard_of_late_mends_a_broken_promise(store: SqlStore) -> None:
    await a_debt(store)
    await settle(store, datetime(2026, 12, 2, 12, tzinfo=UTC))
    await pay(store, paid("250"))
    assert await status(store) is PromiseStatus.KEPT


async def test_a_cancelled_promise_is_open_to_nothing(store: SqlStore) -> None:
    await a_debt(store)
    assert await store.ledger.cancel("call 1")
    assert not await store.ledger.cancel("call 1")
    await pay(store, paid("250"))
    assert await status(store) is PromiseStatus.CANCELLED


async def look(store: SqlStore, at: datetime) -> list[Candidate]:
    """Who is due, as those who decide see them; nobody is called before the next day."""
    seen = list[Candidate]()

    def not_today(candidate: Candidate, _: History) -> Decision:
        seen.append(candidate)
        return Postpone(at + timedelta(days=1), "outside_hours")

    await SqlContactQueue(store.database).claim("march", at, not_today, lambda number: None)
    return seen


async def test_the_dialer_is_told_of_the_broken_promise(store: SqlStore) -> None:
    await a_debt(store)
    late = datetime(2026, 12, 2, 12, tzinfo=UTC)
    await settle(store, late)
    (candidate,) = await look(store, late)
    assert candidate.flow == "broken_promise"
    assert candidate.facts == {
        "first_name": "Ana",
        "balance": "500.00",
        "promised_amount": "250",
        "promised_on": "2026-11-27",
    }


async def test_a_reminder_that_the_rules_put_off_to_the_day_itself_is_left_out(store: SqlStore) -> None:
    await a_debt(store)
    eve = datetime(2026, 11, 26, 22, tzinfo=UTC)
    await settle(store, eve)
    assert [candidate.flow for candidate in await look(store, eve)] == ["upcoming_payment"]
    await settle(store, datetime(2026, 11, 27, 4, 59, tzinfo=UTC))  # before midnight in New York
    assert (await the_contact(store))["state"] == "waiting"
    await settle(store, datetime(2026, 11, 27, 5, tzinfo=UTC))
    assert (await the_contact(store))["state"] == "done"
