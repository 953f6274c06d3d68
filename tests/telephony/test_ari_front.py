"""Callers between a small Asterisk and workers that are no more than names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.fakes.fake_ari import FakeAri
from tests.fakes.until import until
from voicebot.telephony.ari_front import AriFront
from voicebot.telephony.settings import TelephonySettings

PEOPLE = {"context": "human", "extension": "s", "priority": "1"}


class Scene:
    def __init__(self, asterisk: FakeAri, **settings: Any) -> None:
        self.asterisk = asterisk
        self.free = [1, 2]
        """Workers for the next callers."""
        self.released: list[str] = []
        self.front = AriFront(
            asterisk.settings(reconnect={"first_seconds": 0.05}),
            TelephonySettings(**settings),
            reserve=lambda _: self.free.pop(0) if self.free else None,
            release=self.released.append,
        )


@asynccontextmanager
async def scene(asterisk: FakeAri | None = None, **settings: Any) -> AsyncIterator[Scene]:
    async with asterisk or FakeAri() as asterisk:
        it = Scene(asterisk, **settings)
        running = asyncio.create_task(it.front.run())
        await it.front.client.ready()
        yield it
        running.cancel()
        await asyncio.wait((running,))


async def test_callers_are_moved_to_the_workers_that_have_a_place_and_the_next_goes_on_to_people() -> None:
    async with scene() as it:
        first, second, third = [await it.asterisk.call_in(name) for name in ("one", "two", "three")]
        await until(lambda: third.continued and second.moved_to)
        assert (first.moved_to, first.arguments) == ("voicebot.worker-1", ("inbound", "100"))
        assert second.moved_to == "voicebot.worker-2"
        assert third.continued == PEOPLE


async def test_who_finds_no_place_hears_the_busy_tone_where_that_is_set() -> None:
    async with scene(excess="busy") as it:
        it.free.clear()
        await it.asterisk.call_in("one")
        await until(lambda: it.asterisk.cleared)
        assert it.asterisk.cleared == {"one": "17"}


async def test_a_caller_who_cannot_be_moved_goes_on_to_people_and_takes_no_place() -> None:
    async with scene() as it:
        it.asterisk.refused_paths["move"] = (500, "no")
        caller = await it.asterisk.call_in("one")
        await until(lambda: caller.continued)
        assert it.released == ["one"]


async def test_callers_of_a_worker_that_died_go_on_to_people_and_its_media_channels_go() -> None:
    async with scene() as it:
        first, second = [await it.asterisk.call_in(name) for name in ("one", "two")]
        media = await it.asterisk.call_in("voicebot.worker-1-media-77", arguments=())
        await until(lambda: second.moved_to and media.continued)
        media.moved_to, media.continued, media.in_app = "voicebot.worker-1", None, True
        it.front.rescue(1)
        await until(lambda: first.continued and media.id in it.asterisk.cleared)
        assert first.continued == PEOPLE
        assert second.continued is None


async def test_a_front_that_is_started_again_first_helps_those_whom_the_last_one_left() -> None:
    asterisk = FakeAri()
    async with scene(asterisk) as it:
        caller = await it.asterisk.call_in("one")
        await until(lambda: caller.moved_to)
        again = Scene(it.asterisk)
        running = asyncio.create_task(again.front.run())
        await until(lambda: caller.continued)
        running.cancel()
        await asyncio.wait((running,))


async def test_a_caller_whom_no_worker_takes_goes_on_to_people() -> None:
    async with scene() as it:
        caller = await it.asterisk.call_in("one")
        await until(lambda: caller.moved_to)
        it.front.not_taken("one")
        await until(lambda: caller.continued)


async def test_a_caller_who_comes_back_from_people_is_moved_to_the_worker_that_follows_them() -> None:
    async with scene() as it:
        caller = await it.asterisk.call_in("one")
        await until(lambda: caller.moved_to)
        await it.asterisk.enter(caller, "human", "TIMEOUT")
        await until(
            lambda: caller.arguments == ("human", "TIMEOUT") and "continue" not in it.asterisk.requests[-1]
        )
        assert caller.moved_to == "voicebot.worker-1"
        assert caller.continued is None


async def test_a_caller_who_comes_back_from_people_when_nobody_follows_goes_on_in_the_dialplan() -> None:
    async with scene() as it:
        caller = await it.asterisk.call_in("one", arguments=("human", "TIMEOUT"))
        await until(lambda: caller.continued == {})


async def test_while_calls_are_finished_new_callers_go_on_to_people() -> None:
    async with scene() as it:
        it.front.drain()
        caller = await it.asterisk.call_in("one")
        await until(lambda: caller.continued)
        assert it.free == [1, 2]
