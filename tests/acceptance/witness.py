"""What Asterisk itself saw of the calls, told by an application that only listens."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import accumulate
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.acceptance.pbx import Pbx

PATIENCE = 120.0
"""Seconds after which nothing of ours may be left in Asterisk."""
APP = "witness"
FAR_END = ";2"
"""How the id of the far half of a ``Local`` channel ends."""
OURS = "attempt-"
"""How the ids of the calls begin that tests place."""
GIVEN = "1?Stasis(voicebot,inbound"
"""What the dialplan's ``ExecIf`` makes of itself when it gives a call to the bot."""


class Witness:
    """Hears of every channel, and of those of an Asterisk that comes after it; it asks for nothing."""

    def __init__(self) -> None:
        self.calls: set[str] = set()
        """Ids of the channels that the dialplan gave to the bot, or that the bot dialled."""
        self.dialled: list[str] = []
        """Ids of the latter, one for each time that Asterisk was told to dial."""
        self.listening = asyncio.Event()
        self._lines: list[tuple[str, int]] = []
        """When each of these channels came (+1) and went (-1) by the clock of Asterisk: events of several
        channels may come in another order."""

    @classmethod
    @asynccontextmanager
    async def of(cls, pbx: Pbx) -> AsyncIterator[Self]:
        """Of what happens from now on."""
        witness = cls()
        watching = asyncio.create_task(witness._watch(pbx))
        await witness.listening.wait()
        yield witness
        watching.cancel()
        await asyncio.wait((watching,))

    @property
    def lines(self) -> int:
        """Channels dialled by the bot that are there now."""
        return sum(change for _, change in self._lines)

    @property
    def most_lines(self) -> int:
        """Channels dialled by the bot that were there at one moment, ringing ones included."""
        return max(accumulate(change for _, change in sorted(self._lines)), default=0)

    async def _watch(self, pbx: Pbx) -> None:
        key = b64encode(f"voicebot:{pbx.passwords['ARI_PASSWORD']}".encode()).decode()
        uri = f"ws://{urlsplit(pbx.ari).netloc}/ari/events?app={APP}&subscribeAll=true"
        while True:
            with suppress(OSError, WebSocketException):
                async with connect(
                    uri, additional_headers={"Authorization": f"Basic {key}"}, proxy=None
                ) as socket:
                    self.listening.set()
                    async for text in socket:
                        self._take(json.loads(text))
            self.listening.clear()
            await asyncio.sleep(0.05)

    def _take(self, event: dict[str, Any]) -> None:
        channel_id = event.get("channel", {}).get("id", "")
        if channel_id.endswith(FAR_END):
            return
        match event["type"]:
            case "ChannelCreated" if channel_id.startswith(OURS):
                self.calls.add(channel_id)
                self.dialled.append(channel_id)
                self._lines.append((event["timestamp"], 1))
            case "ChannelDestroyed" if channel_id.startswith(OURS):
                self._lines.append((event["timestamp"], -1))
            case "ChannelDialplan" if event["dialplan_app_data"].startswith(GIVEN):
                self.calls.add(channel_id)


async def nothing_is_left(pbx: Pbx) -> None:
    """Wait until Asterisk has no channel and no bridge, and tells our application of none."""
    left: list[str] = []
    try:
        async with asyncio.timeout(PATIENCE):
            while left := await _left(pbx):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"left in Asterisk: {left}") from None


async def _left(pbx: Pbx) -> list[str]:
    return [
        *(channel["name"] for channel in await pbx.ask("GET", "channels")),
        *(bridge["id"] for bridge in await pbx.ask("GET", "bridges")),
        *(heard for app in await pbx.ask("GET", "applications") for heard in _heard(app)),
    ]


def _heard(application: dict[str, Any]) -> list[str]:
    """What a bot's application is subscribed to; the witness hears of everything by itself."""
    return [*application["channel_ids"], *application["bridge_ids"]] if application["name"] != APP else []
