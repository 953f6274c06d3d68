"""What is on disk, what is not, and what callers are told of it."""

import pytest
from structlog.testing import capture_logs

from tests.calls.reminder import ANSWERS, FACTS, PROMISE, answer_everything, answer_once, scene
from voicebot.calls.events import (
    PromiseKeptOnDisk,
    PromptStarted,
    RequestKeptOnDisk,
    RequestNotKept,
)
from voicebot.calls.record import CallRecord
from voicebot.calls.suppression import Telephone
from voicebot.campaigns.reporting.facts import talk_of
from voicebot.dialogue.language.flow import Flow
from voicebot.disposition import Disposition, PromiseToPay, Request, RequestKind
from voicebot.errors import StoreError
from voicebot.replay.recorded import recorded
from voicebot.replay.replaying import replay
from voicebot.store.memory import MemoryStore

pytestmark = pytest.mark.virtual_time


async def test_the_promise_is_on_disk_before_it_is_called_noted(flow: Flow) -> None:
    call = scene(flow, *ANSWERS)
    await call.call(answer_everything)

    kept = call.events.index(call.all(PromiseKeptOnDisk)[0])
    noted = next(n for n, e in enumerate(call.events) if isinstance(e, PromptStarted) and "noted" in e.text)
    assert kept < noted


class FullDisk(MemoryStore):
    async def record_promise(self, call_id: str, promise: PromiseToPay) -> None:
        raise StoreError("the disk is full: make room")


async def test_what_could_not_be_stored_is_never_called_noted(flow: Flow) -> None:
    record = await scene(flow, *ANSWERS, call_log=FullDisk()).call(answer_everything)

    assert record.promise is None
    assert record.disposition is Disposition.RPC_CALLBACK
    assert not any("noted" in turn.text for turn in record.turns)
    assert replay(recorded(record.events), flow, FACTS).same


TELEPHONE = Telephone("+15551234567", "k:1")


async def test_an_opt_out_is_on_disk_before_the_goodbye(flow: Flow) -> None:
    store = MemoryStore()
    call = scene(flow, "stop calling me", call_log=store)
    record = await call.call(answer_once)

    kept = call.events.index(call.all(RequestKeptOnDisk)[0])
    goodbye = next(n for n, e in enumerate(call.events) if isinstance(e, PromptStarted) and "again" in e.text)
    assert kept < goodbye
    talk = talk_of(record.events)
    assert talk
    assert len(talk.opt_outs) == 1
    assert 0 < talk.opt_outs[0] < 2
    assert record.disposition is Disposition.DNC
    assert record.requests == (Request(RequestKind.OPT_OUT),)
    assert [one.request for one in await store.requests()] == [Request(RequestKind.OPT_OUT)]
    assert replay(recorded(record.events), flow, FACTS).same


async def test_the_number_of_whoever_opts_out_is_never_called_again_account_or_none(flow: Flow) -> None:
    store = MemoryStore()
    record = await scene(flow, "stop calling me", call_log=store, telephone=TELEPHONE).call(answer_once)
    (suppression,) = await store.suppressions_of("k:1")
    assert (suppression.channel, suppression.call_id) == ("all", record.call_id)


class DiskThatMissesTheStart(MemoryStore):
    async def call_started(self, call_id: str, **_: object) -> None:
        raise StoreError("the disk is full: make room")


async def test_a_number_is_spared_even_where_the_start_of_its_call_could_not_be_stored(flow: Flow) -> None:
    store = DiskThatMissesTheStart()
    call = scene(flow, "stop calling me", call_log=store, telephone=TELEPHONE)
    record = await call.call(answer_once)
    (suppression,) = await store.suppressions_of("k:1")
    assert (suppression.channel, suppression.reason, suppression.call_id) == ("all", "opt_out", None)
    assert (record.disposition, record.requests) == (Disposition.DNC, ())
    assert replay(recorded(record.events), flow, FACTS).same


class DiskWithoutRoomForRequests(MemoryStore):
    async def record_request(
        self, call_id: str, request: Request, telephone: Telephone | None = None
    ) -> None:
        raise StoreError("the disk is full: make room")


async def test_an_opt_out_that_cannot_be_stored_stands_and_is_told_at_error_level(flow: Flow) -> None:
    with capture_logs() as logs:
        call = scene(flow, "stop calling me", call_log=DiskWithoutRoomForRequests())
        record = await call.call(answer_once)

    assert call.all(RequestNotKept)
    assert (record.disposition, record.requests) == (Disposition.DNC, ())
    (told,) = (line for line in logs if line["event"] == "request_not_recorded")
    assert (told["log_level"], told["kind"]) == ("error", "opt_out")
    assert replay(recorded(record.events), flow, FACTS).same


class DiskThatFillsUp(MemoryStore):
    async def call_ended(self, record: CallRecord) -> None:
        raise StoreError("the disk is full: make room")


async def test_a_disk_that_fills_up_in_mid_call_costs_the_record_and_neither_promise_nor_caller(
    flow: Flow,
) -> None:
    store = DiskThatFillsUp()
    record = await scene(flow, *ANSWERS, call_log=store).call(answer_everything)

    assert record.disposition is Disposition.RPC_PROMISE
    assert record.turns[-1].text == "That is noted. Goodbye."
    assert list((await store.promises()).values()) == [PROMISE]


async def test_a_call_that_takes_another_ones_name_cannot_touch_its_promise(flow: Flow) -> None:
    store = MemoryStore()
    first = await scene(flow, *ANSWERS, call_log=store).call(answer_everything)
    second = await scene(flow, *ANSWERS, call_log=store).call(answer_everything)

    assert second.promise is None
    assert second.disposition is Disposition.RPC_CALLBACK
    assert await store.find_call(first.call_id) == first
    assert await store.find_call(second.call_id) == second
    assert first.promise == PROMISE
