"""What every store does, whatever it keeps its rows in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from tests.store.records import BEGINNING, PROMISE, a_record
from voicebot.calls.accounts import Account
from voicebot.calls.requests import Decision
from voicebot.calls.suppression import NumberKey, Suppression, Telephone
from voicebot.disposition import Disposition, PromiseToPay, Request, RequestKind
from voicebot.errors import StoreError
from voicebot.store.memory import MemoryStore
from voicebot.store.sql import SqlStore

Store = MemoryStore | SqlStore


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(
    request: pytest.FixtureRequest, new_database: Callable[[str], AbstractAsyncContextManager[str]]
) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    async with new_database(request.param) as url:
        sql = SqlStore(url)
        await sql.open()
        yield sql
        await sql.close()


async def test_a_call_is_found_as_it_ended(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.call_ended(a_record())
    assert await store.find_call("call 1") == a_record()


async def test_a_call_in_progress_has_no_record_yet(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    assert await store.find_call("call 1") is None


async def test_an_unknown_call_is_not_found(store: Store) -> None:
    assert await store.find_call("call 1") is None


async def test_a_call_whose_start_was_not_written_is_kept_all_the_same(store: Store) -> None:
    await store.call_ended(a_record(promise=PROMISE))
    assert await store.find_call("call 1") == a_record(promise=PROMISE)


async def test_the_start_is_told_in_utc_whatever_the_zone(store: Store) -> None:
    santiago = timezone(timedelta(hours=-3))
    started_at = datetime(2026, 11, 22, 12, 30, tzinfo=santiago)
    await store.call_ended(replace(a_record(), started_at=started_at))
    found = await store.find_call("call 1")
    assert found is not None
    assert found.started_at == started_at


async def test_a_call_id_is_used_once(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    with pytest.raises(StoreError, match="its id was used before: give every call its own"):
        await store.call_started("call 1", **BEGINNING)


async def test_a_promise_is_on_record_before_its_call_ends(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.record_promise("call 1", PROMISE)
    assert await store.promises() == {"call 1": PROMISE}


async def test_a_promise_belongs_to_a_call(store: Store) -> None:
    with pytest.raises(StoreError, match="its call was never written as started"):
        await store.record_promise("call 1", PROMISE)
    assert await store.promises() == {}


async def test_a_second_promise_supersedes_the_first(store: Store) -> None:
    better = PromiseToPay(Decimal("300"), "USD", date(2026, 12, 1), instalments=2)
    await store.call_started("call 1", **BEGINNING)
    await store.record_promise("call 1", PROMISE)
    await store.record_promise("call 1", better)
    assert await store.promises() == {"call 1": better}


async def test_a_promise_on_record_stays_even_if_the_record_of_the_call_forgets_it(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.record_promise("call 1", PROMISE)
    await store.call_ended(a_record())
    found = await store.find_call("call 1")
    assert found is not None
    assert found.promise == PROMISE


async def test_promises_come_in_the_order_they_fall_due(store: Store) -> None:
    days = {"call 1": 9, "call 2": 3, "call 3": 6}
    for call_id, day in days.items():
        await store.call_ended(a_record(call_id, replace(PROMISE, date=date(2026, 12, day))))
    assert list(await store.promises()) == ["call 2", "call 3", "call 1"]


@pytest.mark.parametrize("amount", ["0.10", "1250000", "0.30", "12345678901234.56", "180.00"])
async def test_money_is_kept_to_the_last_cent(store: Store, amount: str) -> None:
    await store.call_ended(a_record(promise=replace(PROMISE, amount=Decimal(amount))))
    promises = await store.promises()
    assert str(promises["call 1"].amount) == amount


async def test_a_call_that_its_process_still_holds_goes_on(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    assert await store.close_interrupted() == 0
    assert await store.find_call("call 1") is None


async def test_an_attempt_that_reached_nobody_leaves_its_record(store: Store) -> None:
    attempt = replace(
        a_record(),
        seconds=0.0,
        disposition=Disposition.BUSY,
        turns=(),
        events=(),
        direction="outbound",
        account_id="4711",
        cause=17,
        sip_status=486,
    )
    await store.call_started("call 1", **BEGINNING, direction="outbound", account_id="4711")
    await store.call_ended(attempt)
    assert await store.find_call("call 1") == attempt


async def test_a_call_given_to_a_human_is_told_twice_and_the_end_has_the_last_word(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    given = replace(a_record(), disposition=Disposition.RPC_NEGOTIATE_XFER, turns=())
    await store.call_ended(given)
    assert await store.close_interrupted() == 0
    assert await store.find_call("call 1") == given
    await store.call_ended(a_record(promise=PROMISE))
    assert await store.find_call("call 1") == a_record(promise=PROMISE)


async def test_a_hundred_calls_end_at_once(store: Store) -> None:
    async def call(call_id: str) -> None:
        await store.call_started(call_id, **BEGINNING)
        await store.record_promise(call_id, PROMISE)
        await store.call_ended(a_record(call_id, PROMISE))

    await asyncio.gather(*(call(f"call {n}") for n in range(100)))
    assert len(await store.promises()) == 100


OPT_OUT = Request(RequestKind.OPT_OUT)
CALL_BACK = Request(RequestKind.CALL_BACK, {"date": "2026-12-01", "phone": "+15551234567"})
DECISION = Decision("supervisor", "called back")


async def test_a_request_is_on_record_before_its_call_ends(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING, account_id="4711")
    await store.record_request("call 1", CALL_BACK)
    (kept,) = await store.requests()
    assert (kept.request_id, kept.call_id, kept.account_id, kept.language) == (1, "call 1", "4711", "es")
    assert (kept.request, kept.done) == (CALL_BACK, False)
    assert kept.created_at.utcoffset() == timedelta(0)


async def test_a_request_belongs_to_a_call(store: Store) -> None:
    with pytest.raises(StoreError, match="the request could not be written: its call was never written as"):
        await store.record_request("call 1", OPT_OUT)
    assert await store.requests() == []


async def test_a_call_tells_all_that_was_asked_for_in_it(store: Store) -> None:
    asked = {"call 1": (CALL_BACK, OPT_OUT), "call 2": (OPT_OUT,), "call 3": ()}
    for call_id, requests in asked.items():
        await store.call_started(call_id, **BEGINNING)
        for request in requests:
            await store.record_request(call_id, request)
        await store.call_ended(a_record(call_id))
    found = [await store.find_call(call_id) for call_id in asked]
    assert found == [replace(a_record(call_id), requests=requests) for call_id, requests in asked.items()]
    assert await store.ended_calls("reminder", last=3) == found


async def test_what_is_worked_off_stays_on_record_and_is_no_longer_open(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    for request in (CALL_BACK, OPT_OUT):
        await store.record_request("call 1", request)
    assert await store.close_request(1, DECISION)
    assert [kept.done for kept in await store.requests()] == [True, False]
    assert [kept.request for kept in await store.requests(open_only=True)] == [OPT_OUT]


@pytest.mark.parametrize("unknown", [0, 2, -1])
async def test_no_request_is_closed_that_there_is_not(store: Store, unknown: int) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.record_request("call 1", OPT_OUT)
    assert not await store.close_request(unknown, DECISION)
    assert [kept.done for kept in await store.requests()] == [False]


ANA = Account("4711", "es", {"first_name": "Ana", "balance": "500.00"}, ("+15551234567", "+15557654321"))
LUIS = Account("0815", None, {}, ("+15557654321",))


async def test_a_caller_is_known_by_the_number(store: Store) -> None:
    await store.keep_account(ANA)
    assert await store.accounts_of("+15551234567") == (ANA,)


async def test_a_stranger_is_not_known(store: Store) -> None:
    await store.keep_account(ANA)
    assert await store.accounts_of("+15550000000") == ()


async def test_a_shared_telephone_belongs_to_everybody_who_has_it(store: Store) -> None:
    await store.keep_account(ANA)
    await store.keep_account(LUIS)
    assert await store.accounts_of("+15557654321") == (LUIS, ANA)


async def test_an_account_is_found_by_its_id_also_without_a_telephone(store: Store) -> None:
    await store.keep_account(replace(ANA, phones=()))
    assert await store.find_account("4711") == replace(ANA, phones=())
    assert await store.find_account("0815") is None


async def test_telephones_stay_in_the_order_they_are_to_be_tried(store: Store) -> None:
    phones = tuple(f"+1555000000{n}" for n in (5, 1, 9, 3))
    await store.keep_account(replace(ANA, phones=phones))
    assert (await store.accounts_of(phones[2]))[0].phones == phones


async def test_an_account_kept_again_replaces_all_that_was_known(store: Store) -> None:
    later = Account("4711", "en", {"balance": "320.00"}, ("+15550000000", "+15551234567"))
    await store.keep_account(ANA)
    await store.keep_account(later)
    assert await store.find_account("4711") == later
    assert await store.accounts_of("+15557654321") == ()


async def test_a_removed_account_is_forgotten_and_its_calls_are_not(store: Store) -> None:
    await store.keep_account(ANA)
    await store.keep_account(LUIS)
    record = replace(a_record(), account_id="4711")
    await store.call_ended(record)

    assert await store.remove_account("4711")

    assert await store.find_account("4711") is None
    assert await store.accounts_of("+15557654321") == (LUIS,)
    assert await store.find_call("call 1") == record


async def test_an_account_that_is_not_there_cannot_be_removed(store: Store) -> None:
    assert not await store.remove_account("4711")


async def test_ended_calls_are_told_the_oldest_first(store: Store) -> None:
    await store.call_started("going on", **BEGINNING)
    for hour in (2, 0, 1):
        started = BEGINNING["started_at"] + timedelta(hours=hour)
        await store.call_ended(replace(a_record(f"call {hour}", promise=PROMISE), started_at=started))
    await store.call_ended(replace(a_record("other flow"), flow="reception"))
    await store.call_ended(replace(a_record("nobody there"), seconds=0.0, events=()))

    ended = await store.ended_calls("reminder")
    assert [call.call_id for call in ended] == ["call 0", "call 1", "call 2"]
    assert ended[0].promise == PROMISE
    assert [call.call_id for call in await store.ended_calls("reminder", last=2)] == ["call 1", "call 2"]
    since = BEGINNING["started_at"] + timedelta(hours=2)
    assert [call.call_id for call in await store.ended_calls("reminder", since=since)] == ["call 2"]


KEY = NumberKey(b"a secret of the tests", "US")
TELEPHONE = Telephone("+15551234567", str(KEY.hash("+15551234567")))
NUMBER, SOMEBODY_ELSE = TELEPHONE.hash, str(KEY.hash("+15557654321"))


async def test_whoever_asks_for_no_more_calls_has_the_number_suppressed_by_it(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.record_request("call 1", OPT_OUT, TELEPHONE)
    (suppression,) = await store.suppressions_of(NUMBER)
    assert (suppression.channel, suppression.reason) == ("all", "opt_out")
    assert (suppression.call_id, suppression.number_hash) == ("call 1", NUMBER)
    assert suppression.since.tzinfo
    assert await store.suppressions_of(SOMEBODY_ELSE) == []


async def test_other_requests_suppress_nothing(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.record_request("call 1", CALL_BACK, TELEPHONE)
    assert await store.suppressions_of(NUMBER) == []


async def test_an_opt_out_of_an_unknown_call_suppresses_nothing(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.record_request("call 1", OPT_OUT, TELEPHONE)
    assert await store.suppressions_of(NUMBER) == []


async def test_a_number_is_spared_by_itself_where_its_call_is_not_on_record(store: Store) -> None:
    alone = Suppression(NUMBER, "all", BEGINNING["started_at"], "opt_out")
    await store.suppress(alone)
    assert await store.suppressions_of(NUMBER) == [alone]


async def test_each_time_that_a_number_is_suppressed_is_known_until_it_may_be_called_again(
    store: Store,
) -> None:
    first = Suppression(NUMBER, "voice", BEGINNING["started_at"], "operator")
    second = replace(first, channel="all", reason="letter")
    for suppression in (first, second):
        await store.suppress(suppression)
    assert await store.suppressions_of(NUMBER) == [first, second]
    assert await store.remove_suppressions(NUMBER)
    assert await store.suppressions_of(NUMBER) == []
    assert not await store.remove_suppressions(NUMBER)
