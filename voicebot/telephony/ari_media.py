"""A call's sound over ARI: a mixing bridge, and in it the caller and a channel that leads to us."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container
from contextlib import AsyncExitStack, suppress
from typing import Any

from voicebot.errors import TelephonyError
from voicebot.media.chan_websocket import FORMATS
from voicebot.media.frame import Band
from voicebot.media.paced import PacedTransport
from voicebot.media.rtp import Codec
from voicebot.media.udp import RtpLine
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.media.websocket_line import WebSocketTransport
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriError
from voicebot.telephony.channel import band_of
from voicebot.telephony.leg import Leg
from voicebot.telephony.own_channels import own_channel
from voicebot.telephony.settings import TelephonySettings

Transport = WebSocketTransport | PacedTransport

TakeDown = Callable[[str, str], Awaitable[None]]
"""Ends a bridge or a channel: ``take_down("bridges", id)``; never fails."""


class AriMedia:
    """Opens the sound of calls. Names are made from the application's, so that what a dead process left
    is known for its own by the next one."""

    def __init__(
        self,
        client: AriClient,
        server: MediaWebSocketServer,
        settings: TelephonySettings,
        take_down: TakeDown,
    ) -> None:
        self._client = client
        self._server = server
        self._settings = settings
        self._take_down = take_down
        self._app = client.settings.app

    def bridge_of(self, channel_id: str) -> str:
        """The bridge of a caller's channel."""
        return f"{self._app}-bridge-{channel_id}"

    async def clear(self, callers: Container[str]) -> None:
        """Take down the bridges of all but these callers: a dead process left them.

        Raises:
            TelephonyError: Asterisk could not be asked.
        """
        ours = self.bridge_of("")
        for name in [str(bridge["id"]) for bridge in await self._client.request("GET", "bridges")]:
            if name.startswith(ours) and name.removeprefix(ours) not in callers:
                await self._take_down("bridges", name)

    async def attach(self, leg: Leg, cleanup: AsyncExitStack, *, disconnect: Callable[[], None]) -> Transport:
        """Bring the caller and ourselves together; what is made on the way, ``cleanup`` takes down again."""
        media = Leg(own_channel(self._app, "media"))
        media.at_end(leg.lose_sound)
        await self._make_bridge(leg.channel_id, cleanup)
        if self._settings.media == "websocket":
            transport: Transport = await self._by_websocket(leg, media, cleanup, disconnect)
        else:
            transport = await self._by_rtp(leg, media, cleanup, disconnect)
        media.at_end(transport.end)
        await self._join(leg, f"{leg.channel_id},{media.channel_id}")
        return transport

    async def rejoin(self, leg: Leg) -> None:
        """Bring a caller who was away together with us again."""
        await self._join(leg, leg.channel_id)

    async def _join(self, leg: Leg, channels: str) -> None:
        bridge = self.bridge_of(leg.channel_id)
        await self._client.request("POST", "bridges", bridge, "addChannel", query={"channel": channels})

    async def _by_websocket(
        self, leg: Leg, media: Leg, cleanup: AsyncExitStack, disconnect: Callable[[], None]
    ) -> WebSocketTransport:
        band = await self._band(leg.channel_id)
        expected = cleanup.enter_context(self._server.expect(leg.channel_id, band))
        query = {
            "external_host": self._server.client,
            "transport": "websocket",
            "encapsulation": "none",
            "format": FORMATS[band],
            "transport_data": expected.transport_data,
        }
        await self._make_media(media, query, cleanup)
        transport = await self._server.connected(expected, disconnect=disconnect, lost=leg.lose_sound)
        leg.hear_keys(transport.receive_key, later=False)
        return transport

    async def _by_rtp(
        self, leg: Leg, media: Leg, cleanup: AsyncExitStack, disconnect: Callable[[], None]
    ) -> PacedTransport:
        codec = Codec.ULAW if self._settings.media == "ulaw" else Codec.ALAW
        host = self._settings.rtp_host
        line = await RtpLine.open(leg.channel_id, codec, self._server.clock, host=host)
        line.disconnect = disconnect
        leg.hear_keys(line.press, later=True)
        cleanup.callback(line.close)
        query = {
            "external_host": f"{host}:{line.port}",
            "transport": "udp",
            "encapsulation": "rtp",
            "format": self._settings.media,
        }
        line.talk_to(*_rtp_address(await self._make_media(media, query, cleanup)))
        return line.transport

    async def _make_bridge(self, channel_id: str, cleanup: AsyncExitStack) -> None:
        bridge = self.bridge_of(channel_id)
        cleanup.push_async_callback(self._take_down, "bridges", bridge)
        await self._client.request("POST", "bridges", bridge, query={"type": "mixing"})

    async def _make_media(self, media: Leg, query: dict[str, str], cleanup: AsyncExitStack) -> Any:
        """The media channel, up; what Asterisk says of it."""
        cleanup.push_async_callback(self._take_down, "channels", media.channel_id)
        media.watch = self._client.watch(media.channel_id, media.take)
        cleanup.callback(media.watch.close)  # before it is taken down: that is no loss
        query = {"app": self._app, "channelId": media.channel_id, **query}
        made = await self._client.request("POST", "channels", "externalMedia", query=query)
        await self._up(media)
        return made

    async def _up(self, media: Leg) -> None:
        """Wait for the media channel: before its own StasisStart it cannot be bridged (422)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.media_seconds):
                await media.settled()
        if not media.started.done():
            raise TelephonyError(
                f"the media channel did not come up within {self._settings.media_seconds:g} s; is "
                f"chan_websocket loaded, and does [{self._server.client}] in websocket_client.conf lead here?"
            )

    async def _band(self, channel_id: str) -> Band:
        if self._settings.band != "auto":
            return Band.WIDE if self._settings.band == "wide" else Band.NARROW
        variable = {"variable": "CHANNEL(audionativeformat)"}
        with suppress(AriError):
            answer = await self._client.request("GET", "channels", channel_id, "variable", query=variable)
            return band_of(str(answer["value"]))
        return Band.NARROW


def _rtp_address(made: Any) -> tuple[str, int]:
    """Where the media channel sends from, and takes our sound."""
    try:
        variables = made["channelvars"]
        return str(variables["UNICASTRTP_LOCAL_ADDRESS"]), int(variables["UNICASTRTP_LOCAL_PORT"])
    except (TypeError, KeyError, ValueError):
        raise TelephonyError(
            "Asterisk did not say where its RTP comes from (UNICASTRTP_LOCAL_PORT); is chan_rtp loaded?"
        ) from None
