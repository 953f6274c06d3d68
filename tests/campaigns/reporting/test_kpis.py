from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns.reporting.two_hundred import ACCOUNTS, MONDAY, OWED, REFUSED, UNTIL, attempt, others
from voicebot.calls.journal import as_json
from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.campaigns.reporting.counts import Counts
from voicebot.campaigns.reporting.facts import AccountFacts, PaymentFacts, PromiseFacts, talk_of
from voicebot.campaigns.reporting.kpis import KPIS, Figure, figures
from voicebot.campaigns.reporting.prices import Prices
from voicebot.disposition import Disposition, Request, RequestKind

PAGE = Path(__file__).parents[3] / "docs" / "kpis.md"
PRICES = Prices(attempt=Decimal("0.01"), minute=Decimal("0.06"), transfer=Decimal(1), period=Decimal("12.1"))

BY_HAND = {
    # 20 promised, 20 machines and 20 refusals, 10 transferred, 20 unverified, 10 dropped, 20 machines: 120.
    "Connect rate": Decimal(120) / 200,
    # All of these but the 40 machines.
    "Human contact rate": Decimal(80) / 200,
    "RPC rate of attempts": Decimal(50) / 200,
    "RPC rate of human contacts": Decimal(50) / 80,
    "Contactability of accounts": Decimal(50) / 80,
    "Contactability of attempts": Decimal(50) / 200,
    "Penetration": Decimal(80) / 100,
    "Intensity": Decimal(200) / 80,
    # 200 dials 2.00, 2900 seconds with people, 220 with machines 3.12, 8 people 8.00, computers 12.10: 25.22.
    "Cost per useful contact": Decimal("0.5044"),
    "Promise rate": Decimal(20) / 50,
    "Promises per bot hour": Decimal(20) / (Decimal(2900) / 3600),
    "Promises per agent hour": None,
    # Two of twenty are open yet.
    "Kept rate": Decimal(10) / 18,
    "Kept amount rate": Decimal(10 * 100 + 4 * 60) / 1800,
    # Those that came on the eighth day came of something else.
    "Collected per contact": Decimal(1000) / 50,
    "Liquidation": Decimal(1240) / (50_000 + 1240),
    # 20 x 60 s, 20 x 30 s, 10 x 90 s, 20 x 10 s.
    "AHT of the bot": Decimal(2900) / 80,
    # The promises and the refusals.
    "Containment": Decimal(40) / 80,
    # The second call-back of each is not repeated.
    "FCR": Decimal(10) / 20,
    "Transfer rate": Decimal(10) / 50,
    "Transfer success": Decimal(8) / 10,
    "Abandon rate outbound": Decimal(10) / 80,
    "Abandon rate of the queue": Decimal(2) / 10,
    # 6 x 10 s and 2 x 30 s.
    "ASA": Decimal(120) / 8,
    "Service level": Decimal(6) / 10,
    "Occupancy": None,
    "Adherence": None,
    "Sentiment": None,
    "Compliance": None,
    # 0.2 s and 0.6 s, of two who want no more calls.
    "Opt-out latency": Decimal(400),
    "No-match rate": Decimal(20) / 100,
    "Barge-in rate": Decimal(40) / 200,
    # 80 replies after 200 ms, 20 after 800 ms.
    "Reply gap, median": Decimal(200),
    "Reply gap, p95": Decimal(800),
    "STT confidence": Decimal("0.8"),
}


@pytest.fixture
def counts() -> Counts:
    counted = Counts(UNTIL)
    for account in ACCOUNTS:
        counted.add(account)
    return counted


def test_two_hundred_attempts_come_to_what_was_counted_by_hand(counts: Counts) -> None:
    found = {name: figure.value for name, (figure,) in figures(counts, PRICES).items()}
    assert {name: value and round(value, 9) for name, value in found.items()} == {
        name: value and round(value, 9) for name, value in BY_HAND.items()
    }


def test_every_formula_stands_on_the_page_as_in_the_code() -> None:
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = dict(rows)
    assert {kpi.name: told.get(kpi.name) for kpi in KPIS} == {kpi.name: kpi.formula for kpi in KPIS}


def test_what_calls_cost_is_not_known_without_prices(counts: Counts) -> None:
    assert figures(counts)["Cost per useful contact"][0].value is None


def test_nothing_is_known_of_a_campaign_that_nobody_was_called_for() -> None:
    assert {figure.value for (figure,) in figures(Counts(UNTIL)).values()} == {None}


def test_calls_abandoned_more_than_thirty_days_ago_are_forgiven() -> None:
    counted = Counts(UNTIL + timedelta(days=30))
    for account in ACCOUNTS:
        counted.add(account)
    assert figures(counted)["Abandon rate outbound"][0].value is None


def test_who_heard_nothing_for_two_seconds_was_abandoned_however_the_call_ended() -> None:
    late = replace(attempt(0, Disposition.RPC_PROMISE, 60), human=True, unheard=True)
    silent = replace(attempt(1, Disposition.SILENCE, 5), unheard=True)
    machine = replace(attempt(2, Disposition.MACHINE, 5), human=False, unheard=True)
    counted = Counts(UNTIL)
    counted.add(others(late, silent, machine, attempt(3, Disposition.RPC_REFUSAL, 30)))
    assert figures(counted)["Abandon rate outbound"] == (Figure(Decimal(2), Decimal(3)),)


def test_a_period_counts_its_own_dials_and_what_follows_from_them_after_it() -> None:
    contact, again = attempt(0, Disposition.RPC_REFUSAL, 30), attempt(2, Disposition.RPC_REFUSAL, 30)
    day = MONDAY.date()
    account = AccountFacts(
        (attempt(-9, Disposition.ABANDONED), contact, again),
        payments=(
            PaymentFacts(day + timedelta(days=5), Decimal(70), "USD"),
            PaymentFacts(day, Decimal(30), "USD"),
        ),
        issues=(("call_back", day), ("call_back", day + timedelta(days=2))),
        balance=OWED,
        currency="USD",
    )
    counted = Counts(day, begins=day)
    counted.add(account)
    found = figures(counted)
    assert (counted.attempts, counted.contacts, counted.paid["USD"]) == (1, 1, Decimal(30))
    assert found["Collected per contact"] == (Figure(Decimal(100), Decimal(1), "USD"),)
    assert found["Abandon rate outbound"] == (Figure(Decimal(1), Decimal(2)),)
    assert [found[name][0].value for name in ("Containment", "FCR")] == [0, 0]


def test_a_report_on_hours_counts_dials_of_these_hours() -> None:
    counted = Counts(UNTIL, hours=range(9, 10))
    counted.add(REFUSED)
    assert (counted.loaded, counted.attempts) == (1, 0)


def test_the_funnel_and_the_calendar_are_counted_along(counts: Counts) -> None:
    assert (counts.loaded, counts.attempted, counts.useful, counts.promising, counts.keeping) == (
        100, 80, 50, 20, 10
    )  # fmt: skip
    assert sum(counts.by_day.values()) == 200
    assert sum(counts.calendar.values()) == 20
    assert sum(many for (*_, kind), many in counts.cells.items() if kind == "humans") == 80


def test_a_journal_tells_how_the_talk_went() -> None:
    talk = talk_of(
        [
            {"event": "PromptStarted", "latency": None},
            {"event": "CallerStartedSpeaking", "barge_in": True},
            {"event": "CallerHeard", "ended_at": 2.5, "confidence": 0.5},
            {"event": "CallerNotUnderstood"},
            {"event": "PromptStarted", "latency": {"voice_to_voice": 210.0}},
            {"event": "HandingOff"},
            {"event": "HandedOff", "waited": 4.0},
        ]
    )
    assert talk is not None
    assert (talk.utterances, talk.no_matches, talk.prompts, talk.barge_ins) == (1, 1, 2, 1)
    assert (talk.hand_offs, talk.bridged, talk.waits, talk.gaps) == (1, 1, (4.0,), (210.0,))


def heard_until(ended_at: float) -> dict[str, Any]:
    return {"event": "CallerHeard", "at": ended_at + 0.3, "ended_at": ended_at, "confidence": 1.0}


def kept_at(at: float, kind: RequestKind) -> dict[str, Any]:
    return {"event": "RequestKeptOnDisk", "at": at, "request": as_json(Request(kind))}


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ([heard_until(4.0), heard_until(9.0), kept_at(9.5, RequestKind.OPT_OUT), heard_until(12.0)], (0.5,)),
        ([heard_until(9.0), kept_at(9.5, RequestKind.OPT_OUT_VOICE)], (0.5,)),
        (
            [{"event": "CallerTyped", "at": 5.0, "started_at": 2.0}, kept_at(5.25, RequestKind.OPT_OUT)],
            (3.25,),
        ),
        ([heard_until(9.0), kept_at(9.5, RequestKind.CALL_BACK)], ()),
        ([kept_at(9.5, RequestKind.OPT_OUT)], ()),
    ],
)
def test_a_wish_for_no_more_calls_counts_from_the_word_until_it_is_on_disk(
    wish: list[dict[str, Any]], seconds: tuple[float, ...]
) -> None:
    talk = talk_of(wish)
    assert talk is not None
    assert talk.opt_outs == seconds


def test_a_call_that_nobody_answered_has_no_talk() -> None:
    assert talk_of([]) is None


def test_money_of_two_currencies_is_never_added() -> None:
    day = MONDAY.date()
    contact = attempt(0, Disposition.RPC_REFUSAL, 30)
    counted = Counts(UNTIL)
    for currency, owed, paid in (("CLP", 100_000, 25_000), ("USD", 900, 100)):
        money = Decimal(paid)
        promise = PromiseFacts(day, day, money * 2, money, PromiseStatus.PARTLY_KEPT, currency)
        payment = PaymentFacts(day, money, currency)
        counted.add(
            AccountFacts((contact,), (promise,), (payment,), balance=Decimal(owed), currency=currency)
        )
    found = figures(counted)
    assert found["Liquidation"] == (
        Figure(Decimal(25_000), Decimal(125_000), "CLP"),
        Figure(Decimal(100), Decimal(1000), "USD"),
    )
    assert found["Collected per contact"] == (
        Figure(Decimal(25_000), Decimal(1), "CLP"),
        Figure(Decimal(100), Decimal(1), "USD"),
    )
    assert [figure.under for figure in found["Kept amount rate"]] == [50_000, 200]
