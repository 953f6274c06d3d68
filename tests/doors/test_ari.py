"""Calls that are not placed, whatever Asterisk could do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.dialogue.small import FACTS, small
from tests.fakes.voices import FakePrompts
from voicebot.calls.matter import Matter
from voicebot.calls.settings import CallSettings
from voicebot.calls.stations import HandOffEvent, Stations
from voicebot.calls.suppression import NumberKey, Suppression
from voicebot.commands.call import outcome
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import HandedOff
from voicebot.disposition import Disposition
from voicebot.doors.ari import AriDoor
from voicebot.errors import StoreError
from voicebot.media.clock import MediaClock
from voicebot.media.settings import MediaWebSocketSettings
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.store.memory import MemoryStore
from voicebot.stt.scripted import ScriptedRecognizer
from voicebot.telephony.channel import OriginateRequest
from voicebot.telephony.settings import AriSettings, TelephonySettings
from voicebot.telephony.trunk import TrunkSettings
from voicebot.turns.timing import TurnTiming
from voicebot.vad.engines import open_vad
from voicebot.vad.settings import VadSettings

KEY = NumberKey(b"a secret of the tests", "US")
REQUEST = OriginateRequest("PJSIP/5551234567@carrier", "carrier", "out-1")


def matter() -> Matter:
    return Matter(Conversation(small(), FACTS, language="en", today=date(2026, 11, 23)), "A-17")


def door(store: MemoryStore, telephony: TelephonySettings | None = None) -> AriDoor:
    """One that is connected to nothing: whoever dials, fails."""
    stations = Stations(
        vad=open_vad(VadSettings(engine="energy")),
        recognizer=ScriptedRecognizer([]),
        prompts=FakePrompts(),
        voices={},
        timing=TurnTiming(),
        call_log=store,
        settings=CallSettings(),
        hand_off=_taken,
        recordings=None,
    )
    media = MediaWebSocketServer(MediaWebSocketSettings(port=0), MediaClock())
    return AriDoor(AriSettings(), telephony or TelephonySettings(), media, stations, Nobody(), KEY)


class Nobody:
    """No calls come in."""

    async def inbound(self, dialled: str = "", caller: str = "") -> Matter:
        raise NotImplementedError


async def _taken(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
    yield HandedOff()


async def test_a_number_that_is_never_called_again_is_not_dialled_and_leaves_one_record() -> None:
    store = MemoryStore()
    number = str(KEY.hash("+15551234567"))
    await store.suppress(Suppression(number, "voice", datetime(2026, 11, 22, tzinfo=UTC), "opt_out_voice"))

    record = await door(store).place(REQUEST, matter())

    assert (record.call_id, record.account_id) == ("out-1", "A-17")
    assert (record.disposition, record.direction) == (Disposition.BLOCKED_RULE, "outbound")
    assert not record.answered
    assert await store.find_call("out-1") == record
    assert outcome(record).startswith("Not dialled: this number is never called again")


class SuppressedMeanwhile(MemoryStore):
    """Whoever it is says so in another call, between our first question and the free line."""

    asked = 0

    async def suppressions_of(self, number_hash: str | None, **whose: str | None) -> list[Suppression]:
        self.asked += 1
        assert whose == {"account_id": "A-17", "campaign": "november"}
        wish = Suppression(None, "all", datetime(2026, 11, 22, tzinfo=UTC), "opt_out", person_id="p1")
        return [wish] if self.asked > 1 else []


async def test_whoever_opts_out_while_we_wait_for_a_line_is_not_dialled() -> None:
    store = SuppressedMeanwhile()
    carrier = TelephonySettings(trunks={"carrier": TrunkSettings()})
    of_campaign = replace(matter(), campaign="november")

    record = await door(store, carrier).place(REQUEST, of_campaign)

    assert record.disposition is Disposition.BLOCKED_RULE
    assert await store.find_call("out-1") == record
    assert store.asked == 2


class BrokenDisk(MemoryStore):
    async def suppressions_of(self, *_: object, **__: object) -> list[Suppression]:
        raise StoreError("the disk is gone")


async def test_while_nobody_can_tell_whether_a_number_may_be_called_it_is_not() -> None:
    store = BrokenDisk()
    with pytest.raises(StoreError, match="the disk is gone"):
        await door(store).place(REQUEST, matter())
    assert await store.find_call("out-1") is None
