"""Placing one call over ARI, by our own ring clock."""

from __future__ import annotations

import asyncio

from voicebot.disposition import Disposition
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriError, AriUnavailableError
from voicebot.telephony.channel import (
    Channel,
    DialOutcome,
    HangupCause,
    NotConnectedError,
    OriginateRequest,
    dial_outcome,
)
from voicebot.telephony.leg import Leg, LegEnded

ASTERISK_RINGS_LONGER = 5
"""Seconds by which Asterisk's own time-out of a dial is longer than ours: it is there should we be gone."""


async def dial(client: AriClient, request: OriginateRequest, leg: Leg) -> Channel:
    """Ring until somebody answers; the dial is not taken back here when nobody does.

    Raises:
        NotConnectedError: nobody did.
        AriError: Asterisk refused.
        AriUnavailableError: nothing was dialled, because Asterisk could not be asked.
    """
    await _place(client, request)
    leg.watch.in_asterisk = True
    rang_out = False
    try:
        async with asyncio.timeout(request.ring_seconds):
            await leg.settled()
    except TimeoutError:
        rang_out = True
    if rang_out or leg.ended.done():
        end = leg.ended.result() if leg.ended.done() else LegEnded()
        outcome = dial_outcome(end.cause, end.sip_status, rang_out=rang_out)
        raise NotConnectedError(outcome, f"{request.endpoint}: {outcome.disposition} (cause {outcome.cause})")
    started = leg.started.result()
    return started.channel.as_channel(started.args)


async def _place(client: AriClient, request: OriginateRequest) -> None:
    query = {
        "endpoint": request.endpoint,
        "app": client.settings.app,
        "appArgs": ",".join(request.arguments),
        "timeout": str(round(request.ring_seconds) + ASTERISK_RINGS_LONGER),
        "channelId": request.channel_id,
    }
    if request.caller_id:
        query["callerId"] = request.caller_id
    try:
        await client.request("POST", "channels", query=query, body={"variables": dict(request.variables)})
    except AriUnavailableError as error:
        if not error.sent:
            raise
        # It may ring. Should it not, the comparison after the reconnect says so.
    except AriError as error:
        if error.status != 500:
            raise
        # "Allocation failed": no such endpoint, or none of its contacts can be reached; no event follows.
        outcome = DialOutcome(Disposition.CARRIER_ERROR, HangupCause.UNKNOWN)
        raise NotConnectedError(outcome, str(error)) from None
