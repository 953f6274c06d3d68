"""What we read of ARI, held against a real Asterisk: its description of itself, and its events."""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import get_args
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.acceptance.pbx import REPOSITORY, Pbx
from tests.fakes.until import PATIENCE
from voicebot.telephony import ari_models
from voicebot.telephony.ari_events import (
    ApplicationReplaced,
    AriMessage,
    ChannelConnectedLine,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelUserevent,
    PassedOver,
    RESTResponse,
    StasisEnd,
    StasisStart,
    read_message,
)
from voicebot.telephony.ari_wire import all_channels, heard_channels, rest_request
from voicebot.telephony.settings import AriSettings

ECHO = "Local/103@from-phones/n"


async def test_the_models_are_those_that_asterisk_describes(
    asterisk: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(REPOSITORY / "scripts")
    generator = importlib.import_module("ari_models")
    docs = {name: await asterisk.ask("GET", f"api-docs/{name}.json") for name in generator.USED}
    assert ari_models.__doc__ is not None
    version = re.search(r"Asterisk (\S+)", ari_models.__doc__)
    assert version is not None
    assert generator.render(version[1], docs) == generator.MODULE.read_text()


class Ear:
    """A bare socket of an application that keeps all events, read."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[AriMessage] = []

    async def hears(self, kind: type, channel_id: str = "") -> None:
        """Listen until such an event comes."""
        while not any(self._is(event, kind, channel_id) for event in self.events):
            self.events.append(read_message(await self.socket.recv()))

    async def asks(self, method: str, uri: str, **query: str) -> RESTResponse:
        await self.socket.send(rest_request("7", method, uri, query, None))
        while not isinstance(message := read_message(await self.socket.recv()), RESTResponse):
            self.events.append(message)
        assert message.status_code < 300, message.message_body
        return message

    @staticmethod
    def _is(event: AriMessage, kind: type, channel_id: str) -> bool:
        return isinstance(event, kind) and getattr(event, "channel_id", "") == channel_id


@asynccontextmanager
async def listening(asterisk: Pbx) -> AsyncIterator[Ear]:
    settings = AriSettings.model_validate(
        {
            "app": "contract",
            "port": urlsplit(asterisk.ari).port,
            "password": asterisk.passwords["ARI_PASSWORD"],
        }
    )
    headers = {"Authorization": settings.authorization}
    async with connect(settings.url, additional_headers=headers, proxy=None) as socket:
        yield Ear(socket)


async def test_every_kind_of_event_is_read_as_a_real_call_brings_it(asterisk: Pbx) -> None:
    async with asyncio.timeout(PATIENCE), listening(asterisk) as ear:
        near, far = "contract-near", "contract-far"
        call = {
            "endpoint": ECHO,
            "app": "contract",
            "appArgs": "out",
            "channelId": near,
            "otherChannelId": far,
        }
        await ear.asks("POST", "channels", **call)
        await ear.hears(StasisStart, near)
        assert near in heard_channels(await ear.asks("GET", "applications/contract"))
        facts = all_channels(await ear.asks("GET", "channels"))[near]
        assert facts.in_application(("contract",))
        assert facts.stasis_arguments == ("out",)
        number = {"variable": "CONNECTEDLINE(num)", "value": "5550199"}
        await ear.asks("POST", f"channels/{near}/variable", **number)
        await ear.hears(ChannelConnectedLine, near)
        await ear.asks("POST", f"channels/{near}/dtmf", dtmf="5")
        await ear.asks("POST", f"channels/{near}/play", media="tone:dial")  # a key's end comes with sound
        await ear.hears(ChannelDtmfReceived, far)
        await ear.asks("POST", "events/user/noted", application="contract", source=f"channel:{near}")
        await ear.hears(ChannelUserevent, near)
        await ear.asks("DELETE", f"channels/{near}")
        await ear.hears(StasisEnd, near)
        await ear.hears(ChannelDestroyed, near)
        await ear.hears(ChannelDestroyed, far)
        async with listening(asterisk):
            await ear.hears(ApplicationReplaced)

    heard = {type(event) for event in ear.events}
    assert {*get_args(AriMessage)} - heard <= {RESTResponse}
    unread = {event.type for event in ear.events if isinstance(event, PassedOver)}
    assert not unread & vars(ari_models).keys()
