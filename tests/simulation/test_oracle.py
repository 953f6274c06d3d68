"""The oracle sees what must not happen, whoever does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.dialogue.small import FACTS, MONDAY, small
from voicebot.dialogue.actions import (
    Action,
    Conclude,
    HandOff,
    HangUp,
    Listen,
    RecordPromise,
    RecordRequest,
    Say,
)
from voicebot.dialogue.events import (
    CallerHungUp,
    CallerSaid,
    CallerSilent,
    KeysPressed,
    PromiseRecorded,
    RequestNotRecorded,
    RequestRecorded,
)
from voicebot.dialogue.facts import read_facts
from voicebot.dialogue.understanding.meaning import Flag, Intent
from voicebot.disposition import Disposition, PromiseToPay, Request, RequestKind
from voicebot.simulation.oracle import Law, Oracle
from voicebot.simulation.remarks import Happening, Line, Remark
from voicebot.simulation.terms import Terms
from voicebot.stt.recognizer import ListenContext

TERMS = Terms(small(), read_facts(small(), FACTS), "en", MONDAY)
PROMISE = PromiseToPay(Decimal("200.00"), "USD", date(2026, 11, 27))

NOTICES = Say("I am a machine and I record.", "en", interruptible=False)
READ = Say("Two hundred dollars on Friday, November twenty seventh.", "en", interruptible=False)
ASKS = Listen("any", frozenset(), ListenContext("en"), 6.0)
END: list[Action] = [Say("Goodbye.", "en"), Conclude(Disposition.HUMAN_NO_RPC), HangUp()]
GONE = Happening(CallerHungUp())
DIGITS = Happening(CallerSaid("four three two one"), Line.DIGITS)
YES = Happening(CallerSaid("yes"), Intent.YES)
STOP = Happening(CallerSaid("stop calling me"), Intent.STOP_CALLING)


def broken(*call: Happening | Sequence[Action], terms: Terms = TERMS) -> set[Law]:
    """The laws that a call broke, told as what happened and what was done about it."""
    oracle = Oracle(terms)
    for piece in call:
        oracle.told(piece) if isinstance(piece, Happening) else oracle.did(piece)
    oracle.ended()
    return {breach.law for breach in oracle.breaches}


def said(text: str, means: Remark | None = None) -> Happening:
    return Happening(CallerSaid(text), means)


Told = tuple[Happening | Sequence[Action], ...]
VERIFIED: Told = ([NOTICES, ASKS], DIGITS, [Say("How much?", "en"), ASKS])
KEPT: list[Action] = [Say("Noted.", "en"), Conclude(Disposition.RPC_PARTIAL_PROMISE), HangUp()]


def test_plain_call_breaks_nothing() -> None:
    assert broken([NOTICES, Say("Is this Ana?", "en"), ASKS], said("no", Intent.NO), END, GONE, []) == set()


def test_promise_that_was_read_back_and_confirmed_breaks_nothing() -> None:
    call: Told = (*VERIFIED, said("200", Line.OFFER), [READ, ASKS], YES, [RecordPromise(PROMISE)])
    assert broken(*call, Happening(PromiseRecorded()), KEPT, GONE, []) == set()


@pytest.mark.parametrize(
    "first",
    [
        [Say("Hello.", "en", interruptible=False), NOTICES, ASKS],
        [replace(NOTICES, interruptible=True), ASKS],
        [ASKS],
        [Say("I am a machine.", "en", interruptible=False), ASKS],
    ],
    ids=["a word before them", "talked over", "left out", "one of two"],
)
def test_notices_come_first_and_are_heard(first: list[Action]) -> None:
    assert Law.NOTICES in broken(first, said("yes"), END, GONE, [])


@pytest.mark.parametrize(
    "text",
    ["You owe five hundred dollars.", "It is 500.00.", "About your debt.", "Your BALANCE, please."],
)
def test_private_words_before_the_digits_are_heard(text: str) -> None:
    assert broken([NOTICES, Say(text, "en"), ASKS], said("no"), END, GONE, []) == {Law.PRIVACY}
    assert broken([NOTICES, ASKS], DIGITS, [Say(text, "en"), *END], GONE, []) == set()


def test_machine_that_passes_for_a_person_is_caught() -> None:
    robot = {"say": {"en": "I am a machine."}, "then": "back"}
    flow = small({"anywhere": {"asks_if_ai": "robot"}, "states": {"robot": robot}})
    asked = said("are you a robot", Flag.ASKS_IF_AI)
    for answer, laws in (("I am a machine.", set[Law]()), ("My name is Ana.", {Law.HONEST})):
        told: list[Action] = [Say(answer, "en"), ASKS]
        assert (
            broken([NOTICES, ASKS], asked, told, DIGITS, END, GONE, terms=replace(TERMS, flow=flow)) == laws
        )


def test_wrong_digits_open_nothing() -> None:
    told: list[Action] = [Say("Five hundred dollars.", "en"), *END]
    for wrong in (said("four three two two", Line.WRONG_DIGITS), Happening(KeysPressed("4322"))):
        assert broken([NOTICES, ASKS], wrong, told, GONE) == {Law.PRIVACY}
    assert broken([NOTICES, ASKS], Happening(KeysPressed("4321#")), told, GONE) == set()


def test_digits_do_not_speak_for_whoever_takes_over_the_telephone() -> None:
    other = Happening(CallerSaid("you have the wrong number"), Intent.WRONG_PERSON)
    told: list[Action] = [Say("It is five hundred dollars.", "en"), ASKS]
    assert Law.PRIVACY not in broken([NOTICES, ASKS], DIGITS, [ASKS], YES, told, GONE)
    assert Law.PRIVACY in broken([NOTICES, ASKS], DIGITS, [ASKS], other, told, GONE)


def test_digits_that_verify_are_never_said() -> None:
    assert Law.SECRET in broken(*VERIFIED, YES, [Say("Four three two one, thank you.", "en"), *END], GONE)


@pytest.mark.parametrize(
    "answer",
    [said("two hundred", Line.OFFER), said("why?"), Happening(CallerSilent()), said("no", Intent.NO)],
)
def test_only_a_yes_makes_a_promise(answer: Happening) -> None:
    call: Told = (*VERIFIED, said("200", Line.OFFER), [READ, ASKS], answer, [RecordPromise(PROMISE)])
    assert Law.READ_BACK in broken(*call, Happening(PromiseRecorded()), KEPT, GONE)


@pytest.mark.parametrize(
    "read",
    [
        Say("Two hundred dollars.", "en", interruptible=False),
        Say("Two hundred dollars on Thursday, November twenty sixth.", "en", interruptible=False),
        replace(READ, interruptible=True),
    ],
    ids=["without the day", "another day", "talked over"],
)
def test_read_back_says_amount_and_day_to_the_end(read: Say) -> None:
    call: Told = (*VERIFIED, said("200", Line.OFFER), [read, ASKS], YES, [RecordPromise(PROMISE)])
    assert Law.READ_BACK in broken(*call, Happening(PromiseRecorded()), KEPT, GONE)


def test_correction_that_is_passed_over_is_seen() -> None:
    corrected = said("no, three hundred dollars", Line.CORRECTION)
    call: Told = (
        *VERIFIED,
        said("200", Line.OFFER),
        [READ, ASKS],
        corrected,
        [Say("Right?", "en"), ASKS],
        YES,
    )
    assert Law.READ_BACK in broken(*call, [RecordPromise(PROMISE)], Happening(PromiseRecorded()), KEPT, GONE)


@pytest.mark.parametrize(
    "promise",
    [
        replace(PROMISE, amount=Decimal("500.01")),
        replace(PROMISE, amount=Decimal("0.50")),
        replace(PROMISE, date=date(2026, 11, 22)),
        replace(PROMISE, date=date(2026, 12, 24)),
    ],
    ids=["more than the debt", "less than the least", "yesterday", "too late"],
)
def test_promises_keep_their_bounds(promise: PromiseToPay) -> None:
    assert Law.BOUNDS in broken(*VERIFIED, YES, [RecordPromise(promise)], Happening(PromiseRecorded()), KEPT)


def test_promise_that_is_not_on_record_is_not_called_one() -> None:
    call: Told = (*VERIFIED, said("200", Line.OFFER), [READ, ASKS], YES)
    assert broken(*call, KEPT, GONE, []) == {Law.ON_RECORD, Law.NOTED}


def test_contact_with_the_right_party_takes_the_digits() -> None:
    end: list[Action] = [Conclude(Disposition.RPC_CALLBACK), HangUp()]
    assert broken([NOTICES, ASKS], YES, end, GONE) == {Law.RIGHT_PARTY}


@pytest.mark.parametrize(
    "answer",
    [
        [],
        [Say("Are you sure?", "en"), ASKS],
        [HandOff("people")],
        END,
        [Conclude(Disposition.DNC), HandOff("people")],
    ],
    ids=["nothing", "asks back", "hands off", "another disposition", "and hands off"],
)
def test_whoever_wants_no_more_calls_is_obeyed(answer: list[Action]) -> None:
    assert Law.STOP in broken([NOTICES, ASKS], STOP, answer, GONE, [])


def test_stop_that_was_misheard_or_said_to_nobody_binds_nobody() -> None:
    assert broken([NOTICES, ASKS], replace(STOP, clear=False), [ASKS], YES, END, GONE) == set()
    assert broken([NOTICES, HandOff("people")], STOP, [], GONE, [Conclude(Disposition.HUMAN_NO_RPC)]) == set()


def test_call_has_one_disposition() -> None:
    assert broken([NOTICES, ASKS], GONE, []) == {Law.ONE_END}
    assert broken([NOTICES, ASKS], YES, END, GONE, [Conclude(Disposition.HUMAN_NO_RPC)]) == {
        Law.ONE_END,
        Law.LAST_WORD,
    }


def test_nothing_follows_the_hang_up() -> None:
    assert broken([NOTICES, ASKS], YES, [*END, Say("And one more thing.", "en")], GONE) == {Law.LAST_WORD}


def test_what_is_public_elsewhere_is_no_leak() -> None:
    flow = small({"facts": {"creditor": {"kind": "text", "private": True}}})
    terms = Terms(flow, read_facts(flow, {**FACTS, "creditor": "Ana"}), "en", MONDAY)
    assert terms.private_in("Is this Ana?") == ()


DISPUTE: list[Action] = [RecordRequest(Request(RequestKind.DISPUTE))]
OPTED_OUT: list[Action] = [RecordRequest(Request(RequestKind.OPT_OUT))]
NO_MORE: list[Action] = [Say("No more calls.", "en"), Conclude(Disposition.DNC), HangUp()]
STOP = said("stop calling", Intent.STOP_CALLING)
IS_NOTED: list[Action] = [Say("That is noted.", "en"), Conclude(Disposition.HUMAN_NO_RPC), HangUp()]


def test_what_is_on_record_may_be_called_noted() -> None:
    assert broken([NOTICES, ASKS], YES, DISPUTE, Happening(RequestRecorded()), IS_NOTED, GONE) == set()


@pytest.mark.parametrize(
    "before",
    [(), (DISPUTE,), (DISPUTE, Happening(RequestNotRecorded())), (DISPUTE, Happening(PromiseRecorded()))],
    ids=["nothing asked for", "on its way", "lost", "something else"],
)
def test_what_is_not_on_record_is_not_called_noted(before: Told) -> None:
    assert broken([NOTICES, ASKS], YES, *before, IS_NOTED, GONE) == {Law.NOTED}


def test_whoever_wants_no_more_calls_is_put_on_record_first() -> None:
    recorded = (OPTED_OUT, Happening(RequestNotRecorded()))
    assert broken([NOTICES, ASKS], STOP, *recorded, NO_MORE, GONE) == set()
    assert broken([NOTICES, ASKS], STOP, NO_MORE, GONE) == {Law.NO_CALLS}
    assert Law.STOP in broken([NOTICES, ASKS], STOP, *recorded, END, GONE)
