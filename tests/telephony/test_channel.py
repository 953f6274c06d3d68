from __future__ import annotations

import pytest

from voicebot.disposition import Disposition
from voicebot.media.frame import Band
from voicebot.telephony.channel import (
    Channel,
    DialOutcome,
    HangupCause,
    OriginateRequest,
    band_of,
    dial_outcome,
    rang_out,
)


@pytest.mark.parametrize(
    ("cause", "sip_status", "disposition"),
    [
        (17, 486, Disposition.BUSY),
        (18, 408, Disposition.NO_ANSWER),
        (19, 480, Disposition.NO_ANSWER),
        (16, None, Disposition.NO_ANSWER),  # cleared before it was answered
        (26, None, Disposition.NO_ANSWER),  # somebody else picked up
        (1, 404, Disposition.SIT_INVALID),
        (28, 484, Disposition.SIT_INVALID),
        (22, 410, Disposition.SIT_INVALID),  # number changed
        (5, None, Disposition.SIT_INVALID),
        (21, 403, Disposition.REJECTED),
        (21, 603, Disposition.REJECTED),
        (21, 401, Disposition.CARRIER_ERROR),  # the carrier rejects us, not the call
        (21, 407, Disposition.CARRIER_ERROR),
        (54, None, Disposition.REJECTED),  # takes no calls
        (17, 600, Disposition.BUSY),
        (1, 604, Disposition.SIT_INVALID),
        (34, 503, Disposition.SIT_NO_CIRCUIT),
        (44, None, Disposition.SIT_NO_CIRCUIT),
        (42, None, Disposition.SIT_REORDER),
        (20, None, Disposition.UNREACHABLE),  # mobile switched off
        (27, 502, Disposition.UNREACHABLE),
        (3, None, Disposition.UNREACHABLE),
        (2, None, Disposition.UNREACHABLE),
        (38, 500, Disposition.CARRIER_ERROR),
        (58, 488, Disposition.CARRIER_ERROR),
        (102, 504, Disposition.CARRIER_ERROR),
        (23, 302, Disposition.CARRIER_ERROR),  # moved: we follow no redirections
        (41, None, Disposition.CARRIER_ERROR),
        (127, None, Disposition.CARRIER_ERROR),
        (0, None, Disposition.CARRIER_ERROR),  # an extension of our own that does not exist
        (9999, None, Disposition.CARRIER_ERROR),
    ],
)
def test_how_an_unanswered_dial_ended(cause: int, sip_status: int | None, disposition: Disposition) -> None:
    assert dial_outcome(cause, sip_status) == DialOutcome(disposition, cause, sip_status)


def test_our_own_ring_clock_is_told_apart_from_a_real_480() -> None:
    assert rang_out(alerted=True) == DialOutcome(
        Disposition.NO_ANSWER, HangupCause.NO_ANSWER, None, rang_out=True
    )
    assert not dial_outcome(19, 480).rang_out


def test_where_nothing_rang_nobody_failed_to_answer() -> None:
    assert rang_out(alerted=False) == DialOutcome(
        Disposition.CARRIER_ERROR, HangupCause.NO_USER_RESPONDING, None, rang_out=True
    )


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [("PJSIP/carrier-00000001", "carrier"), ("PJSIP/carrier-one-0000000a", "carrier-one"), ("", "")],
)
def test_a_leg_is_known_by_its_endpoint(name: str, endpoint: str) -> None:
    assert Channel("1", name).endpoint == endpoint


@pytest.mark.parametrize(
    ("native_format", "band"),
    [
        ("(ulaw)", Band.NARROW),
        ("alaw", Band.NARROW),
        ("(gsm)", Band.NARROW),
        ("", Band.NARROW),
        ("(g722)", Band.WIDE),
        ("(g722|ulaw)", Band.WIDE),
        ("opus", Band.WIDE),
        ("(slin16)", Band.WIDE),
        ("(slin)", Band.NARROW),
    ],
)
def test_a_line_is_as_wide_as_what_it_speaks(native_format: str, band: Band) -> None:
    assert band_of(native_format) is band


@pytest.mark.parametrize(
    ("endpoint", "number"),
    [
        ("PJSIP/+15551234567@carrier", "+15551234567"),
        ("PJSIP/carrier/sip:+15551234567@192.0.2.1:5060", "+15551234567"),
        ("PJSIP/softphone", "softphone"),
        ("Local/5551234567@from-phones/n", "5551234567"),
    ],
)
def test_the_number_that_is_dialled_is_told_by_the_endpoint(endpoint: str, number: str) -> None:
    assert OriginateRequest(endpoint, "carrier", "out-1").number == number
