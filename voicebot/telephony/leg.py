"""What became of one channel, as far as its events told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from voicebot.telephony.ari_events import (
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelLost,
    LegEvent,
    StasisEnd,
    StasisStart,
)


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A channel is no longer ours."""

    cause: int = 0
    """Q.850; 0 when nobody said."""
    sip_status: int | None = None


class Leg:
    """Remembers whether a channel has come to our application, and how it left."""

    def __init__(self, channel_id: str) -> None:
        self.channel_id = channel_id
        self.handed_off = False
        """It is on its way to people: no longer ours, though it has not left yet."""
        loop = asyncio.get_running_loop()
        self.started: asyncio.Future[StasisStart] = loop.create_future()
        self.ended: asyncio.Future[LegEnded] = loop.create_future()
        self.on_key: Callable[[str], None] | None = None
        """Hears keys, where the sound does not bring them."""
        self._cause = 0
        self._at_end: list[Callable[[], None]] = []

    @property
    def over(self) -> bool:
        """Nothing more can be asked of it."""
        return self.handed_off or self.ended.done()

    def at_end(self, do: Callable[[], None]) -> None:
        """Have something done at the moment it ends: now, if it has ended."""
        if self.ended.done():
            do()
        else:
            self._at_end.append(do)

    def take(self, event: LegEvent) -> None:
        """Follow the channel's events."""
        match event:
            case StasisStart() if not self.started.done():
                self.started.set_result(event)
            case ChannelDtmfReceived(digit=key) if self.on_key:
                self.on_key(key)
            case ChannelHangupRequest(cause=cause) if cause:
                self._cause = cause
            case StasisEnd() | ChannelLost():
                self._end(LegEnded(self._cause))
            case ChannelDestroyed(cause=cause, tech_cause=sip_status):
                self._end(LegEnded(cause, sip_status))

    def give_up(self) -> None:
        """We have ended it ourselves, and do not wait to be told so."""
        self._end(LegEnded(self._cause))

    async def settled(self) -> None:
        """Wait until the channel has come to our application or will not come."""
        await asyncio.wait((self.started, self.ended), return_when=asyncio.FIRST_COMPLETED)

    def _end(self, end: LegEnded) -> None:
        if not self.ended.done():
            self.ended.set_result(end)
            for do in self._at_end:
                do()
