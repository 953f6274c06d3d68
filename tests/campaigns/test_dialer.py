from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from tests.campaigns.scene import ALWAYS, MONDAY, NAME, SOURCE, Told, campaign, promised
from tests.fakes.contact_queue import Attempt
from voicebot.calls.record import CallRecord
from voicebot.campaigns.lines import Share
from voicebot.campaigns.pacing import Queue
from voicebot.campaigns.queue import CampaignState, Claim, Dial, Ended, Follow
from voicebot.campaigns.retry import ContactState, Next
from voicebot.contact import Person
from voicebot.disposition import Disposition, Request, RequestKind
from voicebot.telephony.channel import OriginateRequest

pytestmark = pytest.mark.virtual_time

SANTIAGO = ZoneInfo("America/Santiago")


async def test_every_contact_is_called_until_it_has_an_outcome(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised()) as it:
        for number in range(10):
            it.contact(number)
        await it.passes(minutes=5)
        assert it.states == ["done"] * 10
        assert len({request.number for request in it.carrier.dialled}) == len(it.carrier.dialled) == 10
        assert it.queue.states[NAME] is CampaignState.DONE


async def test_whoever_is_called_is_known_however_the_carrier_writes_numbers(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised(), endpoint="PJSIP/9{number}@{trunk}") as it:
        it.contact(1)
        await it.passes(minutes=5)
        (request,) = it.carrier.dialled
        assert request.endpoint == f"PJSIP/9{request.number}@carrier"
        assert request.number.startswith("+")


async def test_no_more_calls_than_the_campaign_has_lines(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised(), lines=3) as it:
        for number in range(10):
            it.contact(number)
        await it.passes(minutes=5)
        assert it.carrier.most == 3
        assert len(it.carrier.dialled) == 10


async def test_no_more_calls_than_the_trunk_has_lines(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised(), lines=50, trunks={"carrier": 2}) as it:
        for number in range(10):
            it.contact(number)
        await it.passes(minutes=10)
        assert it.carrier.most == 2
        assert len(it.carrier.dialled) == 10


async def test_two_processes_share_the_lines(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised(), lines=3, share=Share(2, 2)) as it:
        for number in range(4):
            it.contact(number)
        await it.passes(minutes=10)
        assert it.carrier.most == 1


async def test_a_line_that_is_free_is_used_at_once(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: Told(Disposition.RPC_INFORMED, 7.0), lines=1) as it:
        for number in range(4):
            it.contact(number)
        await it.passes(minutes=1)
        gaps = [later - earlier for earlier, later in zip(it.carrier.at, it.carrier.at[1:], strict=False)]
        assert all(7.0 <= gap < 7.1 for gap in gaps)


async def test_a_busy_line_is_called_again_in_a_quarter_of_an_hour(tmp_path: Path) -> None:
    answers = iter([Told(Disposition.BUSY, 1.0), promised()])
    async with campaign(tmp_path, lambda _: next(answers)) as it:
        it.contact(1)
        await it.passes(minutes=20)
        first, second = it.carrier.at
        assert 900 <= second - first < 905
        assert it.states == ["done"]


async def test_a_dead_number_is_never_called_again_and_the_next_one_is(tmp_path: Path) -> None:
    def answer(request: OriginateRequest) -> Told:
        return Told(Disposition.SIT_INVALID, 1.0) if request.number.endswith("1") else promised()

    async with campaign(tmp_path, answer) as it:
        it.contact(1, phones=["+56221000001", "+56221000002"])
        await it.passes(minutes=10)
        assert [request.number for request in it.carrier.dialled] == ["+56221000001", "+56221000002"]
        assert it.states == ["done"]


async def test_a_trunk_that_fails_is_avoided(tmp_path: Path) -> None:
    def answer(request: OriginateRequest) -> Told:
        return Told(Disposition.CARRIER_ERROR, 1.0) if request.trunk == "carrier" else promised()

    trunks = {"carrier": 5, "backup": 5}
    async with campaign(tmp_path, answer, trunks=trunks, other_trunks="backup") as it:
        it.contact(1)
        await it.passes(minutes=15)
        assert [request.endpoint.rpartition("@")[2] for request in it.carrier.dialled] == [
            "carrier",
            "backup",
        ]
        assert it.states == ["done"]


async def test_whoever_asked_for_a_moment_is_called_then_before_all_others(tmp_path: Path) -> None:
    asked = Request(RequestKind.CALL_BACK, {"time": "12:30"})
    answers = {"+56221000001": iter([Told(Disposition.RPC_CALLBACK, 30.0, (asked,)), promised()])}

    def answer(request: OriginateRequest) -> Told:
        return (
            next(answers[request.number])
            if request.number in answers
            else Told(Disposition.RPC_INFORMED, 60.0)
        )

    async with campaign(tmp_path, answer, lines=1) as it:
        it.contact(1, priority=5)
        for number in range(2, 60):
            it.contact(number)
        await it.passes(minutes=40)
        again = [
            at
            for at, request in zip(it.carrier.at, it.carrier.dialled, strict=True)
            if request.number in answers
        ]
        assert 1800 <= again[1] < 1862  # half past twelve, as soon as the line is free


async def test_nobody_is_called_outside_of_the_hours(tmp_path: Path) -> None:
    hours = {"windows": {"mon-fri": "13:00-14:00"}, **SOURCE}
    async with campaign(tmp_path, lambda _: promised(), rules={**ALWAYS, "hours": hours}) as it:
        it.contact(1)
        await it.passes(minutes=59)
        assert it.carrier.dialled == []
        assert it.queue.blocked == {"outside_hours": 1}  # it was looked at once
        await it.passes(minutes=3)
        assert it.states == ["done"]
        assert 3600 <= it.carrier.at[0] < 3601


async def test_somebody_of_an_unknown_country_is_left_to_people(tmp_path: Path) -> None:
    async with campaign(tmp_path) as it:
        it.contact(1, person=Person("P-1", None))
        await it.passes(minutes=1)
        assert it.carrier.dialled == []
        assert (it.states, it.queue.rows[1].reason) == (["held"], "no_rules")


async def test_facts_that_are_missing_cost_no_call(tmp_path: Path) -> None:
    async with campaign(tmp_path) as it:
        it.contact(1, facts={})
        await it.passes(minutes=1)
        assert it.carrier.dialled == []
        assert (it.states, it.queue.rows[1].reason) == (["held"], "facts_missing")


async def test_an_opt_out_spares_every_telephone_of_the_person(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: Told(Disposition.DNC, 10.0)) as it:
        it.contact(1, phones=["+56221000001", "+56221000002"])
        await it.passes(minutes=1)
        assert it.states == ["closed"]
        for number in ("+56221000001", "+56221000002"):
            known = await it.calls.suppressions_of(it.dialer._numbers.hash(number) or "")
            assert [one.reason for one in known] == ["opt_out"]


async def test_a_call_that_breaks_off_has_a_record_and_is_tried_again(tmp_path: Path) -> None:
    answers = iter([Told(fails=True), promised()])
    async with campaign(tmp_path, lambda _: next(answers)) as it:
        it.contact(1)
        await it.passes(minutes=15)
        first, second = it.carrier.dialled
        record = await it.calls.find_call(first.channel_id)
        assert record
        assert record.disposition is Disposition.TECHNICAL_FAILURE
        assert first.channel_id != second.channel_id
        assert it.states == ["done"]


async def test_a_paused_campaign_dials_nobody_and_a_draining_one_pauses(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised(), lines=1) as it:
        for number in range(5):
            it.contact(number)
        await it.passes(seconds=30)
        it.queue.states[NAME] = CampaignState.DRAINING
        await it.passes(seconds=20)
        assert it.queue.states[NAME] is CampaignState.DRAINING  # a call goes on
        await it.passes(minutes=10)
        assert it.queue.states[NAME] is CampaignState.PAUSED
        assert len(it.carrier.dialled) == 1
        it.queue.states[NAME] = CampaignState.RUNNING
        await it.passes(seconds=2)
        assert len(it.carrier.dialled) == 2


async def test_new_contacts_make_a_campaign_run_again(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised()) as it:
        it.contact(1)
        await it.passes(minutes=5)
        assert it.queue.states[NAME] is CampaignState.DONE
        it.contact(2)
        await it.passes(minutes=5)
        assert it.states == ["done", "done"]


async def test_nothing_is_dialled_while_asterisk_is_away(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised()) as it:
        it.carrier.reachable = False
        it.contact(1)
        await it.passes(minutes=1)
        assert (it.carrier.dialled, it.queue.attempts) == ([], {})
        it.carrier.reachable = True
        await it.passes(minutes=2)
        assert it.states == ["done"]


async def test_nothing_is_dialled_while_people_are_short(tmp_path: Path) -> None:
    queue = {"queue": {"name": "negotiators", "most_wait_seconds": 30}}
    async with campaign(tmp_path, lambda _: promised(), pacing=queue) as it:
        it.carrier.queue = Queue(waiting=4, free=0, wait_seconds=120)
        it.contact(1)
        with capture_logs() as logs:
            await it.passes(minutes=1)
            assert it.carrier.dialled == []
            it.carrier.queue = Queue(waiting=0, free=2, wait_seconds=0)
            await it.passes(minutes=2)
        assert it.states == ["done"]
        told = [one["event"] for one in logs if one["event"].startswith("people_")]
        assert told == ["people_are_short", "people_are_back"]


async def test_people_are_asked_for_before_the_first_dial_and_only_when_somebody_is_due(
    tmp_path: Path,
) -> None:
    async with campaign(tmp_path, lambda _: promised(), pacing={"queue": {"name": "negotiators"}}) as it:
        it.carrier.queue = Queue(waiting=0, free=2, wait_seconds=0)
        it.contact(1, next_at=it.start + timedelta(minutes=30))
        await it.passes(minutes=29)
        assert it.carrier.asked == {}
        await it.passes(minutes=2)
        assert it.carrier.asked["negotiators"] == len(it.carrier.dialled) == 1


async def test_a_queue_that_asterisk_does_not_know_is_told_once_and_nobody_is_dialled(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised(), pacing={"queue": {"name": "negotaitors"}}) as it:
        it.contact(1)
        with capture_logs() as logs:
            await it.passes(minutes=1)
        (why,) = [one["why"] for one in logs if one["event"] == "people_are_short"]
        assert "no queue negotaitors" in why
        assert set(it.queue.notices[NAME]) == {why}
        assert it.carrier.dialled == []


async def test_those_who_watch_are_told_what_keeps_a_campaign_from_dialling_and_that_it_is_over(
    tmp_path: Path,
) -> None:
    queue = {"queue": {"name": "negotiators"}}
    async with campaign(tmp_path, lambda _: promised(), pacing=queue) as it:
        it.contact(1)
        it.carrier.reachable = False
        await it.passes(seconds=5)
        it.carrier.reachable = True
        it.carrier.queue = Queue(waiting=0, free=0, wait_seconds=float("inf"))
        await it.passes(seconds=5)
        it.carrier.queue = Queue(waiting=0, free=1, wait_seconds=0.0)
        await it.passes(seconds=5)
        it.writes(lines="many")
        it.dialer._scripts._take_up(NAME)
        await it.passes(seconds=5)
        away, nobody, nothing, file = it.queue.notices[NAME]
    assert away.startswith("Asterisk cannot be reached")
    assert nobody == "nobody is at work in queue negotiators"
    assert nothing is None
    assert "cannot be used as it is now, and what was saved before goes on" in file


async def test_a_campaign_that_is_looked_after_says_so_now_and_then(tmp_path: Path) -> None:
    async with campaign(tmp_path) as it:
        it.contact(1, next_at=it.start + timedelta(hours=1))
        await it.passes(seconds=61)
        assert it.queue.notices[NAME] == [None] * 5


async def test_a_caller_id_that_has_had_its_calls_waits_for_the_next_day(tmp_path: Path) -> None:
    shown = [{"number": "+56221234567", "per_day": 2}]
    async with campaign(tmp_path, lambda _: promised(), caller_ids=shown) as it:
        for number in range(5):
            it.contact(number)
        await it.passes(hours=8)
        assert len(it.carrier.dialled) == 2
        await it.passes(hours=2)  # midnight, UTC
        assert len(it.carrier.dialled) == 4
        assert {request.caller_id for request in it.carrier.dialled} == {"<+56221234567>"}


async def test_a_campaign_that_is_written_wrongly_dials_nobody_and_others_go_on(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised()) as it:
        (tmp_path / "april.yaml").write_text("lines: many")
        it.contact(1)
        it.contact(2, campaign="april")
        await it.passes(minutes=5)
        assert it.states == ["done", "waiting"]


async def test_a_contact_that_cannot_be_decided_about_stops_nobody(tmp_path: Path) -> None:
    unreadable = Person("P-1", "CL", zones=("America/Santiago",), inconvenient=(5,))  # type: ignore[arg-type]
    async with campaign(tmp_path, lambda _: promised()) as it:
        it.contact(1, person=unreadable, priority=9)
        it.contact(2)
        await it.passes(minutes=5)
        assert it.states == ["waiting", "done"]
        assert it.queue.rows[1].reason == "not_decided"


async def test_a_campaign_that_fails_stops_no_other(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised()) as it:
        it.contact(1)
        it.contact(2, campaign="april")
        it.writes_as("april")
        moment = it.queue.next_moment

        async def fails_in_april(name: str) -> datetime | None:
            if name == "april":
                raise RuntimeError("a mistake of ours")
            return await moment(name)

        it.queue.next_moment = fails_in_april  # type: ignore[method-assign, assignment]
        with capture_logs() as logs:
            await it.passes(minutes=5)
        assert [one["campaign"] for one in logs if one["event"] == "campaign_failed"] == ["april"]
        assert it.states == ["done", "waiting"]


async def test_many_that_are_put_off_keep_no_other_campaign_waiting(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised()) as it:
        it.contact(1)
        it.contact(2, campaign="april")
        it.writes_as("april")
        claim, in_april = it.queue.claim, 0

        async def puts_off_in_april(name: str, *of: Any) -> Claim:
            nonlocal in_april
            if name == "march":
                return await claim(name, *of)
            in_april += not it.carrier.dialled
            return Claim(None, more=in_april < 1000)

        it.queue.claim = puts_off_in_april  # type: ignore[method-assign, assignment]
        await it.passes(minutes=5)
        assert it.states == ["done", "waiting"]
        assert in_april == 1


async def test_calls_in_progress_finish_when_the_server_is_told_to_stop(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised(), lines=2) as it:
        for number in range(5):
            it.contact(number)
        await it.passes(seconds=10)
    assert it.states == ["done", "done", "waiting", "waiting", "waiting"]


def call_record(call_id: str, disposition: Disposition) -> CallRecord:
    return CallRecord(
        call_id, "short_talk", "1", "en", MONDAY, 30.0, disposition, None, (), direction="outbound"
    )


async def test_attempts_of_a_dead_process_end_as_their_calls_say(tmp_path: Path) -> None:
    """One that ended in a promise, one in whose middle the process died, one that was never dialled."""
    async with campaign(tmp_path, lambda _: Told()) as it:
        for number in range(3):
            dial = Dial(f"attempt-{number}", f"+5622100{number:04}", "carrier", "+56221234567")
            it.queue.attempts[dial.attempt_id] = Attempt(
                it.contact(number), dial, MONDAY, has_call=number < 2
            )
            it.queue.rows[number].state = ContactState.CLAIMED
        await it.calls.call_ended(call_record("attempt-0", Disposition.RPC_PROMISE))
        await it.calls.call_ended(call_record("attempt-1", Disposition.TECHNICAL_FAILURE))
        await it.passes(minutes=5)
        done, interrupted, never = it.queue.rows.values()
        assert done.state is ContactState.DONE
        assert interrupted.candidate.next_at.astimezone(SANTIAGO).isoformat()[:16] == "2026-11-24T08:00"
        assert never.candidate.next_at == MONDAY + timedelta(minutes=10)
        for name in it.queue.attempts:
            assert await it.calls.find_call(name)  # each attempt has one call, each call one record
        await it.passes(minutes=10)
        assert [request.number for request in it.carrier.dialled] == ["+56221000002"]


async def test_an_attempt_that_cannot_be_ended_keeps_none_behind_it_open(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: Told()) as it:
        for number in range(2):
            dial = Dial(f"attempt-{number}", f"+5622100{number:04}", "carrier", "+56221234567")
            it.queue.attempts[dial.attempt_id] = Attempt(it.contact(number), dial, MONDAY, has_call=True)
            it.queue.rows[number].state = ContactState.CLAIMED
            await it.calls.call_ended(call_record(dial.attempt_id, Disposition.RPC_PROMISE))
        finish = it.queue.finish

        async def fails_for_the_first(end: Ended, follow: Follow) -> Next | None:
            if end.attempt_id == "attempt-0":
                raise RuntimeError("a mistake of ours")
            return await finish(end, follow)

        it.queue.finish = fails_for_the_first  # type: ignore[method-assign, assignment]
        await it.passes(minutes=5)
        assert it.states == ["claimed", "done"]


async def test_a_contact_with_a_broken_promise_is_called_about_that(tmp_path: Path) -> None:
    follow_up = {"flow": "leaves_message"}
    async with campaign(tmp_path, lambda _: promised(), follow_up=follow_up) as it:
        it.contact(1)
        it.contact(2, flow="leaves_message")
        await it.passes(minutes=5)
        held = [*await it.calls.ended_calls("short_talk"), *await it.calls.ended_calls("leaves_message")]
        assert {record.account_id: record.flow for record in held} == {
            "A-1": "short_talk",
            "A-2": "leaves_message",
        }


async def test_a_contact_whose_flow_is_none_of_the_campaigns_is_held_for_a_person(tmp_path: Path) -> None:
    async with campaign(tmp_path) as it:
        it.contact(1, flow="leaves_message")
        await it.passes(minutes=5)
        assert it.states == ["held"]
        assert not it.carrier.dialled


async def test_what_is_saved_takes_effect_with_the_next_call(tmp_path: Path) -> None:
    async with campaign(tmp_path, lambda _: promised(), lines=1) as it:
        for number in range(6):
            it.contact(number)
        await it.passes(seconds=30)
        it.writes(lines=3)
        it.dialer._scripts._take_up(NAME)
        await it.passes(seconds=50)
        assert it.carrier.most == 3
        it.writes(lines="many")
        it.dialer._scripts._take_up(NAME)  # is refused, and the one before stays
        await it.passes(minutes=3)
        assert it.states == ["done"] * 6
