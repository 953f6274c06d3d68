"""A dialer without telephones, in a process of its own: claims contacts until none is left.

    python -m tests.store.dialer_process URL FILE

Each number that it would dial is a line of FILE, written behind the claim and before anything else: what a
telephone exchange would have seen. Its first line of output is its name in the database.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta

from tests.store.portfolio import NOW, dial, no_hash
from voicebot.campaigns.queue import Attempted, Ended
from voicebot.campaigns.retry import ContactState, Next, Over
from voicebot.disposition import Disposition
from voicebot.store.dialling import SqlContactQueue
from voicebot.store.presence import say
from voicebot.store.processes import this_process
from voicebot.store.sql import SqlStore

LINES = 3
"""Calls at once."""


async def main(url: str, rings: str) -> None:
    """Work until every contact has its final state."""
    store = SqlStore(url)
    await store.open()
    queue = SqlContactQueue(store.database)
    async with store.database.writing("that we live") as sql:
        await say(sql, timedelta(minutes=15), NOW)
    exchange = os.open(rings, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for left in await queue.left_attempts(NOW, going_on=()):
        await queue.finish(_ended(left.attempt_id, Disposition.TECHNICAL_FAILURE), _over)
    print(this_process(), flush=True)
    await asyncio.gather(*(_line(queue, exchange) for _ in range(LINES)))
    await store.close()


async def _line(queue: SqlContactQueue, exchange: int) -> None:
    while True:
        claim = await queue.claim("november", NOW, dial, no_hash)
        if claim.claimed is not None:
            _, dialled = claim.claimed
            os.write(exchange, f"{dialled.e164}\n".encode())
            await queue.finish(_ended(dialled.attempt_id, Disposition.RPC_INFORMED), _over)
        elif not claim.more and not await queue.open_contacts("november"):
            return
        else:
            await asyncio.sleep(0.05)  # others hold the rest


def _ended(attempt_id: str, disposition: Disposition) -> Ended:
    return Ended(attempt_id, NOW + timedelta(seconds=40), disposition)


def _over(attempted: Attempted) -> Next:
    return Over(ContactState.DONE, attempted.past[-1][1].value)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
