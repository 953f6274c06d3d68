from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.errors import MediaError
from voicebot.media.chan_websocket import (
    CONTINUE,
    FLUSH,
    HANG_UP,
    MOST_COMMAND_BYTES,
    PAUSE,
    REPORT_QUEUE_DRAINED,
    ChanWebSocketError,
    DtmfEnd,
    MarkProcessed,
    MediaStart,
    PassedOver,
    PeerError,
    QueueDrained,
    Xoff,
    Xon,
    check_start,
    mark,
    read_event,
    transport_data,
)
from voicebot.media.frame import Band

START = {
    "event": "MEDIA_START",
    "connection_id": "voicebot-media",
    "channel": "WebSocket/voicebot-media/0x7f",
    "channel_id": "1700000000.8",
    "format": "slin16",
    "optimal_frame_size": 640,
    "ptime": 20,
    "channel_variables": {"MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE": "640"},
}


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        (START, MediaStart(channel_id="1700000000.8", format="slin16", optimal_frame_size=640, ptime=20)),
        ({"event": "MEDIA_MARK_PROCESSED", "correlation_id": "7"}, MarkProcessed(correlation_id="7")),
        ({"event": "DTMF_END", "channel_id": "c", "digit": "#"}, DtmfEnd(digit="#")),
        ({"event": "MEDIA_XOFF"}, Xoff()),
        ({"event": "MEDIA_XON"}, Xon()),
        ({"event": "QUEUE_DRAINED"}, QueueDrained()),
        ({"event": "ERROR", "error_text": "no"}, PeerError(error_text="no")),
        ({"event": "STATUS", "queue_length": 3}, PassedOver("STATUS")),
    ],
)
def test_what_asterisk_says(fields: dict[str, Any], event: object) -> None:
    assert read_event(json.dumps(fields)) == event


@pytest.mark.parametrize("command", [HANG_UP, FLUSH, PAUSE, CONTINUE, REPORT_QUEUE_DRAINED, mark("9" * 12)])
def test_commands_are_short_enough_to_be_read(command: str) -> None:
    assert len(command) <= MOST_COMMAND_BYTES
    assert json.loads(command)["command"].isupper()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("MEDIA_START connection_id:x format:slin16", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("3", "no object"),
        ("{}", "no event"),
        ('{"event": "MEDIA_START"}', "MEDIA_START.format: Field required"),
        ('{"event": "DTMF_END", "digit": "f"}', "DTMF_END.digit: String should match pattern"),
    ],
)
def test_what_is_no_event_is_one_error(text: str, reason: str) -> None:
    with pytest.raises(MediaError, match=r"f\(json\)") as caught:
        read_event(text)
    assert isinstance(caught.value, ChanWebSocketError)
    assert caught.value.reason.startswith(reason)


def test_sound_of_another_format_is_not_taken_for_ours() -> None:
    start = MediaStart.model_validate(START)
    check_start(start, Band.WIDE)
    with pytest.raises(ChanWebSocketError, match="slin16 in frames of 640 bytes was not asked for"):
        check_start(start, Band.NARROW)


def test_the_dialled_uri_names_the_call() -> None:
    assert transport_data({"call": "a,b)/1.2", "token": "00ff"}) == "f(json)v(call=a%2Cb%29%2F1.2,token=00ff)"


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.none())


@settings(max_examples=1000)
@given(
    st.sampled_from(["MEDIA_START", "DTMF_END", "MEDIA_MARK_PROCESSED", "ERROR", "NEW"]),
    st.dictionaries(st.sampled_from(["format", "optimal_frame_size", "digit", "correlation_id"]), values),
)
def test_any_fields_give_an_event_or_the_one_error(name: str, fields: dict[str, Any]) -> None:
    read_or_refuse(json.dumps({"event": name, **fields}))


def read_or_refuse(text: str) -> None:
    with suppress(ChanWebSocketError):
        read_event(text)
