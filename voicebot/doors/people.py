"""How long somebody would wait for people now, as Asterisk's queue tells."""

from __future__ import annotations

from typing import Final

from voicebot.campaigns.pacing import Queue
from voicebot.errors import TelephonyError
from voicebot.telephony.ari_control import AriControl

NOBODY_OF_OURS: Final = Queue(waiting=0, free=1_000, wait_seconds=0.0)
"""While no call of ours is there to ask by, none of ours waits either: the first dial is for free."""


async def queue_of(control: AriControl, name: str) -> Queue | None:
    """A queue of Asterisk's; ``None`` when it does not say."""
    if not control.calls:
        return NOBODY_OF_OURS
    try:
        waiting = await control.variable(f"QUEUE_WAITING_COUNT({name})")
        free = await control.variable(f"QUEUE_MEMBER({name},free)")
        there = await control.variable(f"QUEUE_MEMBER({name},logged)")
        known = await control.variable(f"QUEUE_VARIABLES({name})")
        held = await control.variable("QUEUEHOLDTIME") if known == "0" else None
    except TelephonyError:
        return None
    return estimated(waiting, free, there, held)


def estimated(waiting: str | None, free: str | None, there: str | None, held: str | None) -> Queue | None:
    """The wait from what Asterisk says: nothing while somebody is free, else the usual time for as many turns
    as there are callers in front for each of the people."""
    if not (waiting and free and there) or not (
        waiting.isdecimal() and free.isdecimal() and there.isdecimal()
    ):
        return None
    idle, ahead, usual = int(free) - int(waiting), int(waiting), int(held) if held and held.isdecimal() else 0
    wait = 0.0 if idle > 0 else float("inf") if there == "0" else usual * (ahead + 1) / int(there)
    return Queue(ahead, max(0, idle), wait)
