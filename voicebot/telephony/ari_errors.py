"""What can go wrong between us and Asterisk's control interface, and what to do about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from voicebot.errors import TelephonyError

_ADVICE: Final[Mapping[int, str]] = {
    400: "a parameter is wrong: does this Asterisk know it (20.18, 22.8 or 23.2 at least)?",
    401: "set ari.username and VOICEBOT_ARI__PASSWORD as in Asterisk's ari.conf",
    403: "the user in ari.conf must not be read_only, and its permit= must allow this host",
    404: "it is gone, or res_ari_channels and res_ari_bridges are not loaded",
    409: "it is not in our application: it was hung up, or went on in the dialplan",
    412: "the channel is not up yet",
    422: "the channel is not in our application yet: wait for its StasisStart",
    500: "Asterisk could not: does the endpoint or trunk exist, is it reachable (pjsip show endpoints)?",
    503: "Asterisk is starting or stopping",
}


class AriError(TelephonyError):
    """Asterisk refused a request."""

    def __init__(self, status: int, request: str, reason: str) -> None:
        advice = _ADVICE.get(status, "see Asterisk's log")
        super().__init__(f"Asterisk refused `{request}`: {status} {reason}; {advice}")
        self.status = status
        self.reason = reason


class AriUnavailableError(TelephonyError):
    """Asterisk could not be asked, or did not answer."""

    def __init__(self, why: str, *, sent: bool = True) -> None:
        super().__init__(why)
        self.sent = sent
        """Whether it may have done what it was asked all the same."""


class AriRefusedError(TelephonyError):
    """Trying again would not help: wrong credentials, or another process took our application."""


class AriReplacedError(AriRefusedError):
    """Another process registered our application; to take it back would only begin a quarrel."""

    exit_status = 78
