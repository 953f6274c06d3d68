from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.acceptance.sip_message import SipError, digest, parse, parse_sdp, sdp

INVITE = (
    b"INVITE sip:ana@127.0.0.1:5070 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKabc\r\n"
    b'From: "Bot" <sip:bot@127.0.0.1>;tag=one\r\n'
    b"To: <sip:ana@127.0.0.1>\r\n"
    b"i: call-1\r\n"
    b"CSeq: 7 INVITE\r\n"
    b"X-Note: first\r\n"
    b" second\r\n"
    b"Contact: <sip:bot@127.0.0.1:5060;transport=udp>\r\n"
    b"\r\n"
)


def test_a_request_is_read_with_short_and_folded_headers() -> None:
    invite = parse(INVITE)

    assert (invite.method, invite.status, invite.branch) == ("INVITE", 0, "z9hG4bKabc")
    assert invite.header("Call-ID") == "call-1"
    assert invite.header("x-note") == "first second"
    assert (invite.contact, invite.tag("From"), invite.tag("To")) == ("sip:bot@127.0.0.1:5060", "one", "")


def test_what_is_written_can_be_read() -> None:
    invite = parse(INVITE).added("X-More", "yes")
    assert parse(invite.encode()).headers[:-1] == invite.headers


def test_a_response_names_the_method_it_answers() -> None:
    answer = parse(INVITE.replace(b"INVITE sip:ana@127.0.0.1:5070 SIP/2.0", b"SIP/2.0 486 Busy Here"))
    assert (answer.status, answer.method) == (486, "INVITE")


def test_the_digest_is_that_of_rfc_7616() -> None:
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    proof = digest(challenge, "GET", "/dir/index.html", "Mufasa", "Circle of Life", cnonce)
    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in proof


def test_our_own_offer_can_be_answered() -> None:
    media = parse_sdp(sdp("127.0.0.1", 4000, 96))
    assert (media.host, media.port, media.event_type) == ("127.0.0.1", 4000, 96)


@pytest.mark.parametrize(
    "offer",
    [
        "",
        "c=IN IP4 1.1.1.1\r\n",
        sdp("127.0.0.1", 0),
        sdp("127.0.0.1", 99999),
        sdp("127.0.0.1.1", 4000),
        sdp("127.0.0.1", 4000, 128),
    ],
)
def test_an_offer_that_cannot_be_heard_is_refused(offer: str) -> None:
    with pytest.raises(SipError):
        parse_sdp(offer)


def read_everything(datagram: bytes) -> None:
    """Whatever comes over the network is read, or refused with the one error."""
    with suppress(SipError):
        message = parse(datagram)
        _ = message.method, message.branch, message.contact, message.tag("To"), message.encode()
        parse_sdp(message.body)


@settings(max_examples=2000, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(datagram: bytes) -> None:
    read_everything(datagram)
    read_everything(INVITE + datagram)


@settings(max_examples=2000, deadline=None)
@given(st.text(max_size=200))
def test_any_challenge_is_answered_or_refused(challenge: str) -> None:
    for asked in (challenge, "Digest " + challenge, f'Digest nonce="{challenge}"'):
        with suppress(SipError):
            digest(asked, "INVITE", "sip:a@b", "me", "secret", "c")
