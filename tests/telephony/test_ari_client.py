"""A real websocket to a small Asterisk on a free port; waits between attempts are only noted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.fakes.fake_ari import FakeAri, FakeChannel
from tests.fakes.until import until
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriError, AriRefusedError, AriUnavailableError
from voicebot.telephony.ari_events import (
    Arrival,
    ChannelConnectedLine,
    ChannelDestroyed,
    ChannelHangupRequest,
    ChannelLost,
    ChannelOrphaned,
    Dial,
    LegEvent,
    StasisEnd,
    StasisStart,
)


class Scene:
    """A client and what it was told."""

    def __init__(self, asterisk: FakeAri, **settings: Any) -> None:
        self.asterisk = asterisk
        self.arrivals: list[Arrival] = []
        self.waits: list[float] = []
        self.client = AriClient(
            asterisk.settings(**settings), on_arrival=self.arrivals.append, dice=lambda: 0.0, sleep=self.sleep
        )
        self.running = asyncio.create_task(self.client.run())
        self.may_reconnect = asyncio.Event()
        self.may_reconnect.set()

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await self.may_reconnect.wait()

    async def reconnects(self) -> None:
        await until(lambda: not self.client.connected)
        self.may_reconnect.set()
        await self.client.ready()


@asynccontextmanager
async def connecting(asterisk: FakeAri, **settings: Any) -> AsyncIterator[Scene]:
    scene = Scene(asterisk, **settings)
    try:
        yield scene
    finally:
        scene.running.cancel()
        await asyncio.wait((scene.running,))


@asynccontextmanager
async def connected(**settings: Any) -> AsyncIterator[Scene]:
    async with FakeAri() as asterisk, connecting(asterisk, **settings) as scene:
        await scene.client.ready()
        yield scene


@asynccontextmanager
async def away() -> AsyncIterator[tuple[Scene, FakeChannel, list[LegEvent]]]:
    """A caller was sent to a queue; the story begins after that."""
    async with connected() as scene:
        story: list[LegEvent] = []
        watch = scene.client.watch("caller", story.append)
        caller = await scene.asterisk.call_in("caller")
        source = {"eventSource": "channel:caller"}
        await scene.client.request("POST", "applications", "voicebot", "subscription", query=source)
        watch.away = True
        await scene.client.request("POST", "channels", "caller", "continue", query={"context": "human"})
        await until(lambda: StasisEnd in kinds(story))
        story.clear()
        yield scene, caller, story


def kinds(story: list[LegEvent]) -> list[type]:
    return [type(event) for event in story]


async def test_requests_and_events_share_one_socket() -> None:
    async with connected() as scene:
        channel = await scene.asterisk.call_in()
        await scene.client.request("POST", "channels", channel.id, "answer")
        assert channel.state == "Up"
        assert scene.asterisk.connections == 1
        assert [type(arrival) for arrival in scene.arrivals] == [StasisStart]


async def test_what_is_of_no_use_is_not_sent() -> None:
    async with connected() as scene:
        assert "ChannelVarset" in scene.asterisk.unwanted
        assert not scene.asterisk.unwanted & {kind.__name__ for kind in (StasisStart, StasisEnd)}


async def test_a_watched_channel_tells_its_own_story() -> None:
    async with connected() as scene:
        story: list[LegEvent] = []
        watch = scene.client.watch("one", story.append)
        one, other = await scene.asterisk.call_in("one"), await scene.asterisk.call_in("other")
        await scene.asterisk.hang_up(one, cause=16)
        await until(lambda: len(story) == 3)
        watch.close()
        watch.close()
        await scene.asterisk.hang_up(other)
        await scene.client.request("GET", "applications", "voicebot")
        assert kinds(story) == [StasisStart, ChannelHangupRequest, StasisEnd]
        assert [arrival.channel_id for arrival in scene.arrivals] == ["other"]


async def test_a_refused_request_says_what_to_do() -> None:
    async with connected() as scene:
        with pytest.raises(AriError, match="404 Channel not found; it is gone") as refused:
            await scene.client.request("DELETE", "channels", "no/such?one")
        assert refused.value.status == 404
        assert scene.asterisk.requests[-1] == "DELETE channels/no%2Fsuch%3Fone"


async def test_a_request_that_is_not_answered_is_given_up_and_the_socket_with_it() -> None:
    async with connected(request_seconds=0.1) as scene:
        scene.asterisk.stuck.clear()
        with pytest.raises(AriUnavailableError, match=r"did not answer `GET bridges` within 0.1 s") as gone:
            await scene.client.request("GET", "bridges")
        assert gone.value.sent
        scene.asterisk.stuck.set()
        await scene.reconnects()
        assert (await scene.client.request("GET", "applications", "voicebot"))["name"] == "voicebot"


async def test_a_request_in_flight_when_the_socket_is_cut_is_not_repeated() -> None:
    async with connected() as scene:
        scene.asterisk.stuck.clear()
        asking = asyncio.create_task(scene.client.request("POST", "bridges", "b"))
        await asyncio.sleep(0)
        scene.asterisk.cut()
        with pytest.raises(AriUnavailableError, match="lost during `POST bridges/b`"):
            await asking
        scene.asterisk.stuck.set()
        await scene.reconnects()
        assert scene.asterisk.requests.count("POST bridges/b") <= 1


async def test_a_request_waits_for_the_connection_and_not_for_ever() -> None:
    async with connected(request_seconds=0.2) as scene:
        scene.may_reconnect.clear()
        scene.asterisk.cut()
        await until(lambda: scene.waits)
        with pytest.raises(AriUnavailableError, match="was not sent: no connection") as gone:
            await scene.client.request("GET", "bridges")
        assert not gone.value.sent
        scene.may_reconnect.set()
        assert await scene.client.request("GET", "applications", "voicebot")


async def test_after_a_cut_live_channels_go_on_ended_ones_are_told_and_strangers_reported() -> None:
    async with connected() as scene:
        stories: dict[str, list[LegEvent]] = {"stays": [], "goes": []}
        for name, story in stories.items():
            scene.client.watch(name, story.append)
        stays, goes = await scene.asterisk.call_in("stays"), await scene.asterisk.call_in("goes")
        await until(lambda: all(stories.values()))
        scene.may_reconnect.clear()
        scene.asterisk.cut()
        await until(lambda: scene.waits)
        await scene.asterisk.hang_up(goes)
        stranger = await scene.asterisk.call_in("stranger")
        await scene.reconnects()
        assert stories["goes"][1:] == [ChannelLost("goes")]
        assert scene.arrivals == [ChannelOrphaned("stranger")]
        await scene.asterisk.hang_up(stays)
        await until(lambda: len(stories["stays"]) == 3)
        await scene.asterisk.hang_up(stranger)


async def test_a_caller_who_is_away_is_heard_of_until_the_end() -> None:
    async with away() as (scene, caller, story):
        await scene.asterisk.agent_rings(caller, "5550199")
        await scene.asterisk.agent_answers(caller, "5550199")
        await scene.asterisk.hang_up(caller)
        await until(lambda: ChannelDestroyed in kinds(story))
        assert kinds(story) == [ChannelConnectedLine, Dial, Dial, ChannelHangupRequest, ChannelDestroyed]
        rings, ringing, answered = story[:3]
        assert isinstance(rings, ChannelConnectedLine)
        assert rings.channel.connected.number == "5550199"
        assert [dial.dialstatus for dial in (ringing, answered) if isinstance(dial, Dial)] == [
            "RINGING",
            "ANSWER",
        ]


async def test_after_a_cut_a_caller_who_is_away_is_not_lost_and_is_heard_of_again() -> None:
    async with away() as (scene, caller, story):
        scene.asterisk.cut()
        caller.subscribed = False
        await scene.reconnects()
        await scene.asterisk.agent_answers(caller, "5550199")
        await until(lambda: story)
        assert kinds(story) == [Dial]
        assert scene.arrivals == []


async def test_after_a_cut_a_caller_who_hung_up_while_away_is_lost() -> None:
    async with away() as (scene, caller, story):
        scene.may_reconnect.clear()
        scene.asterisk.cut()
        await until(lambda: scene.waits)
        await scene.asterisk.hang_up(caller)
        await scene.reconnects()
        assert story == [ChannelLost(caller.id)]


async def test_after_a_cut_a_caller_who_hangs_up_at_that_very_moment_is_lost() -> None:
    async with away() as (scene, caller, story):
        scene.asterisk.cut()
        caller.subscribed = False
        scene.asterisk.refused_paths["subscription"] = (422, "Event source does not exist")
        await scene.reconnects()
        assert story == [ChannelLost(caller.id)]


async def test_a_caller_who_came_back_unseen_is_told_after_the_cut() -> None:
    async with away() as (scene, caller, story):
        scene.may_reconnect.clear()
        scene.asterisk.cut()
        await until(lambda: scene.waits)
        await scene.asterisk.enter(caller, "human", "CONTINUE")
        await scene.reconnects()
        (back,) = story
        assert isinstance(back, StasisStart)
        assert back.args == ("human", "CONTINUE")


async def test_callers_whom_a_dead_process_sent_to_people_are_left_alone() -> None:
    async with FakeAri() as asterisk:
        caller = await asterisk.call_in("talks-to-an-agent")
        caller.in_app, caller.subscribed, caller.continued = False, True, {"context": "human"}
        async with connecting(asterisk) as scene:
            await scene.client.ready()
            assert scene.arrivals == []


async def test_calls_up_before_we_came_are_orphans() -> None:
    async with FakeAri() as asterisk:
        await asterisk.call_in("left-behind")
        async with connecting(asterisk) as scene:
            await scene.client.ready()
            assert scene.arrivals == [ChannelOrphaned("left-behind")]


async def test_an_asterisk_that_accepts_and_closes_is_not_stormed() -> None:
    async with FakeAri() as asterisk:
        asterisk.closes_at_once = True
        async with connecting(asterisk) as scene:
            await until(lambda: len(scene.waits) >= 7)
            scene.may_reconnect.clear()
            assert scene.waits[:7] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0]
            asterisk.closes_at_once = False
            scene.may_reconnect.set()
            await scene.client.ready()


async def test_an_asterisk_that_is_starting_is_waited_for() -> None:
    async with FakeAri() as asterisk:
        asterisk.refuses_with = 503
        async with connecting(asterisk) as scene:
            await until(lambda: len(scene.waits) >= 2)
            asterisk.refuses_with = None
            await scene.client.ready()


async def test_an_asterisk_that_knows_nothing_of_its_channels_yet_is_asked_again() -> None:
    async with FakeAri() as asterisk:
        await asterisk.call_in("left-behind")
        asterisk.starting = True
        async with connecting(asterisk) as scene:
            await until(lambda: len(scene.waits) >= 2)
            assert not scene.client.connected
            asterisk.starting = False
            await scene.client.ready()
            assert scene.arrivals == [ChannelOrphaned("left-behind")]
            assert asterisk.connections == 1


async def test_no_asterisk_at_all_is_waited_for() -> None:
    async with FakeAri() as asterisk:
        settings = asterisk.settings()
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    client = AriClient(settings, on_arrival=lambda _: None, sleep=sleep)
    running = asyncio.create_task(client.run())
    with capture_logs() as logs:
        await until(lambda: len(waits) >= 3)
    running.cancel()
    await asyncio.wait((running,))
    assert "ari_unreachable" in {entry["event"] for entry in logs}


async def test_a_wrong_password_is_final() -> None:
    async with FakeAri() as asterisk, connecting(asterisk, password="wrong") as scene:
        with pytest.raises(AriRefusedError, match="VOICEBOT_ARI__PASSWORD"):
            await scene.running
        assert asterisk.connections == 1


async def test_another_process_with_our_application_is_not_fought_with() -> None:
    async with connected() as scene:
        await scene.asterisk.replaced()
        with pytest.raises(AriRefusedError, match=r"give each its own ari.app"):
            await scene.running
        assert not scene.client.connected


async def test_nonsense_on_the_socket_is_logged_and_does_not_end_it() -> None:
    async with connected() as scene:
        with capture_logs() as logs:
            await scene.asterisk.tell({"type": "StasisStart"})
            await scene.asterisk.call_in()
            await until(lambda: scene.arrivals)
        assert [entry["event"] for entry in logs] == ["ari_malformed"]
        assert scene.client.connected
