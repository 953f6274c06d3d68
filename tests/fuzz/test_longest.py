"""The worst that fits into one message: a reader that goes over it again and again would never end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.acceptance.sip_message import SipError, digest, parse, parse_sdp
from voicebot.errors import VoicebotError
from voicebot.media.audiosocket_protocol import MessageReader
from voicebot.media.chan_websocket import read_event
from voicebot.media.rtp import Codec, RtpReceiver
from voicebot.telephony.ari_events import read_message

MOST_BYTES = 65_000
UNITS = (
    *("a", "0", " ", "\t", "=", ",", '"', "\\", "[", "{", "\r", "\n", "\r\n", "\r\n ", "a=", 'a="', "a,a"),
    *("[1,", '{"":', '{"a":[', "\\u0000", "\0", "\x80", "9", ";tag=", ";branch=", "sip:", "X: y\r\n"),
    *("c=IN IP4 ", "c=IN IP4 1.1.1.1 \r\n", "m=audio 1 RTP/AVP 0", " 0", " 100", "a=rtpmap:1"),
)
STARTS = (
    *("", "Digest ", 'Digest nonce="', "INVITE ", "SIP/2.0 200 ", "INVITE sip:a SIP/2.0\r\nVia: ", "{", '["'),
    *(
        "INVITE sip:a SIP/2.0\r\nVia: v\r\nFrom: f\r\nTo: t\r\nCall-ID: i\r\nCSeq: 1 INVITE\r\n\r\n",
        '{"type":"',
    ),
    *("c=IN IP4 1.1.1.1", "m=audio 1 RTP/AVP", '{"event":"DTMF_END","digit":"', "\x80\0" + "\0" * 10),
)


def read_sip(datagram: bytes) -> None:
    message = parse(datagram)
    _ = message.branch, message.contact, message.tag("To")


def read_offer(body: bytes) -> None:
    parse_sdp(body.decode(errors="replace"))


def read_challenge(challenge: bytes) -> None:
    digest(challenge.decode(errors="replace"), "INVITE", "sip:a@b", "me", "secret", "c")


@pytest.mark.parametrize(
    "read",
    [
        read_message,
        lambda data: read_event(data.decode(errors="replace")),
        lambda data: list(MessageReader().feed(data)),
        RtpReceiver(Codec.ULAW).receive,
        read_sip,
        read_offer,
        read_challenge,
    ],
)
def test_the_longest_message_is_gone_over_once(read: Callable[[bytes], object]) -> None:
    for start in STARTS:
        for unit in UNITS:
            data = (start + unit * (MOST_BYTES // len(unit))).encode("latin-1")[:MOST_BYTES]
            with suppress(VoicebotError, SipError):
                read(data)
