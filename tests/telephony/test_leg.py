from __future__ import annotations

from tests.telephony.test_ari_events import CHANNEL, message
from voicebot.telephony.ari_events import LegEvent, read_message
from voicebot.telephony.ari_watches import Watches
from voicebot.telephony.control import HandOffStep
from voicebot.telephony.leg import Leg


def event(kind: str, **fields: object) -> LegEvent:
    read = read_message(message(kind, channel=CHANNEL, **fields))
    assert isinstance(read, LegEvent)
    return read


def handed_off() -> Leg:
    leg = Leg(str(CHANNEL["id"]))
    leg.watch = Watches().open(leg.channel_id, leg.take)
    leg.leave()
    return leg


async def test_a_caller_whom_the_queue_sends_back_at_once_is_known_to_be_back() -> None:
    leg = handed_off()
    leg.take(event("StasisEnd"))
    leg.take(event("StasisStart", args=["human", "JOINEMPTY"]))
    assert not leg.over
    assert [step async for step in leg.among_people()] == [HandOffStep.NOBODY]


async def test_a_caller_who_ends_before_anybody_asked_is_known_to_have_ended() -> None:
    leg = handed_off()
    leg.take(event("StasisEnd"))
    leg.take(event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing"))
    assert [step async for step in leg.among_people()] == []
