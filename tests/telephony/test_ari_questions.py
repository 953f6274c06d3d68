from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes.fake_ari import FakeAri
from tests.fakes.until import until
from voicebot.media.clock import MediaClock
from voicebot.media.settings import MediaWebSocketSettings
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.telephony.ari_control import AriControl
from voicebot.telephony.ari_errors import AriError, AriUnavailableError
from voicebot.telephony.channel import Channel
from voicebot.telephony.settings import TelephonySettings


@asynccontextmanager
async def control(asterisk: FakeAri) -> AsyncIterator[AriControl]:
    """Of a bot without calls; none comes in."""

    async def nobody(channel: Channel) -> None:
        raise AssertionError(f"{channel.id} was taken for a caller")

    async with MediaWebSocketServer(MediaWebSocketSettings(port=0), MediaClock()) as media:
        its = AriControl(asterisk.settings(request_seconds=0.2), media, TelephonySettings(), on_call=nobody)
        running = asyncio.create_task(its.run())
        await its.client.ready()
        yield its
        running.cancel()
        await asyncio.wait((running,))


async def test_the_dialplan_is_asked_without_a_call_and_nothing_is_left_of_the_question() -> None:
    async with FakeAri() as asterisk, control(asterisk) as its:
        asterisk.knows = {"QUEUE_WAITING_COUNT(human)": "2", "QUEUE_MEMBER(human,ready)": "0"}
        told = await its.ask("QUEUE_WAITING_COUNT(human)", "QUEUE_MEMBER(human,ready)", "QUEUETALKTIME")
        assert told == {"QUEUE_WAITING_COUNT(human)": "2", "QUEUE_MEMBER(human,ready)": "0"}
        await until(lambda: not asterisk.channels)
        assert asterisk.dialled == []
        assert its.calls == 0


async def test_the_channel_of_a_question_is_no_caller_however_late_asterisk_tells_of_it() -> None:
    async with FakeAri() as asterisk, control(asterisk) as its:
        late = await asterisk.call_in("voicebot-question-0123", arguments=())
        await its.ask("QUEUETALKTIME")
        assert late.id in asterisk.channels
        assert its.calls == 0


async def test_a_question_that_asterisk_refuses_is_told() -> None:
    async with FakeAri() as asterisk, control(asterisk) as its:
        asterisk.refused_paths["create"] = (500, "Allocation failed")
        with pytest.raises(AriError):
            await its.ask("QUEUETALKTIME")


async def test_a_question_that_breaks_off_leaves_no_channel_behind() -> None:
    async with FakeAri() as asterisk, control(asterisk) as its:
        asterisk.cuts_after = "create"
        with pytest.raises(AriUnavailableError):
            await its.ask("QUEUETALKTIME")
        asterisk.cuts_after = ""
        await until(lambda: not asterisk.channels)
