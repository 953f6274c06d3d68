"""One leg of a call as the telephone network knows it, and why a leg ended. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from voicebot.disposition import Disposition
from voicebot.errors import TelephonyError
from voicebot.media.frame import Band

DIALLED: Final = "out"
"""First of the ``Stasis()`` arguments of a call that we placed."""


class HangupCause(IntEnum):
    """Why a leg was cleared, in the numbers of ITU-T Q.850 as Asterisk reports them."""

    UNKNOWN = 0
    """Asterisk could not tell: a local extension that does not exist, for one."""
    UNALLOCATED_NUMBER = 1
    NO_ROUTE_TO_TRANSIT_NETWORK = 2
    NO_ROUTE_TO_DESTINATION = 3
    MISDIALLED_TRUNK_PREFIX = 5
    CHANNEL_UNACCEPTABLE = 6
    NORMAL_CLEARING = 16
    USER_BUSY = 17
    NO_USER_RESPONDING = 18
    NO_ANSWER = 19
    SUBSCRIBER_ABSENT = 20
    CALL_REJECTED = 21
    NUMBER_CHANGED = 22
    REDIRECTED = 23
    ANSWERED_ELSEWHERE = 26
    DESTINATION_OUT_OF_ORDER = 27
    INVALID_NUMBER_FORMAT = 28
    FACILITY_REJECTED = 29
    NORMAL_UNSPECIFIED = 31
    NO_CIRCUIT = 34
    NETWORK_OUT_OF_ORDER = 38
    TEMPORARY_FAILURE = 41
    SWITCH_CONGESTION = 42
    ACCESS_INFO_DISCARDED = 43
    REQUESTED_CHANNEL_UNAVAILABLE = 44
    FACILITY_NOT_SUBSCRIBED = 50
    OUTGOING_CALLS_BARRED = 52
    INCOMING_CALLS_BARRED = 54
    BEARER_NOT_AUTHORIZED = 57
    BEARER_UNAVAILABLE = 58
    BEARER_NOT_IMPLEMENTED = 65
    FACILITY_NOT_IMPLEMENTED = 69
    INCOMPATIBLE_DESTINATION = 88
    RECOVERY_ON_TIMER_EXPIRY = 102
    PROTOCOL_ERROR = 111
    INTERWORKING = 127


_DISPOSITIONS: Final[Mapping[int, Disposition]] = {
    HangupCause.UNALLOCATED_NUMBER: Disposition.SIT_INVALID,
    HangupCause.NO_ROUTE_TO_TRANSIT_NETWORK: Disposition.UNREACHABLE,
    HangupCause.NO_ROUTE_TO_DESTINATION: Disposition.UNREACHABLE,
    HangupCause.MISDIALLED_TRUNK_PREFIX: Disposition.SIT_INVALID,
    HangupCause.NORMAL_CLEARING: Disposition.NO_ANSWER,
    HangupCause.USER_BUSY: Disposition.BUSY,
    HangupCause.NO_USER_RESPONDING: Disposition.NO_ANSWER,
    HangupCause.NO_ANSWER: Disposition.NO_ANSWER,
    HangupCause.SUBSCRIBER_ABSENT: Disposition.UNREACHABLE,
    HangupCause.CALL_REJECTED: Disposition.REJECTED,
    HangupCause.NUMBER_CHANGED: Disposition.SIT_INVALID,
    HangupCause.ANSWERED_ELSEWHERE: Disposition.NO_ANSWER,
    HangupCause.DESTINATION_OUT_OF_ORDER: Disposition.UNREACHABLE,
    HangupCause.INVALID_NUMBER_FORMAT: Disposition.SIT_INVALID,
    HangupCause.NO_CIRCUIT: Disposition.SIT_NO_CIRCUIT,
    HangupCause.SWITCH_CONGESTION: Disposition.SIT_REORDER,
    HangupCause.REQUESTED_CHANNEL_UNAVAILABLE: Disposition.SIT_NO_CIRCUIT,
    HangupCause.INCOMING_CALLS_BARRED: Disposition.REJECTED,
}
"""How a dial ended that nobody answered; every other cause is the carrier's error."""

_OUR_OWN_FAULT: Final = (401, 407)
"""SIP statuses by which a carrier refuses us and not the call; Asterisk reports them as CALL_REJECTED."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One leg: what is known of it when it comes to us."""

    id: str
    """Asterisk's unique id."""
    name: str = ""
    """``PJSIP/trunk-00000001``: technology, endpoint, number."""
    caller_number: str = ""
    caller_name: str = ""
    dialled: str = ""
    """The extension or DID that was called: the dialplan gives it as ``Stasis(app,inbound,DID)``."""
    arguments: tuple[str, ...] = ()
    """What the dialplan, or the originate request, gave ``Stasis()``."""
    answered: bool = False

    @property
    def endpoint(self) -> str:
        """The telephone or trunk that it is a leg of: ``trunk`` in ``PJSIP/trunk-00000001``."""
        return self.name.partition("/")[2].rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class OriginateRequest:
    """A call to be placed."""

    endpoint: str
    """``PJSIP/number@trunk``."""
    trunk: str
    """Whose limits count."""
    channel_id: str
    """Our own name for the leg, used once ever: what makes a second dial of the same attempt impossible."""
    caller_id: str = ""
    """``name <number>`` shown to the called person. Without one Asterisk calls as "Anonymous", which many
    people and carriers refuse, unless the trunk's ``callerid`` or ``from_user`` says otherwise."""
    ring_seconds: float = 25.0
    """Seconds until an unanswered call is given up."""
    arguments: tuple[str, ...] = (DIALLED,)
    """Given to ``Stasis()``."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Channel variables."""
    early_media: bool = False
    """Hear what the far end plays before anybody answers: ringing, announcements, the tones of a number
    that is not in service."""
    called: str = ""
    """Whose telephone it is, in E.164, where the endpoint writes it in the carrier's own way."""
    line_seconds: float | None = None
    """Seconds for a line of the trunk to become free, after which nobody is dialled any more; ``None`` waits
    for as long as it takes."""

    @property
    def number(self) -> str:
        """Who is dialled: ``called``, or ``+15551234567`` of ``PJSIP/+15551234567@trunk``, and of
        ``PJSIP/trunk/sip:+15551234567@host``."""
        return self.called or self.endpoint.partition("@")[0].rpartition("/")[2].rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class DialOutcome:
    """Why a dial reached nobody."""

    disposition: Disposition
    cause: int
    """Q.850, see ``HangupCause``; 0 when there was none."""
    sip_status: int | None = None
    """The far end's SIP answer, where there was one."""
    rang_out: bool = False
    """Our own ring clock ended it."""


class NotHandedOffError(TelephonyError):
    """A caller could not be sent to people, and is still with us."""


class NotConnectedError(TelephonyError):
    """Nobody answered a dial: a result more than a fault, with everything that is known of it."""

    def __init__(self, outcome: DialOutcome, why: str) -> None:
        super().__init__(why)
        self.outcome = outcome


def dial_outcome(cause: int, sip_status: int | None = None) -> DialOutcome:
    """What an unanswered dial was that did not end by our own ring clock."""
    if sip_status in _OUR_OWN_FAULT:
        return DialOutcome(Disposition.CARRIER_ERROR, cause, sip_status)
    return DialOutcome(_DISPOSITIONS.get(cause, Disposition.CARRIER_ERROR), cause, sip_status)


def rang_out(*, alerted: bool) -> DialOutcome:
    """What a dial was that our own ring clock ended, whatever Asterisk says of it: its time-out looks exactly
    like a far end that says SIP 480, and a call that we cancel like one that was cleared normally.

    Where nothing rang, nobody can have failed to answer: the trunk does not reply.
    """
    if alerted:
        return DialOutcome(Disposition.NO_ANSWER, HangupCause.NO_ANSWER, rang_out=True)
    return DialOutcome(Disposition.CARRIER_ERROR, HangupCause.NO_USER_RESPONDING, rang_out=True)


_WIDE_FORMATS: Final = ("g722", "opus", "slin16", "slin24", "slin32", "slin48", "silk16", "siren", "speex16")


def band_of(native_format: str) -> Band:
    """The band of a line from the format it speaks, such as ``(ulaw)`` or ``(g722|ulaw)``."""
    spoken = native_format.strip("()").lower()
    return Band.WIDE if spoken.startswith(_WIDE_FORMATS) else Band.NARROW
