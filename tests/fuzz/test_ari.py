from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tests.fuzz.mutate import MANY, json_inputs
from voicebot.telephony.ari_errors import AriError
from voicebot.telephony.ari_events import (
    ApplicationReplaced,
    AriMalformedError,
    AriMessage,
    ChannelDtmfReceived,
    ChannelUserevent,
    PassedOver,
    RESTResponse,
    StasisStart,
    read_message,
)
from voicebot.telephony.ari_reconciliation import reconcile
from voicebot.telephony.ari_wire import all_channels, answer_of, heard_channels, uri_of

CHANNEL = {
    "id": "1700000000.7",
    "name": "PJSIP/trunk-00000003",
    "state": "Ring",
    "caller": {"name": "Añá", "number": "5550100"},
    "connected": {"name": "", "number": ""},
    "dialplan": {
        "context": "voicebot",
        "exten": "5559000",
        "priority": 2,
        "app_name": "Stasis",
        "app_data": "voicebot,inbound,5559001",
    },
    "creationtime": "2026-11-22T10:00:00.000+0000",
}
APPLICATION = {"name": "voicebot", "channel_ids": ["1700000000.7", "voicebot-1"], "bridge_ids": []}
REFUSAL = {"message": "Channel not found"}
MESSAGES: tuple[dict[str, Any], ...] = (
    {"type": "StasisStart", "args": ["inbound", "5559001"], "channel": CHANNEL, "application": "voicebot"},
    {"type": "StasisEnd", "channel": CHANNEL},
    {"type": "ChannelDtmfReceived", "digit": "5", "duration_ms": 120, "channel": CHANNEL},
    {"type": "ChannelHangupRequest", "cause": 16, "soft": True, "channel": CHANNEL},
    {"type": "ChannelDestroyed", "cause": 17, "cause_txt": "Busy", "tech_cause": 486, "channel": CHANNEL},
    {"type": "ChannelStateChange", "channel": CHANNEL},
    {"type": "ChannelConnectedLine", "channel": CHANNEL},
    {"type": "ChannelUserevent", "eventname": "away", "userevent": {"queue": "people"}, "channel": CHANNEL},
    {"type": "Dial", "dialstatus": "RINGING", "peer": CHANNEL, "caller": CHANNEL},
    {"type": "ApplicationReplaced", "application": "voicebot"},
    {
        "type": "RESTResponse",
        "request_id": "7",
        "status_code": 200,
        "reason_phrase": "OK",
        "message_body": json.dumps(APPLICATION),
    },
    {"type": "CallBroadcast", "caller": "5550100"},
)


def test_any_message_is_one_of_ours_or_the_one_error() -> None:
    read = 0
    for text in json_inputs(1, MESSAGES):
        try:
            message = read_message(text)
        except AriMalformedError:
            continue
        assert_usable(message)
        read += 1
    assert MANY * 0.2 < read < MANY * 0.8


def test_any_answer_is_json_or_a_refusal_or_the_one_error() -> None:
    answered = refused = 0
    for response in responses(2, APPLICATION, REFUSAL):
        try:
            value = answer_of(response, "GET channels")
        except AriMalformedError:
            continue
        except AriError:
            refused += 1
            continue
        assert response.status_code < 400
        assert value is None or response.message_body
        answered += 1
    assert min(answered, refused) > MANY * 0.2


def test_after_any_answers_a_reconnect_finds_channels_that_can_be_hung_up_on() -> None:
    heard = {"1700000000.7", "", "ñ", "\ud800"}
    found = 0
    for applications, channels in zip(
        responses(3, APPLICATION, REFUSAL), responses(4, [CHANNEL, {**CHANNEL, "id": "bot-1"}]), strict=True
    ):
        with suppress(AriMalformedError, AriError):
            heard = heard_channels(applications)
        with suppress(AriMalformedError, AriError):
            for orphan in reconcile("voicebot", (), heard, all_channels(channels), ()).orphans:
                assert_can_be_asked_for(orphan.channel_id)
                found += 1
    assert found > MANY * 0.05


def responses(seed: int, *samples: Any) -> Iterator[RESTResponse]:
    """Any body, under a status that Asterisk gives now and then."""
    for number, body in enumerate(json_inputs(seed, samples)):
        status = (200, 204, 200, 404, 500)[number % 5]
        yield RESTResponse(request_id="7", status_code=status, message_body=body.decode(errors="replace"))


def assert_usable(message: AriMessage) -> None:
    """Whoever takes it needs no second look."""
    match message:
        case RESTResponse(request_id=number, status_code=status):
            assert (type(number), type(status)) == (str, int)
        case PassedOver(type=kind):
            assert kind not in {known["type"] for known in MESSAGES[:-1]}
        case ApplicationReplaced(application=name):
            assert type(name) is str
        case ChannelUserevent(channel=None):
            assert message.channel_id == ""
        case _:
            assert_can_be_asked_for(message.channel_id)
            if isinstance(message, StasisStart):
                channel = message.channel.as_channel(message.args)
                assert all(type(argument) is str for argument in channel.arguments)
                assert (
                    type(channel.dialled) is type(channel.caller_number) is type(channel.caller_name) is str
                )
            elif isinstance(message, ChannelDtmfReceived):
                assert message.digit in frozenset("0123456789*#ABCD")


def assert_can_be_asked_for(channel_id: str) -> None:
    """It fits into the path of a request: ``uri_of`` takes no half of a surrogate pair."""
    assert channel_id
    assert uri_of(("channels", channel_id)).isascii()
