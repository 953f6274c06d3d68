"""A call's sound over ARI: a mixing bridge, and in it the caller and a channel that leads to us."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress

from voicebot.errors import TelephonyError
from voicebot.media.chan_websocket import FORMATS
from voicebot.media.frame import Band
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.media.websocket_line import WebSocketTransport
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriError
from voicebot.telephony.channel import Channel, band_of
from voicebot.telephony.leg import Leg
from voicebot.telephony.settings import TelephonySettings

Delete = Callable[[str, str], Awaitable[object]]
"""Takes down a bridge or a channel: ``delete("bridges", id)``; never fails."""


class AriMedia:
    """Opens the sound of calls. Names are made from the application's, so that what a dead process left
    is known for its own by the next one."""

    def __init__(
        self,
        client: AriClient,
        server: MediaWebSocketServer,
        settings: TelephonySettings,
        delete: Delete,
    ) -> None:
        self._client = client
        self._server = server
        self._settings = settings
        self._delete = delete
        self._app = client.settings.app

    def bridge_of(self, channel_id: str) -> str:
        """The bridge of a caller's channel."""
        return f"{self._app}-bridge-{channel_id}"

    def is_media(self, channel_id: str) -> bool:
        """Whether a channel is one of those that bring us sound."""
        return channel_id.startswith(f"{self._app}-media-")

    async def attach(
        self, channel: Channel, cleanup: AsyncExitStack, *, disconnect: Callable[[], None]
    ) -> WebSocketTransport:
        """Bring the caller and ourselves together; what is made on the way, ``cleanup`` takes down again."""
        band = await self._band(channel)
        media_id = f"{self._app}-media-{secrets.token_hex(8)}"
        expected = cleanup.enter_context(self._server.expect(channel.id, band))
        await self._make_bridge(channel, cleanup)
        await self._make_media(media_id, band, expected.transport_data, cleanup)
        transport = await self._server.connected(expected, disconnect=disconnect)
        both = {"channel": f"{channel.id},{media_id}"}
        bridge = self.bridge_of(channel.id)
        await self._client.request("POST", "bridges", bridge, "addChannel", query=both)
        return transport

    async def _make_bridge(self, channel: Channel, cleanup: AsyncExitStack) -> None:
        bridge = self.bridge_of(channel.id)
        cleanup.push_async_callback(self._delete, "bridges", bridge)
        await self._client.request("POST", "bridges", bridge, query={"type": "mixing"})

    async def _make_media(
        self, media_id: str, band: Band, transport_data: str, cleanup: AsyncExitStack
    ) -> None:
        leg = Leg(media_id)
        cleanup.callback(self._client.watch(media_id, leg.take).close)
        cleanup.push_async_callback(self._delete, "channels", media_id)
        query = {
            "app": self._app,
            "channelId": media_id,
            "external_host": self._server.client,
            "transport": "websocket",
            "encapsulation": "none",
            "format": FORMATS[band],
            "transport_data": transport_data,
        }
        await self._client.request("POST", "channels", "externalMedia", query=query)
        await self._up(leg)

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

    async def _band(self, channel: Channel) -> Band:
        if self._settings.band != "auto":
            return Band.WIDE if self._settings.band == "wide" else Band.NARROW
        variable = {"variable": "CHANNEL(audionativeformat)"}
        with suppress(AriError):
            answer = await self._client.request("GET", "channels", channel.id, "variable", query=variable)
            return band_of(str(answer["value"]))
        return Band.NARROW
