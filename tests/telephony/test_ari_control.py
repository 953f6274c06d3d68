"""Whole calls between our control, our media server and a small Asterisk, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.fakes.fake_ari import FakeAri, FakeChannel
from tests.fakes.rtp_peer import peer
from tests.fakes.until import until
from voicebot.disposition import Disposition
from voicebot.errors import TelephonyError
from voicebot.media.clock import MediaClock
from voicebot.media.frame import AudioFrame, Band, KeyPressed
from voicebot.media.places import Places
from voicebot.media.rtp import Codec, RtpPacket, packed
from voicebot.media.settings import MediaWebSocketSettings
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.telephony.ari_control import AriControl
from voicebot.telephony.ari_errors import AriRefusedError
from voicebot.telephony.ari_legs import CallGoneError
from voicebot.telephony.channel import (
    Channel,
    DialOutcome,
    HangupCause,
    NotConnectedError,
    NotHandedOffError,
    OriginateRequest,
)
from voicebot.telephony.control import CallControl, HandOffStep
from voicebot.telephony.settings import TelephonySettings
from voicebot.telephony.trunk import TrunkSettings

VOICE = b"\1\2" * 160
OnCall = Callable[[CallControl, Channel], Awaitable[None]]


class Scene:
    """An Asterisk, and a bot that does with a call what the test says."""

    def __init__(
        self,
        asterisk: FakeAri,
        media: MediaWebSocketServer,
        on_call: OnCall,
        media_seconds: float = 60.0,
        media_by: Literal["websocket", "ulaw", "alaw"] = "websocket",
        trunks: Mapping[str, TrunkSettings] = MappingProxyType(
            {"trunk": TrunkSettings(max_calls=2, calls_per_second=1000)}
        ),
        at_most: int = 0,
        excess: Literal["people", "busy"] = "people",
        **ari: Any,
    ) -> None:
        self.asterisk = asterisk
        self.places = Places(at_most)
        self.channels: list[Channel] = []
        self._on_call = on_call
        self.control = AriControl(
            asterisk.settings(reconnect={"first_seconds": 0.05}, **ari),
            media,
            TelephonySettings(
                trunks=dict(trunks),
                media_seconds=media_seconds,
                media=media_by,
                excess=excess,
            ),
            on_call=self._take,
            places=self.places,
        )
        self.running = asyncio.create_task(self.control.run())

    async def _take(self, channel: Channel) -> None:
        self.channels.append(channel)
        await self._on_call(self.control, channel)

    async def nothing_is_left(self) -> None:
        await until(lambda: not (self.asterisk.channels or self.asterisk.bridges or self.control.calls))


async def let_ring(control: CallControl, channel: Channel) -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def scene(on_call: OnCall = let_ring, **settings: Any) -> AsyncIterator[Scene]:
    async with (
        MediaWebSocketServer(MediaWebSocketSettings(port=0), MediaClock()) as media,
        FakeAri(media_uri=lambda: f"ws://127.0.0.1:{media.port}/media") as asterisk,
    ):
        it = Scene(asterisk, media, on_call, **settings)
        await it.control.client.ready()
        try:
            yield it
        finally:
            it.running.cancel()
            await asyncio.wait((it.running,))


def request(number: str, channel_id: str = "out-1", ring_seconds: float = 25.0) -> OriginateRequest:
    return OriginateRequest(f"PJSIP/{number}@trunk", "trunk", channel_id, "Bot <100>", ring_seconds)


# Calls that come in


async def test_a_call_is_answered_talked_through_and_hung_up() -> None:
    heard: list[AudioFrame | KeyPressed] = []

    async def talk(control: CallControl, channel: Channel) -> None:
        await control.answer(channel)
        async with control.open_media(channel) as transport:
            transport.play(VOICE * 3)
            async for sound in transport.incoming():
                heard.append(sound)
                if isinstance(sound, KeyPressed):
                    break

    async with scene(talk) as call:
        caller = await call.asterisk.call_in()
        media = await bridged_media(call.asterisk, caller)
        await until(lambda: media.queue.frames == 3)
        await media.speak(VOICE)
        await media.say(event="DTMF_END", digit="1")
        await call.nothing_is_left()
    assert caller.state == "Up"
    assert heard == [AudioFrame(VOICE, 8000, 0.0), KeyPressed("1", 0.02)]
    assert call.channels == [
        Channel(
            "1700000000.1", "PJSIP/phone-1700000000.1", "5550100", "", "100", arguments=("inbound", "100")
        )
    ]


async def test_a_wide_line_is_heard_wide() -> None:
    bands: list[Band] = []

    async def note(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel) as transport:
            bands.append(transport.band)

    async with scene(note) as call:
        await call.asterisk.call_in("wide", native_format="(g722)")
        await call.asterisk.call_in("narrow", native_format="(alaw)")
        await call.nothing_is_left()
    assert sorted(bands) == [Band.NARROW, Band.WIDE]


async def test_the_callers_sound_ends_when_the_caller_hangs_up() -> None:
    ended = asyncio.Event()

    async def listen(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel) as transport:
            async for _ in transport.incoming():
                pass
        ended.set()

    async with scene(listen) as call:
        caller = await call.asterisk.call_in()
        await bridged_media(call.asterisk, caller)
        await call.asterisk.hang_up(caller)
        await ended.wait()
        await call.nothing_is_left()
        assert f"DELETE channels/{caller.id}" not in call.asterisk.requests


async def test_hanging_up_the_transport_ends_the_callers_leg() -> None:
    async def say_goodbye(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel) as transport:
            await transport.hang_up()
            await asyncio.Event().wait()

    async with scene(say_goodbye) as call:
        caller = await call.asterisk.call_in()
        await until(lambda: caller.id not in call.asterisk.channels)


async def test_a_caller_who_leaves_while_sound_is_being_opened_leaves_nothing_behind() -> None:
    opened: list[bool] = []

    async def open_up(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel):
            opened.append(True)

    async with scene(open_up) as call:
        call.asterisk.media_dials = False
        caller = await call.asterisk.call_in()
        await until(lambda: "POST channels/externalMedia" in call.asterisk.requests)
        await call.asterisk.hang_up(caller)
        await call.nothing_is_left()
    assert opened == []


async def test_media_that_asterisk_does_not_bring_sends_the_caller_on_with_advice() -> None:
    async def open_up(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel):
            pass

    async with scene(open_up, media_seconds=0.1) as call:
        call.asterisk.media_dials = False
        with capture_logs() as logs:
            caller = await call.asterisk.call_in()
            await only_people_have(caller, call)
    assert "is chan_websocket loaded" in str(logs)


async def test_a_bridge_that_asterisk_refuses_sends_the_caller_on_and_leaves_nothing_behind() -> None:
    async def open_up(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel):
            pass

    async with scene(open_up) as call:
        call.asterisk.refused_paths["addChannel"] = (422, "Channel not in Stasis application")
        with capture_logs() as logs:
            caller = await call.asterisk.call_in()
            await only_people_have(caller, call)
    assert "wait for its StasisStart" in str(logs)


async def test_stopping_the_bot_hangs_up_its_calls() -> None:
    async with scene() as call:
        await call.asterisk.call_in()
        await until(lambda: call.channels)
        call.running.cancel()
        await asyncio.wait((call.running,))
        await call.nothing_is_left()


@pytest.mark.parametrize("codec", ["ulaw", "alaw"])
async def test_a_call_is_talked_through_over_rtp(codec: Literal["ulaw", "alaw"]) -> None:
    heard: list[AudioFrame | KeyPressed] = []

    async def talk(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel) as transport:
            heard.append(await anext(transport.incoming()))
            heard.append(await anext(transport.incoming()))
            await transport.hang_up()

    async with scene(talk, media_by=codec) as call:
        asterisk = await peer()
        call.asterisk.rtp_from = asterisk.socket.get_extra_info("sockname")[:2]
        caller = await call.asterisk.call_in()
        await until(lambda: asterisk.heard)
        host, port = call.asterisk.rtp_to.split(":")
        silence = RtpPacket(Codec[codec.upper()], 1, 0, 9, Codec[codec.upper()].encode(bytes(320)))
        asterisk.socket.sendto(packed(silence), (host, int(port)))
        await until(lambda: heard)
        await call.asterisk.tell({"type": "ChannelDtmfReceived", "digit": "7", "channel": caller.facts()})
        await call.nothing_is_left()
        asterisk.socket.close()
    assert isinstance(heard[0], AudioFrame)
    assert heard[1] == KeyPressed("7", 0.02)
    assert asterisk.heard[0].payload_type == Codec[codec.upper()]


@pytest.mark.parametrize("media_by", ["websocket", "ulaw"])
async def test_a_key_pressed_before_the_sound_is_there_is_heard(
    media_by: Literal["websocket", "ulaw"],
) -> None:
    heard: list[AudioFrame | KeyPressed] = []

    async def talk(control: CallControl, channel: Channel) -> None:
        if channel.id != call.channels[0].id:
            return
        await until(lambda: len(call.channels) == 2)
        async with control.open_media(channel) as transport:
            heard.append(await anext(transport.incoming()))

    async with scene(talk, media_by=media_by) as call:
        asterisk = await peer()
        call.asterisk.rtp_from = asterisk.socket.get_extra_info("sockname")[:2]
        caller = await call.asterisk.call_in()
        await call.asterisk.tell({"type": "ChannelDtmfReceived", "digit": "0", "channel": caller.facts()})
        await call.asterisk.call_in("1700000000.2")  # in order: who knows of it knows of the key
        await call.nothing_is_left()
        asterisk.socket.close()
    assert heard == [KeyPressed("0", 0.0)]


async def test_an_asterisk_that_does_not_say_where_its_rtp_comes_from_is_told_what_it_lacks() -> None:
    async def open_up(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel):
            pass

    async with scene(open_up, media_by="ulaw") as call:
        with capture_logs() as logs:
            caller = await call.asterisk.call_in()
            await only_people_have(caller, call)
    assert "is chan_rtp loaded?" in str(logs)


async def test_a_mistake_of_ours_about_one_arrival_leaves_the_other_calls_alone() -> None:
    async with scene() as call:
        await call.asterisk.call_in("good")
        await until(lambda: call.channels)
        with capture_logs() as logs:
            call.control.client.watch("bad", lambda event: 1 / 0)  # type: ignore[arg-type]
            await call.asterisk.call_in("bad")
            await call.asterisk.call_in("late")
            await until(lambda: len(call.channels) == 2)
        assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["ari_event_failed"]
        assert [channel.id for channel in call.channels] == ["good", "late"]


# The connection to Asterisk breaks


async def test_a_call_in_progress_survives_a_cut_of_the_events_socket() -> None:
    frames = 0

    async def listen(control: CallControl, channel: Channel) -> None:
        nonlocal frames
        async with control.open_media(channel) as transport:
            async for _ in transport.incoming():
                frames += 1

    async with scene(listen) as call:
        caller = await call.asterisk.call_in()
        media = await bridged_media(call.asterisk, caller)
        call.asterisk.cut()
        await until(lambda: not call.control.client.connected)
        await media.speak(VOICE)
        await call.control.client.ready()
        await media.speak(VOICE)
        await until(lambda: frames == 2)
        assert call.control.calls == 1
        await call.asterisk.hang_up(caller)
        await call.nothing_is_left()


async def test_a_caller_who_left_during_the_cut_is_found_missing() -> None:
    async with scene() as call:
        caller = await call.asterisk.call_in()
        await until(lambda: call.channels)
        call.asterisk.refuses_with = 503
        call.asterisk.cut()
        await until(lambda: not call.control.client.connected)
        await call.asterisk.hang_up(caller)
        call.asterisk.refuses_with = None
        await until(lambda: call.control.calls == 0)


async def test_a_call_that_ends_during_the_cut_ends_at_once_and_is_hung_up_afterwards() -> None:
    over, ended = asyncio.Event(), asyncio.Event()

    async def talk(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel):
            await over.wait()
        ended.set()

    async with scene(talk, request_seconds=60.0) as call:
        caller = await call.asterisk.call_in()
        await bridged_media(call.asterisk, caller)
        call.asterisk.refuses_with = 503
        call.asterisk.cut()
        await until(lambda: not call.control.client.connected)
        over.set()
        await ended.wait()
        assert caller.id in call.asterisk.channels
        call.asterisk.refuses_with = None
        await call.nothing_is_left()


async def test_a_request_that_asterisk_never_answers_does_not_lose_the_call() -> None:
    over = asyncio.Event()

    async def wait(control: CallControl, channel: Channel) -> None:
        await over.wait()

    async with scene(wait, request_seconds=0.1) as call:
        await call.asterisk.call_in()
        await until(lambda: call.channels)
        call.asterisk.stuck.clear()
        with capture_logs() as logs:
            over.set()
            await until(lambda: any(entry["event"] == "not_deleted" for entry in logs))
        call.asterisk.stuck.set()
        await call.nothing_is_left()


async def test_callers_of_a_bot_that_died_go_on_to_people() -> None:
    async with FakeAri() as asterisk:
        caller = await asterisk.call_in("left-behind")
        dead, question = (FakeChannel(f"voicebot-{kind}-0123", in_app=True) for kind in ("media", "question"))
        asterisk.channels |= {dead.id: dead, question.id: question}
        asterisk.bridges["voicebot-bridge-left-behind"] = {caller.id, dead.id}
        async with MediaWebSocketServer(MediaWebSocketSettings(port=0), MediaClock()) as media:
            call = Scene(asterisk, media, let_ring)
            await until(lambda: caller.continued)
            await until(lambda: not {dead.id, question.id} & asterisk.channels.keys())
            assert caller.continued == {"context": "human", "extension": "s", "priority": "1"}
            await until(lambda: not asterisk.bridges)
            assert call.channels == []
            call.running.cancel()
            await asyncio.wait((call.running,))


async def test_an_asterisk_that_will_not_have_us_ends_the_bot() -> None:
    async with scene() as call:
        await call.asterisk.call_in()
        await until(lambda: call.channels)
        await call.asterisk.replaced()
        with pytest.raises(AriRefusedError):
            await call.running


async def test_a_caller_who_is_cut_off_in_every_way_goes_on_to_people_once_asterisk_can_be_asked() -> None:
    async def listen(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel) as transport:
            async for _ in transport.incoming():
                pass

    async with scene(listen, request_seconds=0.1) as call:
        caller = await call.asterisk.call_in()
        media = await bridged_media(call.asterisk, caller)
        call.asterisk.refuses_with = 503
        call.asterisk.cut()
        await until(lambda: not call.control.client.connected)
        with capture_logs() as logs:
            await media.close()
            await until(lambda: any("unreachable" in entry["event"] for entry in logs))
        call.asterisk.refuses_with = None
        await only_people_have(caller, call)


async def test_a_hand_off_whose_answer_was_lost_is_followed_all_the_same() -> None:
    told: list[object] = []

    async def hand_off(control: CallControl, channel: Channel) -> None:
        await hand_off_and_listen(control, channel, told)

    async with scene(hand_off) as call:
        call.asterisk.cuts_after = "continue"
        caller = await call.asterisk.call_in()
        await until(lambda: caller.continued and call.asterisk.connections == 2)
        await call.control.client.ready()
        await call.asterisk.enter(caller, "human", "TIMEOUT")
        media = await bridged_media(call.asterisk, caller)
        await media.speak(VOICE)
        await until(lambda: len(told) == 2)
        await call.asterisk.hang_up(caller)
        await call.nothing_is_left()
    assert told == [HandOffStep.NOBODY, AudioFrame(VOICE, 8000, 0.0)]


async def test_bridges_of_a_bot_that_died_go_though_their_callers_are_with_people_or_gone() -> None:
    async with FakeAri() as asterisk:
        asterisk.bridges = {
            "voicebot-bridge-with-people": set(),
            "voicebot-bridge-gone": set(),
            "other": set(),
        }
        async with MediaWebSocketServer(MediaWebSocketSettings(port=0), MediaClock()) as media:
            call = Scene(asterisk, media, let_ring)
            await until(lambda: list(asterisk.bridges) == ["other"])
            call.running.cancel()
            await asyncio.wait((call.running,))


async def test_somebody_whom_a_dead_bot_dialled_is_taken_for_no_caller() -> None:
    async with scene() as call:
        dialled = await call.asterisk.call_in("dialled", arguments=("out",))
        await until(lambda: dialled.continued)
        assert dialled.continued == {"context": "human", "extension": "s", "priority": "1"}
        assert call.channels == []


async def test_a_caller_who_is_gone_before_we_answer_has_left() -> None:
    async def answer(control: CallControl, channel: Channel) -> None:
        await until(lambda: not call.control.calls)
        with pytest.raises(CallGoneError):
            await control.answer(channel)
        over.set()

    over = asyncio.Event()
    async with scene(answer) as call:
        caller = await call.asterisk.call_in()
        await until(lambda: call.channels)
        await call.asterisk.hang_up(caller)
        await over.wait()


# Calls that we place


async def test_a_dial_that_is_answered_is_talked_through() -> None:
    async with scene() as call:
        channel = await call.control.originate(request("200"))
        assert (channel.id, channel.answered, channel.arguments) == ("out-1", True, ("out",))
        assert call.control.free_lines("trunk") == 1
        async with call.control.open_media(channel) as transport:
            assert transport.call_id == "out-1"
        await call.control.hang_up(channel, HangupCause.NORMAL_CLEARING)
        await call.nothing_is_left()
        assert call.control.free_lines("trunk") == 2
        assert call.channels == []


async def test_a_line_is_in_use_until_its_channel_is_gone() -> None:
    async with scene() as call:
        await call.control.originate(request("200"))
        dialled = call.asterisk.channels["out-1"]
        await call.asterisk.tell({"type": "StasisEnd", "channel": dialled.facts()})
        await call.control.client.request("GET", "channels")  # what was told before is known by now
        assert call.control.free_lines("trunk") == 1
        await call.asterisk.destroy(dialled, 16, None)
        await until(lambda: call.control.free_lines("trunk") == 2)


async def test_somebody_whom_we_hang_up_on_during_a_cut_is_hung_up_on_afterwards() -> None:
    async with scene(request_seconds=0.1) as call:
        channel = await call.control.originate(request("200"))
        call.asterisk.refuses_with = 503
        call.asterisk.cut()
        await until(lambda: not call.control.client.connected)
        await call.control.hang_up(channel)
        call.asterisk.refuses_with = None
        await call.nothing_is_left()
        assert call.control.free_lines("trunk") == 2


@pytest.mark.parametrize(
    ("number", "disposition", "cause", "sip_status"),
    [
        ("486", Disposition.BUSY, 17, 486),
        ("480", Disposition.NO_ANSWER, 19, 480),
        ("408", Disposition.NO_ANSWER, 18, 408),
        ("404", Disposition.SIT_INVALID, 1, 404),
        ("484", Disposition.SIT_INVALID, 28, 484),
        ("603", Disposition.REJECTED, 21, 603),
        ("503", Disposition.SIT_NO_CIRCUIT, 34, 503),
        ("500", Disposition.CARRIER_ERROR, 38, 500),
        ("nowhere", Disposition.CARRIER_ERROR, 0, None),
    ],
)
async def test_a_dial_that_reaches_nobody_says_why(
    number: str, disposition: Disposition, cause: int, sip_status: int | None
) -> None:
    async with scene() as call:
        with pytest.raises(NotConnectedError) as dial:
            await call.control.originate(request(number))
        assert dial.value.outcome == DialOutcome(disposition, cause, sip_status)
        assert call.control.free_lines("trunk") == 2
        await call.nothing_is_left()


async def test_a_dial_that_rings_too_long_is_given_up_by_our_own_clock() -> None:
    async with scene() as call:
        with pytest.raises(NotConnectedError) as dial:
            await call.control.originate(request("180", ring_seconds=0.1))
        assert dial.value.outcome == DialOutcome(
            Disposition.NO_ANSWER, HangupCause.NO_ANSWER, None, rang_out=True
        )
        await call.nothing_is_left()
        assert call.control.free_lines("trunk") == 2


async def test_a_trunk_that_does_not_reply_is_not_taken_for_a_person_who_does_not_answer() -> None:
    async with scene() as call:
        with pytest.raises(NotConnectedError) as dial:
            await call.control.originate(request("100", ring_seconds=0.1))
        assert dial.value.outcome.disposition is Disposition.CARRIER_ERROR
        assert dial.value.outcome.rang_out
        await call.nothing_is_left()


async def test_a_dialler_that_is_stopped_leaves_no_telephone_ringing() -> None:
    async with scene() as call:
        dial = asyncio.create_task(call.control.originate(request("180")))
        await until(lambda: call.asterisk.dialled)
        dial.cancel()
        await asyncio.wait((dial,))
        await call.nothing_is_left()
        assert call.control.free_lines("trunk") == 2


async def test_a_dial_whose_answer_was_lost_is_not_placed_again() -> None:
    async with scene() as call:
        dial = asyncio.create_task(call.control.originate(request("180")))
        await until(lambda: call.asterisk.dialled)
        call.asterisk.cut()
        await until(lambda: not call.control.client.connected)
        await call.control.client.ready()
        await until(lambda: call.asterisk.requests.count("GET applications/voicebot") == 2)
        assert not dial.done()
        await call.asterisk.pick_up("out-1")
        assert (await dial).answered
        assert call.asterisk.dialled == ["180"]


async def test_a_thousand_dials_at_once_keep_to_the_trunks_lines() -> None:
    async with scene() as call:
        most = 0

        async def dial(number: int) -> None:
            nonlocal most
            channel = await call.control.originate(request("200", f"out-{number}"))
            most = max(most, 2 - call.control.free_lines("trunk"), len(call.asterisk.channels))
            await call.control.hang_up(channel)

        await asyncio.gather(*(dial(number) for number in range(1000)))
        await call.nothing_is_left()
        assert most == 2
        assert len(call.asterisk.dialled) == 1000


@pytest.mark.parametrize(("shared", "free"), [(True, 0), (False, 1)])
async def test_a_call_that_comes_in_takes_a_line_of_a_trunk_that_carries_both_directions(
    shared: bool, free: int
) -> None:
    trunk = TrunkSettings(max_calls=1, shared=shared)
    async with scene(trunks={"phone": trunk}) as call:
        caller = await call.asterisk.call_in()
        await until(lambda: call.channels)
        assert call.control.free_lines("phone") == free
        await call.asterisk.hang_up(caller)
        await call.nothing_is_left()
        assert call.control.free_lines("phone") == 1


async def test_nobody_is_dialled_any_more_when_no_line_was_free_in_time() -> None:
    async with scene(trunks={"phone": TrunkSettings(max_calls=1, shared=True)}) as call:
        caller = await call.asterisk.call_in()
        await until(lambda: call.channels)
        late = OriginateRequest("PJSIP/1@phone", "phone", "out-1", line_seconds=0.05)
        with pytest.raises(NotConnectedError, match="no line of phone was free") as nobody:
            await call.control.originate(late)
        assert nobody.value.outcome.disposition is Disposition.SIT_NO_CIRCUIT
        assert not call.asterisk.dialled
        await call.asterisk.hang_up(caller)
        await call.nothing_is_left()


async def test_a_trunk_without_limits_is_not_dialled() -> None:
    async with scene() as call:
        with pytest.raises(TelephonyError, match=r"add it to telephony.trunks"):
            await call.control.originate(OriginateRequest("PJSIP/1@other", "other", "out-1"))


# No more than there are places


async def test_one_caller_too_many_goes_on_to_people() -> None:
    async with scene(at_most=1) as call:
        first = await call.asterisk.call_in()
        second = await call.asterisk.call_in("second")
        await until(lambda: second.continued)
        assert second.continued == {"context": "human", "extension": "s", "priority": "1"}
        assert [channel.id for channel in call.channels] == [first.id]
        await call.asterisk.hang_up(first)
        await until(lambda: not call.places.taken)
        third = await call.asterisk.call_in("third")
        await until(lambda: len(call.channels) == 2)
        assert call.channels[-1].id == third.id


async def test_one_caller_too_many_hears_the_busy_tone_where_that_is_set() -> None:
    async with scene(at_most=1, excess="busy") as call:
        await call.asterisk.call_in()
        second = await call.asterisk.call_in("second")
        await until(lambda: second.id not in call.asterisk.channels)
        assert call.asterisk.cleared[second.id] == "17"


async def test_a_call_that_we_place_takes_a_place_from_its_first_ring() -> None:
    async with scene(at_most=1) as call:
        ringing = asyncio.create_task(call.control.originate(request("180")))
        await until(lambda: call.asterisk.channels)
        with pytest.raises(TelephonyError, match=r"calls.at_most"):
            await call.control.originate(request("200", "out-2"))
        assert call.control.free_lines("trunk") == 1
        ringing.cancel()
        await asyncio.wait((ringing,))
        await call.nothing_is_left()
        assert call.places.taken == 0


STEPS = st.lists(st.sampled_from(["in", "200", "486", "999", "hang up", "cut", "wait"]), max_size=12)


@settings(max_examples=25, deadline=None)
@given(STEPS)
async def test_in_whatever_order_calls_come_and_fail_no_place_is_lost_and_none_too_many(
    steps: list[str],
) -> None:
    async def talk(control: CallControl, channel: Channel) -> None:
        await control.answer(channel)
        await asyncio.sleep(0)
        raise TelephonyError("it fails") if channel.id in ("in-1", "in-4") else RuntimeError("so does this")

    async with scene(talk, at_most=2) as call:
        dialling: list[asyncio.Task[Channel]] = []
        for number, step in enumerate(steps):
            match step:
                case "in":
                    await call.asterisk.call_in(f"in-{number}")
                case "hang up":
                    for channel in list(call.asterisk.channels.values())[:1]:
                        await call.asterisk.hang_up(channel)
                case "cut":
                    call.asterisk.cut()
                case "wait":
                    await call.control.client.ready()
                case _:
                    dial = call.control.originate(request(step, f"out-{number}"))
                    dialling.append(asyncio.create_task(dial))
            await asyncio.sleep(0)
            assert call.control.calls <= call.places.taken <= 2
        for task in dialling:
            await asyncio.wait((task,))
            if not (task.cancelled() or task.exception()):
                await call.control.hang_up(task.result())
        await call.control.client.ready()
        for channel in list(call.asterisk.channels.values()):
            await call.asterisk.hang_up(channel)
        await until(lambda: not call.places.taken)


# Hand-off


async def hand_off_and_listen(control: CallControl, channel: Channel, told: list[object]) -> None:
    """To people and back; ``told`` takes the steps on the way, and what is heard afterwards."""
    async with control.open_media(channel) as transport:
        async for step in control.hand_off(channel, "collections", {"topic": "Payment plan"}):
            told.append(step)
        async for sound in transport.incoming():
            told.append(sound)


@dataclass
class HandedOffCall:
    call: Scene
    caller: FakeChannel
    told: list[object]


@asynccontextmanager
async def with_people() -> AsyncIterator[HandedOffCall]:
    """A caller who has just been handed off."""
    told: list[object] = []
    over = asyncio.Event()

    async def hand_off(control: CallControl, channel: Channel) -> None:
        await hand_off_and_listen(control, channel, told)
        over.set()

    async with scene(hand_off) as call:
        caller = await call.asterisk.call_in()
        await until(lambda: caller.continued and not caller.in_app)
        yield HandedOffCall(call, caller, told)
        await over.wait()


def answered_by_agent(caller: FakeChannel) -> dict[str, Any]:
    agent = FakeChannel("agent-1", "3001", "Up")
    return {"type": "Dial", "dialstatus": "ANSWER", "peer": agent.facts(), "caller": caller.facts()}


async def test_a_caller_is_handed_to_people_with_the_facts() -> None:
    async with with_people() as it:
        assert it.caller.continued == {"context": "human", "extension": "s", "priority": "1"}
        assert it.caller.variables == {
            "__VOICEBOT_TOPIC": "Payment plan",
            "__VOICEBOT_QUEUE": "collections",
        }
        await it.call.asterisk.tell(answered_by_agent(it.caller))
        await it.call.asterisk.hang_up(it.caller)
    assert it.told == [HandOffStep.ANSWERED]
    assert it.call.asterisk.bridges == {}


async def test_a_caller_whom_nobody_took_is_heard_again() -> None:
    async with with_people() as it:
        await it.call.asterisk.enter(it.caller, "human", "TIMEOUT")
        media = await bridged_media(it.call.asterisk, it.caller)
        await media.speak(VOICE)
        await until(lambda: len(it.told) == 2)
        await it.call.asterisk.hang_up(it.caller)
    assert it.told == [HandOffStep.NOBODY, AudioFrame(VOICE, 8000, 0.0)]
    assert len(it.call.channels) == 1


async def test_a_caller_whom_the_agent_has_left_is_back_with_us() -> None:
    async with with_people() as it:
        await it.call.asterisk.tell(answered_by_agent(it.caller))
        await it.call.asterisk.enter(it.caller, "human", "CONTINUE")
        await bridged_media(it.call.asterisk, it.caller)
        await until(lambda: len(it.told) == 2)
        await it.call.asterisk.hang_up(it.caller)
    assert it.told == [HandOffStep.ANSWERED, HandOffStep.AGENT_LEFT]


async def test_a_caller_who_hangs_up_while_waiting_is_not_waited_for() -> None:
    async with with_people() as it:
        await it.call.asterisk.hang_up(it.caller)
    assert it.told == []


async def test_a_hand_off_that_asterisk_refuses_leaves_the_caller_with_us() -> None:
    refused: list[str] = []

    async def hand_off(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel) as transport:
            try:
                async for _ in control.hand_off(channel, "collections", {}):
                    pass
            except NotHandedOffError as error:
                refused.append(str(error))
            async for _ in transport.incoming():
                pass

    async with scene(hand_off) as call:
        call.asterisk.refused_paths["continue"] = (500, "No such context")
        caller = await call.asterisk.call_in()
        await until(lambda: refused)
        assert call.control.calls == 1
        await call.asterisk.hang_up(caller)
        await call.nothing_is_left()
    assert "No such context" in refused[0]


async def test_a_caller_who_has_gone_cannot_be_handed_off() -> None:
    async with scene() as call:
        caller = await call.asterisk.call_in()
        await until(lambda: call.channels)
        await call.asterisk.hang_up(caller)
        await until(lambda: call.control.calls == 0)
        with pytest.raises(CallGoneError):
            await anext(call.control.hand_off(call.channels[0], "human", {}))
        with pytest.raises(CallGoneError):
            async with call.control.open_media(call.channels[0]):
                pass
        await call.control.hang_up(call.channels[0])


async def test_a_caller_who_comes_back_to_a_bot_that_does_not_know_them_goes_on_in_the_dialplan() -> None:
    async with scene() as call:
        caller = await call.asterisk.call_in("stranger", arguments=("human", "TIMEOUT"))
        await until(lambda: caller.continued == {})
        assert call.channels == []


# People take over


async def test_a_call_that_fails_goes_on_to_people_and_the_others_go_on_with_us() -> None:
    async def fail(control: CallControl, channel: Channel) -> None:
        if channel.id == "bad":
            raise ZeroDivisionError
        await asyncio.Event().wait()

    async with scene(fail) as call:
        with capture_logs() as logs:
            await call.asterisk.call_in("good")
            bad = await call.asterisk.call_in("bad")
            await until(lambda: {"call_failed", "passed_on"} <= {entry["event"] for entry in logs})
        assert bad.continued == {"context": "human", "extension": "s", "priority": "1"}
        await until(lambda: call.control.calls == 1)


async def test_a_caller_whose_sound_is_lost_goes_on_to_people() -> None:
    async def listen(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel) as transport:
            async for _ in transport.incoming():
                pass
            await transport.drain()

    async with scene(listen) as call:
        caller = await call.asterisk.call_in()
        media = await bridged_media(call.asterisk, caller)
        await media.close()
        await until(lambda: caller.continued)
        assert caller.id in call.asterisk.channels
        await until(lambda: call.control.calls == 0)


async def test_a_bot_that_is_being_stopped_sends_new_callers_to_people_and_lets_the_others_finish() -> None:
    over = asyncio.Event()

    async def talk(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel) as transport:
            await over.wait()
            await transport.hang_up()

    async with scene(talk) as call:
        first = await call.asterisk.call_in("first")
        await bridged_media(call.asterisk, first)
        draining = asyncio.create_task(call.control.drain(60.0))
        await asyncio.sleep(0)
        late = await call.asterisk.call_in("late")
        await until(lambda: late.continued)
        assert not draining.done()
        over.set()
        await draining
        assert first.continued is None
        assert [channel.id for channel in call.channels] == ["first"]


async def test_a_call_that_does_not_finish_in_time_is_taken_over_by_people() -> None:
    async def talk(control: CallControl, channel: Channel) -> None:
        async with control.open_media(channel) as transport:
            async for _ in transport.incoming():
                pass

    async with scene(talk) as call:
        caller = await call.asterisk.call_in()
        await bridged_media(call.asterisk, caller)
        await call.control.drain(0.0)
        assert caller.continued == {"context": "human", "extension": "s", "priority": "1"}
        assert call.control.calls == 0


async def test_a_bot_that_is_being_stopped_lets_go_of_callers_who_are_with_people() -> None:
    async with with_people() as it:
        await it.call.control.drain(60.0)
    assert it.told == [HandOffStep.OUT_OF_SIGHT]
    assert it.caller.id in it.call.asterisk.channels


async def only_people_have(caller: FakeChannel, call: Scene) -> None:
    """The caller goes on in the dialplan, and nothing of ours is left."""
    await until(lambda: caller.continued == {"context": "human", "extension": "s", "priority": "1"})
    await until(lambda: list(call.asterisk.channels) == [caller.id])
    await until(lambda: not (call.asterisk.bridges or call.control.calls))


async def bridged_media(asterisk: FakeAri, caller: FakeChannel) -> Any:
    """The media channel in one bridge with the caller."""
    await until(lambda: any(caller.id in bridged for bridged in asterisk.bridges.values()))
    (bridged,) = (bridged for bridged in asterisk.bridges.values() if caller.id in bridged)
    (media,) = bridged - {caller.id}
    return asterisk.channels[media].media
