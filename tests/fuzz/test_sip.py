from __future__ import annotations

import re
from ipaddress import IPv4Address

from tests.acceptance.sip_message import SipError, digest, parse, parse_sdp, sdp
from tests.fuzz.mutate import MANY, inputs

OFFER = sdp("127.0.0.1", 4000)
INVITE = (
    "INVITE sip:ana@127.0.0.1:5070 SIP/2.0\r\n"
    "v: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKabc\r\n"
    'From: "Bot" <sip:bot@127.0.0.1>;tag=one\r\n'
    "To: <sip:ana@127.0.0.1>\r\n"
    "i: call-1\r\n"
    "CSeq: 7 INVITE\r\n"
    "X-Note: first\r\n"
    " second\r\n"
    "Contact: <sip:bot@127.0.0.1:5060;transport=udp>\r\n"
    f"Content-Length: {len(OFFER)}\r\n"
    "\r\n"
).encode()
BUSY = INVITE.replace(b"INVITE sip:ana@127.0.0.1:5070 SIP/2.0", b"SIP/2.0 486 Busy Here")
CHALLENGES = (
    b'Digest realm="asterisk",nonce="1700000000/abc",opaque="5ccc",algorithm=MD5,qop="auth"',
    b'Digest realm="asterisk", nonce="abc", algorithm=SHA-256, qop="auth,auth-int"',
    b'Digest nonce="abc"',
)


def test_any_datagram_is_a_message_that_can_be_used_and_sent_on_or_the_one_error() -> None:
    read = 0
    for datagram in inputs(11, (INVITE + OFFER.encode(), BUSY)):
        try:
            message = parse(datagram)
        except SipError:
            continue
        assert message.status == 0 or 100 <= message.status < 700
        assert re.fullmatch("[A-Z]+", message.method)
        assert not re.search(r"\s", message.branch + message.contact + message.tag("From"))
        again = parse(message.encode())
        assert (again.start, again.headers[:-1], again.body) == (
            message.start,
            message.headers,
            message.body,
        )
        read += 1
    assert MANY * 0.2 < read < MANY * 0.8


def test_any_offer_is_a_place_that_sound_and_keys_can_be_sent_to_or_the_one_error() -> None:
    read = 0
    for body in inputs(12, (OFFER.encode(), sdp("192.0.2.1", 65535, 96).encode())):
        try:
            media = parse_sdp(body.decode(errors="replace"))
        except SipError:
            continue
        assert str(IPv4Address(media.host)) == media.host
        assert 0 < media.port < 65536
        assert 0 <= media.event_type < 128
        read += 1
    assert MANY * 0.2 < read < MANY * 0.8


def test_any_challenge_is_answered_or_the_one_error() -> None:
    answered = 0
    for challenge in inputs(13, CHALLENGES):
        try:
            answer = digest(challenge.decode(errors="replace"), "INVITE", "sip:a@b", "me", "secret", "c")
        except SipError:
            continue
        assert re.match('Digest username="me", ', answer)
        assert re.search('response="([0-9a-f]{32}|[0-9a-f]{64})"', answer)
        answered += 1
    assert MANY * 0.2 < answered < MANY * 0.8
