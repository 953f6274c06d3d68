"""Callers' legs that are ours now."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

from voicebot.errors import TelephonyError
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriError
from voicebot.telephony.ari_people import AriPeople
from voicebot.telephony.ari_teardown import AriTeardown
from voicebot.telephony.channel import Channel
from voicebot.telephony.leg import Leg

_T = TypeVar("_T")


class CallGoneError(TelephonyError):
    """The caller's leg is no longer ours: hung up, with people, or lost."""

    def __init__(self, channel_id: str) -> None:
        super().__init__(f"call {channel_id} has ended, or is with people")


class AriLegs:
    """Knows each leg from the moment that it is taken in, or dialled, until its channel has ended."""

    def __init__(self, client: AriClient, people: AriPeople, teardown: AriTeardown) -> None:
        self._client = client
        self._people = people
        self._teardown = teardown
        self._legs: dict[str, Leg] = {}

    def __len__(self) -> int:
        return len(self._legs)

    def __contains__(self, channel_id: object) -> bool:
        return channel_id in self._legs

    def __iter__(self) -> Iterator[Leg]:
        """Those of this moment: what is done to one may end it."""
        return iter(tuple(self._legs.values()))

    def get(self, channel_id: str) -> Leg | None:
        """The leg of a channel, be it with people; ``None`` where it has ended, or is not ours."""
        return self._legs.get(channel_id)

    def ours(self, channel: Channel) -> Leg:
        """The leg of a channel of which something is to be asked.

        Raises:
            CallGoneError: nothing can be asked of it.
        """
        leg = self._legs.get(channel.id)
        if leg is None or leg.over:
            raise CallGoneError(channel.id)
        return leg

    def own(self, channel_id: str) -> Leg:
        """Follow a channel from now on."""
        leg = Leg(channel_id)
        leg.watch = self._client.watch(channel_id, leg.take)
        self._legs[channel_id] = leg
        leg.at_end(leg.watch.close)
        leg.at_end(lambda: self._forget(channel_id))
        return leg

    async def clear(self, leg: Leg) -> None:
        """Hang up what is still ours, and let go of it."""
        if leg.with_people:
            await self._people.forget(leg)
        elif not leg.ended.done():
            await self._teardown.take_down("channels", leg.channel_id, leg)

    def _forget(self, channel_id: str) -> None:
        del self._legs[channel_id]


async def unless_over(leg: Leg, work: Coroutine[Any, Any, _T]) -> _T:
    """The result of ``work``, given up as soon as the caller's leg ends.

    Raises:
        CallGoneError: it has ended.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait((task, leg.ended), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise CallGoneError(leg.channel_id)
        return task.result()
    except AriError as error:
        raise CallGoneError(leg.channel_id) if leg.over else error from None
    finally:
        task.cancel()
        await asyncio.wait((task,))
