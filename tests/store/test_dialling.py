"""The queue of contacts: who is called next, by whom, and what follows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from tests.store.portfolio import (
    NOW,
    NUMBER,
    a_campaign,
    a_portfolio,
    dial,
    no_hash,
    the_attempts,
    the_contacts,
)
from tests.store.records import BEGINNING, PROMISE, a_record
from voicebot.calls.suppression import NumberKey, Suppression
from voicebot.campaigns.numbers import NumberState, Phone
from voicebot.campaigns.queue import (
    Attempted,
    CampaignState,
    Candidate,
    Claim,
    Close,
    Decide,
    Decision,
    Dial,
    Ended,
    Postpone,
)
from voicebot.campaigns.retry import ContactState, Next, Over, TryAgain
from voicebot.contact import ConsentKind, History, PastKind
from voicebot.disposition import Disposition, Request, RequestKind
from voicebot.errors import StoreError
from voicebot.store.campaign_tables import attempts, consents, contacts, numbers, persons
from voicebot.store.closing import PROMISED
from voicebot.store.dialling import SqlContactQueue
from voicebot.store.processes import this_process
from voicebot.store.sql import SqlStore
from voicebot.store.tables import account_phones, accounts, calls, promises

KEY = NumberKey(b"a secret of the tests", "US")
HOUR = timedelta(hours=1)


@pytest.fixture
async def queue(store: SqlStore) -> SqlContactQueue:
    """That of a campaign which runs."""
    await a_campaign(store.database)
    return SqlContactQueue(store.database)


async def change(store: SqlStore, table: Any, *which: Any, **values: Any) -> None:
    async with store.database.engine.begin() as sql:
        await sql.execute(update(table).where(*which).values(**values))


async def add(store: SqlStore, table: Any, **values: Any) -> None:
    async with store.database.engine.begin() as sql:
        await sql.execute(insert(table).values(**values))


async def claimed(queue: SqlContactQueue, decide: Decide = dial) -> str | None:
    """The account of the contact that is claimed."""
    claim = await queue.claim("november", NOW, decide, no_hash)
    return claim.claimed[0].account_id if claim.claimed else None


async def looked_at(queue: SqlContactQueue) -> tuple[Candidate, History]:
    """The first contact, as those who decide see it."""
    seen = list[tuple[Candidate, History]]()

    def look(candidate: Candidate, history: History) -> Decision:
        seen.append((candidate, history))
        return Postpone(NOW + HOUR, "only looking")

    await queue.claim("november", NOW, look, KEY.hash)
    return seen[0]


def ended(attempt_id: str, disposition: Disposition = Disposition.NO_ANSWER, **more: Any) -> Ended:
    return Ended(attempt_id, NOW + timedelta(seconds=40), disposition, **more)


def again(attempted: Attempted) -> Next:
    return TryAgain(NOW + HOUR, attempted.e164, "carrier", asked_for=True)


def at_once(attempted: Attempted) -> Next:
    return TryAgain(NOW, attempted.e164)


def over(_: Attempted) -> Next:
    return Over(ContactState.DONE, "a promise is on record", NOW + 24 * HOUR)


async def test_who_is_claimed_has_an_attempt_on_disk(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1)
    claim = await queue.claim("november", NOW, dial, no_hash)
    assert claim.claimed is not None
    assert claim.claimed[1] == Dial("a1-1", NUMBER.format(1), "carrier", "+15550009999")
    (attempt,) = await the_attempts(store.database)
    told = ("attempt_id", "campaign", "account_id", "person_id", "e164", "trunk", "caller_id", "placed_at")
    assert [attempt[name] for name in told] == [
        *("a1-1", "november", "a1", "p1", NUMBER.format(1), "carrier", "+15550009999", NOW)
    ]
    contact = (await the_contacts(store.database))["a1"]
    assert (contact["state"], contact["attempts"], contact["attempt_id"]) == ("claimed", 1, "a1-1")
    assert await claimed(queue) is None


async def test_those_asked_for_go_first_then_priority_then_who_has_waited_longest(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 4)
    of = contacts.c.account_id
    await change(store, contacts, of == "a2", next_at=NOW - HOUR)
    await change(store, contacts, of == "a3", priority=5)
    await change(store, contacts, of == "a4", asked_for=True)
    assert [await claimed(queue) for _ in range(5)] == ["a4", "a3", "a2", "a1", None]


async def test_nobody_is_looked_at_before_the_time(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1, next_at=NOW + HOUR)
    assert await queue.claim("november", NOW, dial, no_hash) == Claim()
    assert await queue.next_moment("november") == NOW + HOUR


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.DRAINING, CampaignState.DONE])
async def test_a_campaign_that_does_not_run_claims_nobody(
    store: SqlStore, queue: SqlContactQueue, state: CampaignState
) -> None:
    await a_portfolio(store.database, 1)
    assert await queue.set_state("november", state, was=CampaignState.RUNNING)
    assert await claimed(queue) is None
    assert not await queue.set_state("november", CampaignState.DONE, was=CampaignState.RUNNING)


async def test_whoever_may_not_be_called_now_is_put_off_and_the_next_one_is_called(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    def evenings_only(candidate: Candidate, history: History) -> Decision:
        if candidate.account_id != "a7":
            return Postpone(NOW + HOUR, "outside_hours")
        return dial(candidate, history)

    await a_portfolio(store.database, 9)
    claim = await queue.claim("november", NOW, evenings_only, no_hash)
    assert claim.claimed is not None
    assert (claim.claimed[0].account_id, claim.blocked, claim.more) == ("a7", {"outside_hours": 6}, False)
    found = await the_contacts(store.database)
    assert [found[f"a{n}"]["next_at"] for n in (6, 8)] == [NOW + HOUR, NOW]
    assert found["a1"]["reason"] == "outside_hours"


async def test_a_transaction_looks_at_so_many_and_lets_others_write(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 100)
    at_night: Decide = lambda *_: Postpone(NOW + HOUR, "outside_hours")  # noqa: E731
    assert await queue.claim("november", NOW, at_night, no_hash) == Claim(
        None, {"outside_hours": 85}, more=True
    )
    assert await queue.next_moment("november") == NOW
    assert await queue.claim("november", NOW, at_night, no_hash) == Claim(None, {"outside_hours": 15})
    assert await queue.next_moment("november") == NOW + HOUR


async def test_a_contact_may_end_without_a_call(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1)
    await claimed(queue, lambda *_: Close(ContactState.HELD, "no_consent"))
    contact = (await the_contacts(store.database))["a1"]
    assert (contact["state"], contact["reason"], contact["next_at"]) == ("held", "no_consent", None)
    assert await queue.open_contacts("november") == 0


async def test_a_person_is_called_about_one_thing_at_a_time(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 2)
    await change(store, contacts, person_id="p1")
    assert await claimed(queue) == "a1"
    claim = await queue.claim("november", NOW, dial, no_hash)
    assert (claim.claimed, claim.blocked) == (None, {"on_the_line": 1})
    await queue.finish(ended("a1-1"), again)
    claim = await queue.claim("november", NOW + timedelta(minutes=1), dial, no_hash)
    assert claim.claimed is not None


async def test_a_telephone_that_two_people_share_rings_for_one_of_them(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 2)
    await change(store, account_phones, e164=NUMBER.format(1))
    assert await claimed(queue) == "a1"
    claim = await queue.claim("november", NOW, dial, no_hash)
    assert (claim.claimed, claim.blocked) == (None, {"on_the_line": 1})
    assert len(await the_attempts(store.database)) == 1


async def test_a_telephone_that_died_while_it_was_decided_about_is_not_dialled(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 1)
    await add(store, numbers, e164=NUMBER.format(1), state="wrong", misses=0, changed_at=NOW)
    assert await claimed(queue, dial) is None  # the decision does not know
    assert await the_attempts(store.database) == []
    assert (await the_contacts(store.database))["a1"]["state"] == "waiting"


async def test_nobody_is_called_who_is_talking_to_us(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1)
    begun = {**BEGINNING, "started_at": NOW - timedelta(minutes=5)}
    await store.call_started("came in", **begun, account_id="a1")
    assert await claimed(queue) is None
    await change(store, contacts, next_at=NOW)
    await change(store, calls, disposition=Disposition.RPC_INFORMED.value)
    assert await claimed(queue) == "a1"


@pytest.mark.parametrize(
    ("asked", "same_person", "states"),
    [
        (RequestKind.ATTORNEY, True, ["held", "held"]),
        (RequestKind.BANKRUPTCY, True, ["held", "held"]),
        (RequestKind.DECEASED, True, ["held", "held"]),
        (RequestKind.VULNERABLE, True, ["held", "held"]),
        (RequestKind.THREAT, True, ["held", "held"]),
        (RequestKind.LANGUAGE, True, ["held", "held"]),
        (RequestKind.PAYMENT_CHECK, True, ["held", "claimed"]),
        (RequestKind.DISPUTE, True, ["held", "claimed"]),
        (RequestKind.DISPUTE, False, ["held", "claimed"]),
    ],
)
async def test_what_was_said_in_any_call_is_worked_off_before_anybody_dials(
    store: SqlStore, queue: SqlContactQueue, asked: RequestKind, same_person: bool, states: list[str]
) -> None:
    await a_portfolio(store.database, 2)
    if same_person:
        for table in (accounts, contacts):
            await change(store, table, person_id="p1")
    await store.call_started("came in", **BEGINNING, account_id="a1")
    await store.record_request("came in", Request(asked))
    await change(store, calls, disposition=Disposition.HUMAN_NO_RPC.value)
    await claimed(queue)
    kept = await the_contacts(store.database)
    assert [kept[account]["state"] for account in ("a1", "a2")] == states
    assert kept["a1"]["reason"] == asked


async def test_whoever_promised_by_calling_in_is_not_called_about_it_and_rests(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 4)
    for table in (accounts, contacts):
        await change(store, table, table.c.account_id == "a2", person_id="p1")
    await change(store, contacts, contacts.c.account_id == "a4", state="held")
    today = NOW.date()
    await store.call_started("came in", **{**BEGINNING, "started_at": NOW}, account_id="a1")
    await store.record_promise("came in", replace(PROMISE, date=today + timedelta(days=1)))
    await change(store, calls, disposition=Disposition.RPC_PROMISE.value)
    assert await claimed(queue) == "a3"
    kept = await the_contacts(store.database)
    states = [(kept[one]["state"], kept[one]["reason"]) for one in ("a1", "a2", "a4")]
    assert states == [("done", PROMISED), ("waiting", "promised"), ("held", None)]
    async with store.database.engine.connect() as sql:
        (due_by, grace) = (await sql.execute(select(promises.c.due_by, promises.c.grace_days))).one()
    rests_until = datetime.combine(due_by + timedelta(days=grace + 1), time(), UTC)
    assert kept["a2"]["next_at"] == rests_until


async def test_whoever_promises_in_another_call_while_the_telephone_rings_is_called_no_more(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 1)
    assert await claimed(queue) == "a1"
    await store.call_started("came in", **{**BEGINNING, "started_at": NOW}, account_id="a1")
    await store.record_promise("came in", replace(PROMISE, date=NOW.date() + timedelta(days=1)))
    assert await queue.finish(ended("a1-1"), again) == Over(ContactState.DONE, PROMISED)
    assert (await the_contacts(store.database))["a1"]["state"] == "done"


async def test_a_promise_is_reminded_of_and_a_call_back_is_made_in_spite_of_it(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 1)
    await store.call_started("came in", **{**BEGINNING, "started_at": NOW}, account_id="a1")
    await store.record_promise("came in", replace(PROMISE, date=NOW.date() + timedelta(days=1)))
    await change(store, calls, disposition=Disposition.RPC_PROMISE.value)
    for exempt in ({"flow": "upcoming_payment"}, {"flow": None, "asked_for": True}):
        await change(store, contacts, state="waiting", next_at=NOW, **exempt)
        candidate, _ = await looked_at(queue)
        assert candidate.account_id == "a1"


async def test_many_who_claim_at_once_claim_each_contact_once(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 30)
    found = await asyncio.gather(*(claimed(queue) for _ in range(30)))
    while (one := await claimed(queue)) is not None:
        found.append(one)  # passed over while another looked at it
    assert sorted(filter(None, found)) == sorted(f"a{n}" for n in range(1, 31))


async def test_who_is_to_be_tried_again_waits_for_it(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1)
    await claimed(queue)
    busy = ended("a1-1", Disposition.BUSY, cause=17, sip_status=486)
    assert await queue.finish(busy, again) == TryAgain(NOW + HOUR, NUMBER.format(1), "carrier", True)
    contact = (await the_contacts(store.database))["a1"]
    told = ("state", "next_at", "phone", "other_than_trunk", "asked_for", "disposition")
    assert [contact[name] for name in told] == [
        *("waiting", NOW + HOUR, NUMBER.format(1), "carrier", True, "BUSY")
    ]
    (attempt,) = await the_attempts(store.database)
    of_attempt = ("ended_at", "disposition", "cause", "sip_status", "human")
    assert [attempt[name] for name in of_attempt] == [busy.at, "BUSY", 17, 486, None]


async def test_an_attempt_ends_once(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1)
    await claimed(queue)
    await queue.finish(ended("a1-1"), again)
    assert await queue.finish(ended("a1-1", Disposition.DNC), over) is None
    assert await queue.finish(ended("never placed"), over) is None
    contact = (await the_contacts(store.database))["a1"]
    assert (contact["state"], contact["disposition"]) == ("waiting", "NO_ANSWER")


async def test_after_a_promise_nothing_else_is_begun_with_the_person_for_a_while(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 3)
    await change(store, contacts, contacts.c.account_id != "a3", person_id="p1")
    await claimed(queue)
    await queue.finish(ended("a1-1", Disposition.RPC_PROMISE, human=True, connected_seconds=60.0), over)
    found = await the_contacts(store.database)
    assert [found[f"a{n}"]["state"] for n in (1, 2, 3)] == ["done", "waiting", "due"]
    assert found["a2"]["next_at"] == NOW + 24 * HOUR


async def test_a_number_that_nobody_answers_is_tired_and_one_that_is_wrong_is_dead_for_everybody(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 2)
    await change(store, account_phones, e164=NUMBER.format(1))
    seen = list[tuple[Phone, ...]]()

    def at_once(attempted: Attempted) -> Next:
        seen.append(attempted.candidate.phones)
        return TryAgain(NOW, attempted.e164)

    for attempt, disposition in enumerate((Disposition.NO_ANSWER, Disposition.WRONG_PARTY), 1):
        await claimed(queue)
        await queue.finish(ended(f"a1-{attempt}", disposition), at_once)
    number = NUMBER.format(1)
    assert seen == [(Phone(number, misses=1),), (Phone(number, NumberState.WRONG, 1),)]
    await change(store, contacts, contacts.c.account_id == "a1", state="done")
    candidate, _ = await looked_at(queue)
    assert (candidate.account_id, candidate.phones) == ("a2", seen[1])


async def test_what_follows_is_told_all_that_was_tried(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1)
    told = list[Attempted]()

    def listen(attempted: Attempted) -> Next:
        told.append(attempted)
        return TryAgain(NOW, attempted.e164)

    for attempt, disposition in enumerate((Disposition.BUSY, Disposition.MACHINE), 1):
        await claimed(queue)
        await queue.finish(ended(f"a1-{attempt}", disposition), listen)
    assert told[1].past == [(NOW, Disposition.BUSY), (NOW, Disposition.MACHINE)]
    assert (told[1].trunk, told[1].candidate.attempts) == ("carrier", 2)


async def test_an_account_that_was_removed_in_mid_call_ends_its_attempt(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 1)
    await claimed(queue)
    await store.remove_account("a1")
    assert await queue.finish(ended("a1-1"), again) == Over(ContactState.CLOSED, "the account was removed")
    assert await queue.live_attempts("november") == 0


async def test_whoever_decides_knows_the_person(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1)
    await change(
        store, persons, language="es", time_zone="America/Lima", inconvenient=["sat-sun"], channels=["voice"]
    )
    when = {"given_at": NOW - HOUR, "revoked_at": None}
    await add(store, consents, person_id="p1", kind="ai_voice", source="web form", **when)
    candidate, _ = await looked_at(queue)
    person = candidate.person
    assert (person.country, person.region, person.zones) == ("CL", "RM", ("America/Lima",))
    assert (person.inconvenient, person.channels) == (("sat-sun",), ("voice",))
    assert [(one.kind, one.source) for one in person.consents] == [(ConsentKind.AI_VOICE, "web form")]
    assert (candidate.language, candidate.facts, candidate.flow) == ("es", {"first_name": "Ana"}, None)


async def test_a_follow_up_has_a_flow_and_facts_of_its_own(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1, flow="broken_promise", flow_facts={"promised": "250.00"})
    candidate, _ = await looked_at(queue)
    assert candidate.flow == "broken_promise"
    assert candidate.facts == {"first_name": "Ana", "promised": "250.00"}


@pytest.mark.parametrize(
    ("ending", "agreed"),
    [(Disposition.RPC_CALLBACK, [ConsentKind.CALL]), (Disposition.HUMAN_NO_RPC, [])],
)
async def test_whoever_asked_to_be_called_back_has_agreed_to_that_if_it_was_the_right_party(
    store: SqlStore, queue: SqlContactQueue, ending: Disposition, agreed: list[ConsentKind]
) -> None:
    await a_portfolio(store.database, 1)
    await store.call_started("call 1", **BEGINNING, account_id="a1")
    await store.record_request("call 1", Request(RequestKind.CALL_BACK))
    await change(store, calls, disposition=ending.value)
    candidate, _ = await looked_at(queue)
    assert [one.kind for one in candidate.person.consents] == agreed


async def test_the_past_has_attempts_of_other_campaigns_and_calls_that_came_in(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 2)
    await change(store, accounts, person_id="p1")
    await store.call_ended(a_record("came in", None))
    await change(store, calls, account_id="a2")
    common = {"contact_id": 99, "e164": "+1555", "held_by": "x", "channel": "voice", "campaign": "october"}
    for name, days, disposition in (("1", 1, "BUSY"), ("2", 2, "RPC_REFUSAL"), ("3", 41, "RPC_REFUSAL")):
        placed = NOW - timedelta(days=days)
        whose = {"account_id": "a9", "person_id": "p1", "disposition": disposition}
        await add(store, attempts, attempt_id=name, placed_at=placed, ended_at=placed, **whose, **common)
    _, history = await looked_at(queue)
    told = [(one.debt, one.kind, one.connected, one.person_verified) for one in history.past]
    assert told == [
        ("a9", PastKind.CONTACT, True, True),
        ("a9", PastKind.ATTEMPT, False, False),
        ("a2", PastKind.CONTACT, True, True),
    ]
    assert history.debt == "a1"


async def test_a_wish_for_no_calls_is_the_persons_or_the_telephones(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 1)
    await add(store, account_phones, account_id="a1", e164="+15557654321", place=1)
    hashes = {number: str(KEY.hash(number)) for number in (NUMBER.format(1), "+15557654321", "+15550001111")}
    first, second, elsewhere = hashes.values()
    own = Suppression(elsewhere, "all", NOW, "opt_out", person_id="p1")
    strangers = Suppression(second, "voice", NOW, "operator")
    other_campaign = Suppression(first, "all", NOW, "operator", campaign="october")
    for suppression in (own, strangers, other_campaign):
        await store.suppress(suppression)
    candidate, history = await looked_at(queue)
    assert candidate.history(NUMBER.format(1), history).suppressed == (own,)
    assert candidate.history("+15557654321", history).suppressed == (own, strangers)


async def test_where_numbers_are_on_record_by_another_key_nobody_is_claimed(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 1)
    lost = NumberKey(b"a secret that is lost", "US")
    await store.suppress(Suppression(str(lost.hash("+15551234567")), "all", NOW, "opt_out"))
    with pytest.raises(StoreError, match=r"put suppression\.key back"):
        await queue.claim("november", NOW, dial, KEY.hash)
    assert await the_attempts(store.database) == []


async def test_an_opt_out_in_a_call_spares_the_person_on_every_number(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 1)
    await store.call_started("call 1", **BEGINNING, account_id="a1")
    await store.record_request("call 1", Request(RequestKind.OPT_OUT), KEY.telephone("+15550001111"))
    _, history = await looked_at(queue)
    assert [one.reason for one in history.suppressed] == ["opt_out"]


async def test_an_opt_out_from_a_withheld_number_spares_the_person_on_every_number(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 2)
    await store.call_started("came in", **BEGINNING, account_id="a1")
    await store.record_request("came in", Request(RequestKind.OPT_OUT), None)
    _, history = await looked_at(queue)
    assert [one.reason for one in history.suppressed] == ["opt_out"]
    assert await store.suppressions_of(None, account_id="a1")
    assert await store.suppressions_of(None, account_id="a2") == []
    assert await store.suppressions_of(None) == []


async def test_a_persons_wish_is_known_by_the_account_and_that_of_a_campaign_in_it_alone(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 1)
    await store.suppress(Suppression(None, "all", NOW, "letter", campaign="october", person_id="p1"))
    number = str(KEY.hash(NUMBER.format(1)))
    assert await store.suppressions_of(number, account_id="a1", campaign="november") == []
    assert await store.suppressions_of(number, account_id="a1", campaign="october")


async def test_a_wrong_number_is_never_dialled_again_whoever_called_whom(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 2)
    await store.call_started("came in", **BEGINNING, account_id="a1")
    wrong = Request(RequestKind.WRONG_NUMBER)
    await store.record_request("came in", wrong, KEY.telephone(NUMBER.format(1)))
    await store.record_request("came in", wrong, KEY.telephone("+15557654321"))  # nobody's account has it
    await store.record_request("came in", wrong, None)
    candidate, history = await looked_at(queue)
    assert candidate.phones == (Phone(NUMBER.format(1), NumberState.WRONG),)
    assert history.suppressed == ()
    async with store.database.engine.connect() as sql:
        assert [row.e164 for row in await sql.execute(select(numbers))] == [NUMBER.format(1)]


async def test_attempts_of_the_dead_are_found_and_those_of_the_living_are_not(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 4)
    for _ in range(4):
        await claimed(queue)
    await store.call_started("a1-1", **BEGINNING)
    await store.call_ended(a_record("a1-1"))
    await store.call_started("a2-1", **BEGINNING)
    dead = attempts.c.attempt_id.in_(["a1-1", "a2-1", "a3-1"])
    await change(store, attempts, dead, held_by=str(replace(this_process(), started="1")))
    left = await queue.left_attempts(NOW, going_on={"a4-1"})
    assert [(one.attempt_id, one.has_call, one.disposition) for one in left] == [
        ("a1-1", True, Disposition.RPC_REFUSAL),
        ("a2-1", True, None),
        ("a3-1", False, None),
    ]
    assert [one.attempt_id for one in await queue.left_attempts(NOW, going_on=())][3:] == ["a4-1"]


async def test_an_attempt_of_another_machine_is_left_when_no_call_lasts_as_long(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 1)
    await claimed(queue)
    await change(store, attempts, held_by="another-host:4242:1843")
    assert await queue.left_attempts(NOW + HOUR, ()) == []
    assert len(await queue.left_attempts(NOW + 4 * HOUR, ())) == 1


async def test_answers_are_counted(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 4)
    for one in (
        ended("a1-1", Disposition.NO_ANSWER, human=False),
        ended("a2-1", Disposition.MACHINE, human=False, connected_seconds=4.0),
        ended("a3-1", Disposition.RPC_PROMISE, human=True, connected_seconds=60.0),
        ended("a4-1", Disposition.HUMAN_NO_RPC, human=True, connected_seconds=3.0, abandoned=True),
    ):
        await claimed(queue)
        await queue.finish(one, again)
    counted = await queue.answers("november", NOW - HOUR, NOW)
    assert (counted.dialled, counted.answered, counted.humans, counted.abandoned) == (4, 3, 2, 1)
    assert await queue.answers("november", NOW + HOUR, NOW + HOUR) != counted
    assert await queue.shown_since(NOW - HOUR) == {"+15550009999": 4}
    assert await queue.shown_since(NOW + HOUR) == {}


async def test_people_who_were_abandoned_count_for_thirty_days_and_in_their_campaign(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_campaign(store.database, "december")
    await a_portfolio(store.database, 2)
    await a_portfolio(store.database, 3, "december", first=3)
    for account in ("a1", "a2"):
        await claimed(queue)
        abandoned = ended(f"{account}-1", Disposition.ABANDONED, human=True, abandoned=True)
        await queue.finish(abandoned, over)
    for days, counted in [(29, 2), (31, 1)]:
        await change(store, attempts, attempts.c.attempt_id == "a1-1", placed_at=NOW - timedelta(days=days))
        lately = await queue.answers("november", NOW - timedelta(days=30), NOW - timedelta(minutes=15))
        assert (lately.humans, lately.abandoned) == (counted, counted)
    elsewhere = await queue.answers("december", NOW - timedelta(days=30), NOW)
    assert (elsewhere.humans, elsewhere.abandoned) == (0, 0)


async def test_a_person_is_known_by_the_number_that_this_campaign_showed_else_by_the_last_of_another(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_campaign(store.database, "december")
    await a_portfolio(store.database, 1)
    await add(
        store,
        contacts,
        campaign="december",
        account_id="a1",
        person_id="p1",
        state="waiting",
        next_at=NOW,
        updated_at=NOW,
    )

    async def shows(campaign: str, number: str, attempt_id: str) -> None:
        def show(candidate: Candidate, history: History) -> Decision:
            return Dial(attempt_id, candidate.phones[0].e164, "carrier", number)

        assert (await queue.claim(campaign, NOW, show, no_hash)).claimed
        await queue.finish(ended(attempt_id), at_once)

    await shows("december", "+15550009992", "first")
    assert (await looked_at(queue))[0].shown_before == "+15550009992"
    await change(store, contacts, contacts.c.campaign == "november", next_at=NOW)
    await shows("november", "+15550009991", "second")
    await shows("december", "+15550009992", "third")
    assert (await looked_at(queue))[0].shown_before == "+15550009991"


async def test_campaigns_are_kept_with_their_settings_and_begin_paused(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await queue.keep_campaign("december", {"lines": 10})
    await queue.set_state("december", CampaignState.RUNNING, was=CampaignState.PAUSED)
    await queue.keep_campaign("december", {"lines": 20})
    december, november = await queue.campaigns()
    assert (december.name, december.state, december.settings) == ("december", "running", {"lines": 20})
    assert (november.name, november.state) == ("november", "running")


async def test_a_contact_that_is_claimed_is_open_until_its_attempt_ends(
    store: SqlStore, queue: SqlContactQueue
) -> None:
    await a_portfolio(store.database, 2)
    await claimed(queue)
    assert (await queue.open_contacts("november"), await queue.live_attempts("november")) == (2, 1)
    await queue.finish(ended("a1-1", Disposition.RPC_PROMISE), over)
    assert (await queue.open_contacts("november"), await queue.live_attempts("november")) == (1, 0)


async def test_a_contact_whose_account_goes_is_gone(store: SqlStore, queue: SqlContactQueue) -> None:
    await a_portfolio(store.database, 1)
    async with store.database.engine.begin() as sql:
        await sql.execute(delete(accounts))
    assert await the_contacts(store.database) == {}
    assert await queue.next_moment("november") is None
