"""What the rest of voicebot asks of the telephone network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from enum import Enum, auto
from typing import Protocol

from voicebot.media.frame import AudioFrame
from voicebot.media.transport import MediaTransport
from voicebot.telephony.channel import Channel, HangupCause, OriginateRequest


class HandOffStep(Enum):
    """What becomes of a caller on the way to a human."""

    ANSWERED = auto()
    """A human has taken the call."""
    NOBODY = auto()
    """Nobody took the call: the caller is back with us."""
    AGENT_LEFT = auto()
    """The human has hung up: the caller is back with us."""
    OUT_OF_SIGHT = auto()
    """We no longer follow it; the dialplan takes care of the caller."""


def unheard(frame: AudioFrame) -> None:
    """Nobody listens before the answer."""


async def nothing_to_say() -> None:
    """Nobody has a last word before a dial."""


class CallControl(Protocol):
    """Answers, places, connects, hands off and ends calls. Every method raises ``TelephonyError``."""

    async def answer(self, channel: Channel) -> None:
        """Pick up."""

    async def originate(self, request: OriginateRequest) -> Channel:
        """Dial, and wait until somebody answers; waits first for a free line of the trunk.

        Raises:
            NotConnectedError: nobody answered; its outcome says why.
            AriUnavailableError: Asterisk could not be asked.
        """

    def open_call(
        self,
        request: OriginateRequest,
        hear: Callable[[AudioFrame], None] = unheard,
        last_word: Callable[[], Awaitable[None]] = nothing_to_say,
    ) -> AbstractAsyncContextManager[MediaTransport]:
        """Dial as ``originate`` does; the context opens with the answer, and hangs up when it is left.

        ``last_word`` is awaited when a line is free, right before anything is dialled, and may forbid that by
        raising: what was known before the wait for the line may be true no more.

        With ``early_media`` the sound is there before anybody answers: ``hear`` is given each frame until
        then, for a recording or a detector of tones, and may end the dial by raising. The same transport
        carries on after the answer, without a gap, its clock starting at 0.

        Raises:
            NotConnectedError: nobody answered; its outcome says why.
            AriUnavailableError: Asterisk could not be asked.
        """

    def open_media(self, channel: Channel) -> AbstractAsyncContextManager[MediaTransport]:
        """The caller's sound and ours while the context is open. ``incoming`` ends when the caller hangs
        up; ``hang_up`` of the transport ends the caller's leg, unless it was handed off."""

    def hand_off(self, channel: Channel, queue: str, facts: Mapping[str, str]) -> AsyncIterator[HandOffStep]:
        """Send the caller to a human queue of the dialplan, with facts for the agent's phone, and follow
        what comes of it. The transport stays open, silent meanwhile, and carries on with whoever comes back.
        It is over when the caller is back, hangs up, or is out of sight.

        Raises:
            NotHandedOffError: the caller could not be sent, and is still with us.
        """

    async def hang_up(self, channel: Channel, cause: HangupCause = HangupCause.NORMAL_CLEARING) -> None:
        """End the caller's leg; a leg that is gone already, or handed off, is left alone."""
