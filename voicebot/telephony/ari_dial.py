"""Placing one call over ARI, by our own ring clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from voicebot.disposition import Disposition
from voicebot.media.frame import AudioFrame
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriError, AriUnavailableError
from voicebot.telephony.ari_media import Transport
from voicebot.telephony.channel import (
    Channel,
    DialOutcome,
    HangupCause,
    NotConnectedError,
    OriginateRequest,
    dial_outcome,
    rang_out,
)
from voicebot.telephony.leg import Leg

ASTERISK_RINGS_LONGER: Final = 5
"""Seconds by which Asterisk's own time-out of a dial is longer than ours: it is there should we be gone."""


async def dial(client: AriClient, request: OriginateRequest, leg: Leg) -> Channel:
    """Ring until somebody answers; the dial is not taken back here when nobody does.

    Raises:
        NotConnectedError: nobody did.
        AriError: Asterisk refused.
        AriUnavailableError: nothing was dialled, because Asterisk could not be asked.
    """
    caller_id = {"callerId": request.caller_id} if request.caller_id else {}
    query = {**_asked(client, request), "timeout": _asterisk_rings(request), **caller_id}
    leg.watch.away = True  # an answer that the connection loses is told after the reconnect
    await _create(client, ("channels",), query, request.variables)
    leg.watch.in_asterisk = True
    await _ring(client, request, leg, leg.started)
    leg.watch.away = False
    started = leg.started.result()
    return started.channel.as_channel(started.args)


async def dial_early(
    client: AriClient,
    request: OriginateRequest,
    leg: Leg,
    *,
    attach: Callable[[], Awaitable[Transport]],
    hear: Callable[[AudioFrame], None],
) -> Transport:
    """As ``dial``, with the sound of the line from before it rings; what ``hear`` raises ends the dial.

    The sound goes on with the answer, and its clock begins anew there.
    """
    # Asterisk takes no callerId here, but this is all that it does with one.
    caller_id = {"CONNECTEDLINE(all)": request.caller_id} if request.caller_id else {}
    variables = {**request.variables, **caller_id}
    leg.watch.away = True
    await _create(client, ("channels", "create"), _asked(client, request), variables)
    leg.watch.in_asterisk = True
    await _ring(client, request, leg, leg.started)  # not ringing yet: before it came to us it has no sound
    transport = await attach()
    hearing = asyncio.create_task(_hear(transport, hear), name=f"early sound of {request.channel_id}")
    try:
        query = {"timeout": _asterisk_rings(request)}
        await _unless_lost(client.request("POST", "channels", leg.channel_id, "dial", query=query))
        await _ring(client, request, leg, leg.answered, hearing)
    finally:
        hearing.cancel()
        await asyncio.wait((hearing,))
    leg.watch.away = False
    transport.restart()
    return transport


def _asked(client: AriClient, request: OriginateRequest) -> dict[str, str]:
    return {
        "endpoint": request.endpoint,
        "app": client.settings.app,
        "appArgs": ",".join(request.arguments),
        "channelId": request.channel_id,
    }


def _asterisk_rings(request: OriginateRequest) -> str:
    return str(round(request.ring_seconds) + ASTERISK_RINGS_LONGER)


async def _create(client: AriClient, path: tuple[str, ...], query: dict[str, str], variables: Any) -> None:
    try:
        await _unless_lost(client.request("POST", *path, query=query, body={"variables": dict(variables)}))
    except AriError as error:
        if error.status != 500:
            raise
        # "Allocation failed": no such endpoint, or none of its contacts can be reached; no event follows.
        outcome = DialOutcome(Disposition.CARRIER_ERROR, HangupCause.UNKNOWN)
        raise NotConnectedError(outcome, str(error)) from None


async def _unless_lost(request: Awaitable[Any]) -> None:
    """A request whose answer is lost may have been done: it may ring. Should it not, the comparison after the
    reconnect says so."""
    try:
        await request
    except AriUnavailableError as error:
        if not error.sent:
            raise


async def _hear(transport: Transport, hear: Callable[[AudioFrame], None]) -> None:
    async for sound in transport.incoming():
        if isinstance(sound, AudioFrame):
            hear(sound)


async def _ring(
    client: AriClient,
    request: OriginateRequest,
    leg: Leg,
    connected: asyncio.Future[Any],
    hearing: asyncio.Future[None] | None = None,
) -> None:
    """Wait until somebody answers.

    Raises:
        NotConnectedError: nobody did.
    """
    ends = {connected, leg.ended, hearing or leg.ended}
    await asyncio.wait(ends, timeout=request.ring_seconds, return_when=asyncio.FIRST_COMPLETED)
    if hearing and hearing.done():
        hearing.result()  # what the listener raised
    if leg.ended.done():
        end = leg.ended.result()
        outcome = dial_outcome(end.cause, end.sip_status)
    elif connected.done():
        return
    elif client.connected and not (hearing and hearing.done()):
        outcome = rang_out(alerted=leg.alerted)
    else:
        outcome = dial_outcome(HangupCause.UNKNOWN)  # Asterisk is gone, or the sound: nobody can say more
    raise NotConnectedError(outcome, f"{request.endpoint}: {outcome.disposition} (cause {outcome.cause})")
