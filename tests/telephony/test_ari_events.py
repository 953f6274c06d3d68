from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.errors import TelephonyError
from voicebot.telephony.ari_events import (
    AriMalformedError,
    ChannelConnectedLine,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelUserevent,
    Dial,
    PassedOver,
    RESTResponse,
    StasisEnd,
    StasisStart,
    read_message,
)
from voicebot.telephony.ari_models import CallerID
from voicebot.telephony.channel import Channel

CHANNEL = {
    "id": "1700000000.7",
    "name": "PJSIP/trunk-00000003",
    "state": "Ring",
    "protocol_id": "abc",
    "caller": {"name": "Ana", "number": "5550100"},
    "connected": {"name": "", "number": ""},
    "dialplan": {
        "context": "voicebot",
        "exten": "5559000",
        "priority": 2,
        "app_name": "Stasis",
        "app_data": "voicebot",
    },
    "creationtime": "2026-11-22T10:00:00.000+0000",
    "language": "en",
}


def message(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, "application": "voicebot", "asterisk_id": "00:11", **fields})


def test_a_call_comes_in() -> None:
    start = read_message(message("StasisStart", args=["inbound"], channel=CHANNEL))
    assert isinstance(start, StasisStart)
    assert start.channel.as_channel(start.args) == Channel(
        id="1700000000.7",
        name="PJSIP/trunk-00000003",
        caller_number="5550100",
        caller_name="Ana",
        dialled="5559000",
        arguments=("inbound",),
    )


def test_the_dialplan_says_which_number_was_called() -> None:
    start = read_message(message("StasisStart", args=["inbound", "5559001"], channel=CHANNEL))
    assert isinstance(start, StasisStart)
    assert start.channel.as_channel(start.args).dialled == "5559001"


def test_a_call_ends() -> None:
    asked = read_message(message("ChannelHangupRequest", cause=16, soft=True, channel=CHANNEL))
    left = read_message(message("StasisEnd", channel=CHANNEL))
    assert isinstance(asked, ChannelHangupRequest)
    assert isinstance(left, StasisEnd)
    assert (asked.cause, left.channel_id) == (16, "1700000000.7")


def test_a_dial_ends() -> None:
    gone = read_message(
        message("ChannelDestroyed", cause=17, cause_txt="User busy", tech_cause=486, channel=CHANNEL)
    )
    assert isinstance(gone, ChannelDestroyed)
    assert (gone.cause, gone.tech_cause) == (17, 486)
    progress = read_message(message("Dial", dialstatus="RINGING", dialstring="1@trunk", peer=CHANNEL))
    assert isinstance(progress, Dial)
    assert progress.channel_id == "1700000000.7"


def test_a_queue_rings_an_agent_who_takes_the_call() -> None:
    caller = {**CHANNEL, "connected": {"name": "Agent", "number": "5550199"}}
    rings = read_message(message("ChannelConnectedLine", channel=caller))
    taken = read_message(message("Dial", dialstatus="ANSWER", caller=caller, peer={**CHANNEL, "id": "agent"}))
    assert isinstance(rings, ChannelConnectedLine)
    assert rings.channel.connected == CallerID(name="Agent", number="5550199")
    assert isinstance(taken, Dial)
    assert (taken.caller and taken.caller.id, taken.peer.id) == ("1700000000.7", "agent")


def test_the_dialplan_has_a_word_to_say() -> None:
    fields = {"eventname": "agent", "userevent": {"eventname": "agent", "name": "Bea"}}
    said = read_message(message("ChannelUserevent", channel=CHANNEL, **fields))
    assert isinstance(said, ChannelUserevent)
    assert (said.eventname, said.userevent["name"], said.channel_id) == ("agent", "Bea", CHANNEL["id"])
    of_nobody = read_message(message("ChannelUserevent", **fields))
    assert isinstance(of_nobody, ChannelUserevent)
    assert of_nobody.channel_id == ""


def test_a_key_is_pressed() -> None:
    key = read_message(message("ChannelDtmfReceived", digit="5", duration_ms=120, channel=CHANNEL))
    assert isinstance(key, ChannelDtmfReceived)
    assert key.digit == "5"


def test_a_request_is_answered() -> None:
    text = message(
        "RESTResponse", request_id="7", status_code=404, message_body='{"message":"gone"}', uri="x"
    )
    assert read_message(text) == RESTResponse(
        request_id="7", status_code=404, message_body='{"message":"gone"}'
    )


def test_events_of_a_later_asterisk_are_passed_over_by_name() -> None:
    assert read_message(message("CallBroadcast", caller="5550100")) == PassedOver("CallBroadcast")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("<html>", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("9" * 5000, "no JSON"),
        ("[]", "no object"),
        ("{}", "no type"),
        ('{"type": 3}', "no type"),
        (message("StasisStart", args=[]), "StasisStart.channel: Field required"),
        (
            message("StasisEnd", channel={**CHANNEL, "id": ""}),
            "StasisEnd.channel.id: String should have at least 1",
        ),
        (message("ChannelDestroyed", channel=CHANNEL), "ChannelDestroyed.cause: Field required"),
    ],
)
def test_what_is_no_message_is_one_error(text: str | bytes, reason: str) -> None:
    with pytest.raises(TelephonyError, match=r"ari.host and ari.port") as caught:
        read_message(text)
    assert isinstance(caught.value, AriMalformedError)
    assert caught.value.reason.startswith(reason)


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
kinds = st.sampled_from(["StasisStart", "StasisEnd", "ChannelDestroyed", "Dial", "RESTResponse", "Other"])
names = st.sampled_from(["channel", "peer", "args", "cause", "tech_cause", "request_id", "status_code"])


@settings(max_examples=1000)
@given(kinds, st.dictionaries(names, values | st.just(CHANNEL), max_size=4))
def test_any_fields_give_a_message_or_the_one_error(kind: str, fields: dict[str, Any]) -> None:
    read_or_refuse(json.dumps({"type": kind, **fields}))


def read_or_refuse(text: str | bytes) -> None:
    with suppress(AriMalformedError):
        read_message(text)
