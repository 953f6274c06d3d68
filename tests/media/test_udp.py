"""Real sockets on free ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes.rtp_peer import Peer, peer
from tests.fakes.until import until
from voicebot.errors import MediaError
from voicebot.media.clock import MediaClock
from voicebot.media.frame import AudioFrame, KeyPressed
from voicebot.media.g711 import pcm_to_ulaw, ulaw_to_pcm
from voicebot.media.rtp import KEY_TYPE, Codec, RtpPacket
from voicebot.media.udp import RtpLine

VOICE = ulaw_to_pcm(pcm_to_ulaw(b"\x10\x20" * 160))


@asynccontextmanager
async def call() -> AsyncIterator[tuple[RtpLine, Peer]]:
    line, asterisk = await RtpLine.open("call-1", Codec.ULAW, MediaClock(), host="127.0.0.1"), await peer()
    line.talk_to(*asterisk.socket.get_extra_info("sockname")[:2])
    try:
        yield line, asterisk
    finally:
        line.close()
        asterisk.socket.close()
        await asyncio.sleep(0)


async def test_sound_and_keys_go_both_ways() -> None:
    async with call() as (line, asterisk):
        line.transport.play(VOICE * 2)
        await line.transport.drain()
        await until(lambda: [p.payload for p in asterisk.heard].count(pcm_to_ulaw(VOICE)) == 2)
        asterisk.send(line, RtpPacket(0, 1, 0, 9, pcm_to_ulaw(VOICE)))
        asterisk.send(line, RtpPacket(KEY_TYPE, 2, 160, 9, bytes([5, 10, 0, 160])))
        incoming = line.transport.incoming()
        assert [await anext(incoming), await anext(incoming)] == [
            AudioFrame(VOICE, 8000, 0.0),
            KeyPressed("5", 0.02),
        ]
        await line.transport.hang_up()
        assert [sound async for sound in incoming] == []


async def test_keys_that_ari_tells_of_count_where_rtp_brings_none() -> None:
    async with call() as (line, asterisk):
        line.press("1")
        asterisk.send(line, RtpPacket(KEY_TYPE, 2, 160, 9, bytes([5, 10, 0, 160])))
        incoming = line.transport.incoming()
        assert [await anext(incoming), await anext(incoming)] == [KeyPressed("1", 0.0), KeyPressed("5", 0.0)]
        line.press("5")
        line.close()
        assert [sound async for sound in incoming] == []


async def test_a_stranger_is_not_listened_to() -> None:
    async with call() as (line, asterisk):
        stranger = await peer()
        stranger.send(line, RtpPacket(0, 1, 0, 9, pcm_to_ulaw(VOICE)))
        asterisk.socket.sendto(b"no packet", ("127.0.0.1", line.port))
        await until(lambda: line.refused == 2)
        stranger.socket.close()
        line.close()
        assert [sound async for sound in line.transport.incoming()] == []


async def test_an_address_of_another_machine_says_so() -> None:
    with pytest.raises(MediaError, match="is it this machine's address"):
        await RtpLine.open("call-1", Codec.ULAW, MediaClock(), host="192.0.2.1")
