"""Tells the dialplan that we are there, where it could not know.

An Asterisk that dials us keeps calls and their events for a bot that is away, and their callers hear nothing
but ringing. So the dialplan looks at the hour we wrote last, and sends them to people when it is long ago.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Final

from voicebot.errors import TelephonyError
from voicebot.telephony.ari_client import AriClient

VARIABLE: Final = "VOICEBOT_SEEN"
"""Global variable of Asterisk: seconds since 1970 when the bot was last there; see ``[stasis]``."""
BEAT_SECONDS: Final = 5.0
"""A third of what the dialplan waits."""


async def beat(client: AriClient) -> None:
    """Say that we are there, until cancelled."""
    while True:
        await client.ready()
        await _write(client, int(time.time()))
        await asyncio.sleep(BEAT_SECONDS)


async def say_goodbye(client: AriClient) -> None:
    """Have callers sent to people from now on."""
    await _write(client, 0)


async def _write(client: AriClient, seen: int) -> None:
    with suppress(TelephonyError):
        await client.request("POST", "asterisk", "variable", query={"variable": VARIABLE, "value": str(seen)})
