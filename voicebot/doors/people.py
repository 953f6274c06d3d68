"""How long somebody would wait for people now, as Asterisk's queue tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from voicebot.campaigns.pacing import Queue
from voicebot.errors import TelephonyError
from voicebot.telephony.ari_control import AriControl

USUAL_TALK_SECONDS: Final = 180.0
"""Of a person with a caller, until the queue knows its own average: before its first call, and where
queues.conf has no ``setqueuevar = yes``."""


async def queue_of(control: AriControl, name: str) -> Queue | None:
    """A queue of Asterisk's; ``None`` when there is none of that name, or it does not say."""
    asked = {
        "known": f"QUEUE_EXISTS({name})",
        "waiting": f"QUEUE_WAITING_COUNT({name})",
        "ready": f"QUEUE_MEMBER({name},ready)",
        "logged": f"QUEUE_MEMBER({name},logged)",
        "paused": f"QUEUE_MEMBER({name},paused)",
        "variables": f"QUEUE_VARIABLES({name})",  # sets the next one
        "talk": "QUEUETALKTIME",
    }
    try:
        told = await control.ask(*asked.values())
    except TelephonyError:
        return None
    return estimated({short: told.get(long, "") for short, long in asked.items()})


def estimated(told: Mapping[str, str]) -> Queue | None:
    """The wait from what Asterisk says: nothing while somebody is ready, else until the people at work have
    talked with everybody in front."""
    number = {what: int(value) for what, value in told.items() if value.isdecimal()}
    if not number.get("known") or not {"waiting", "ready", "logged", "paused"} <= number.keys():
        return None
    idle = number["ready"] - number["waiting"]
    at_work = number["logged"] - number["paused"]
    if idle > 0:
        return Queue(number["waiting"], idle, 0.0)
    if at_work <= 0:
        return Queue(number["waiting"], 0, float("inf"))
    talk = number.get("talk") or USUAL_TALK_SECONDS
    return Queue(number["waiting"], 0, talk * (number["waiting"] + 1) / at_work)
