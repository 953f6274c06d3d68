"""Sounds that tests can tell apart from voices and from each other."""

from __future__ import annotations

import asyncio

import numpy as np

from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.rtp_line import RtpLine, SoundPacket
from tests.fakes.until import until

CALLER_HERTZ, AGENT_HERTZ = 440, 1000
RATE = 8000


def tone(seconds: float = 1.0, hertz: int = CALLER_HERTZ) -> bytes:
    at = np.arange(int(RATE * seconds)) / RATE
    return (8000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes()


def is_tone(packet: SoundPacket, hertz: int) -> bool:
    """Whether most of a packet's power lies around that frequency."""
    sound = np.frombuffer(packet.pcm, "<i2").astype(float)
    power = np.abs(np.fft.rfft(sound)) ** 2
    near = round(hertz * len(sound) / RATE)
    return packet.loud and bool(power[near - 1 : near + 2].sum() > 0.8 * power.sum())


async def first_tone(line: RtpLine, hertz: int) -> float:
    """When, by the event loop's clock, a tone first came in that the other side begins about now."""
    looked_at = len(line.heard)
    while True:
        for packet in line.heard[looked_at:]:
            if is_tone(packet, hertz):
                return packet.at
        looked_at = len(line.heard)
        await line.hears_anything()


async def talk(caller: PhoneCall, agent: PhoneCall) -> float:
    """Each speaks until the other hears it, and falls silent; when both had heard the other."""
    heard = await asyncio.gather(
        _reaches(caller, agent.line, CALLER_HERTZ), _reaches(agent, caller.line, AGENT_HERTZ)
    )
    await until(lambda: not (caller.line.said[-1].loud or agent.line.said[-1].loud))
    return max(heard)


async def _reaches(speaker: PhoneCall, listener: RtpLine, hertz: int) -> float:
    hearing = asyncio.create_task(first_tone(listener, hertz))
    while not hearing.done():  # however long the way to the other takes to be there
        speaker.line.speak(tone(0.5, hertz))
        await asyncio.wait((hearing,), timeout=0.5)
    return hearing.result()
