"""What became of one channel, as far as its events told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from voicebot.telephony.ari_events import (
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelLost,
    ChannelStateChange,
    Dial,
    LegEvent,
    StasisEnd,
    StasisStart,
)
from voicebot.telephony.ari_watches import Watch
from voicebot.telephony.control import HandOffStep


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A channel is no longer ours."""

    cause: int = 0
    """Q.850; 0 when nobody said."""
    sip_status: int | None = None


class Leg:
    """Remembers whether a channel has come to our application, where it went from there, and how it ended."""

    def __init__(self, channel_id: str) -> None:
        self.channel_id = channel_id
        self.watch: Watch
        """By which its events come."""
        loop = asyncio.get_running_loop()
        self.started: asyncio.Future[StasisStart] = loop.create_future()
        self.answered: asyncio.Future[None] = loop.create_future()
        """Somebody whom we dialled has picked up."""
        self.ended: asyncio.Future[LegEnded] = loop.create_future()
        self.dialled = False
        """We dialled it: it uses a line until its channel is gone, wherever that went before."""
        self.ringing = False
        """We dial it, and nobody has answered yet."""
        self.alerted = False
        """The far end was reached: it rings, or plays something."""
        self._early_keys: list[str] = []
        """Pressed before anybody heard keys: people who know the menu do not wait for it."""
        self._on_key: Callable[[str], None] | None = self._early_keys.append
        self.dismissed = False
        """We have hung it up, or are about to."""
        self.sound_wanted = False
        """Somebody talks with the caller."""
        self.sound_lost = False
        """The sound ended while it was wanted."""
        self._end_told = LegEnded()
        self._at_end: list[Callable[[], None]] = []
        self._people: _WithPeople | None = None
        self._steps: asyncio.Queue[HandOffStep | None] = asyncio.Queue()
        """Of its last way to people, also when it is back: a queue that takes nobody sends it back before we
        are told that it has gone there."""

    @property
    def with_people(self) -> bool:
        """It is on its way to people, or with them: nothing can be asked of it until it is back."""
        return self._people is not None

    @property
    def over(self) -> bool:
        """Nothing more can be asked of it."""
        return self.with_people or self.ended.done()

    def at_end(self, do: Callable[[], None]) -> None:
        """Have something done at the moment it ends: now, if it has ended."""
        if self.ended.done():
            do()
        else:
            self._at_end.append(do)

    def take(self, event: LegEvent) -> None:
        """Follow the channel's events."""
        match event:
            case ChannelHangupRequest(cause=cause, tech_cause=sip_status) if cause:
                self._end_told = LegEnded(cause, sip_status)
            case ChannelDestroyed(cause=cause, tech_cause=sip_status):
                self._end(LegEnded(cause, sip_status))
            case ChannelLost():
                self.give_up()
            case _ if self._people is not None:
                self._people.take(event)
                if self._people.returned:
                    self._back()
            case StasisStart():
                self._start(event)
            case ChannelStateChange(channel=channel) if channel.state == "Up":
                self._answer()
            case Dial(dialstatus="RINGING" | "PROGRESS"):
                self.alerted = True
            case StasisEnd() if not self.dialled:
                self.give_up()
            case ChannelDtmfReceived(digit=key) if self._on_key:
                self._on_key(key)

    def hear_keys(self, hear: Callable[[str], None], *, later: bool) -> None:
        """Have keys told that were pressed before, and ``later`` ones where the sound does not bring them."""
        for key in self._early_keys:
            hear(key)
        self._early_keys.clear()
        self._on_key = hear if later else None

    def give_up(self) -> None:
        """It has ended, or we let go of it, and do not wait to be told more."""
        self._end(self._end_told)

    @contextmanager
    def listened_to(self) -> Iterator[None]:
        """Somebody talks with the caller as long as the context is open."""
        self.sound_wanted = True
        try:
            yield
        finally:
            self.sound_wanted = False

    def lose_sound(self) -> None:
        """Its media channel, or the connection to it, has ended."""
        self.sound_lost |= self.sound_wanted

    async def settled(self) -> None:
        """Wait until the channel has come to our application or will not come."""
        await asyncio.wait((self.started, self.ended), return_when=asyncio.FIRST_COMPLETED)

    def _start(self, event: StasisStart) -> None:
        """After a break of the connection it may be told again, and tell what was missed."""
        if not self.started.done():
            self.started.set_result(event)
        if event.channel.state == "Up":
            self._answer()

    def _answer(self) -> None:
        if not self.answered.done():
            self.answered.set_result(None)

    # With people

    def leave(self) -> None:
        """It is about to be sent to people."""
        self._steps = asyncio.Queue()
        self._people = _WithPeople(self._steps)
        self.watch.away = True

    def stay(self) -> None:
        """It could not be sent."""
        assert self._people is not None
        if self._people.left:
            self.give_up()
        self._back()

    def let_go(self) -> None:
        """Follow it no longer."""
        if self._people is not None:
            self._steps.put_nowait(HandOffStep.OUT_OF_SIGHT)
            self.give_up()

    async def among_people(self) -> AsyncIterator[HandOffStep]:
        """What becomes of it, from ``leave`` on until it is back or has ended: both may be so by now."""
        while (step := await self._steps.get()) is not None:
            yield step
            if step in (HandOffStep.NOBODY, HandOffStep.AGENT_LEFT):
                return

    def _back(self) -> None:
        self._people = None
        self.watch.away = False

    def _end(self, end: LegEnded) -> None:
        if not self.ended.done():
            self.ended.set_result(end)
            if self._people is not None:
                self._steps.put_nowait(None)
            for do in self._at_end:
                do()


class _WithPeople:
    """What is known of a caller whom the dialplan has."""

    def __init__(self, steps: asyncio.Queue[HandOffStep | None]) -> None:
        self._steps = steps
        self.left = False
        self.returned = False
        self._answered = False

    def take(self, event: LegEvent) -> None:
        match event:
            case StasisEnd():
                self.left = True
            case Dial(dialstatus="ANSWER") if not self._answered:
                self._answered = True
                self._steps.put_nowait(HandOffStep.ANSWERED)
            case StasisStart(args=arguments):
                self.returned = True
                talked = self._answered or "CONTINUE" in arguments
                self._steps.put_nowait(HandOffStep.AGENT_LEFT if talked else HandOffStep.NOBODY)
