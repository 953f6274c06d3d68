"""How long a claim with its decision takes as the portfolio grows, on either database.

    python -m tests.store.measure_claims DATABASE_URL CONTACTS ...

Fills an empty database up to each number of contacts in turn, claims 200 of them with ``may_contact`` in the
decision, and prints milliseconds: the median and the 95th percentile; then how the next contact is found.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import timedelta
from statistics import median, quantiles

from sqlalchemy.dialects import postgresql, sqlite

from tests.store.portfolio import NOW, a_campaign, a_portfolio, dial
from voicebot.calls.suppression import NumberKey
from voicebot.campaigns.queue import Attempted, Candidate, Decision, Ended, Postpone
from voicebot.campaigns.retry import Next, TryAgain
from voicebot.contact import Channel, History, Rulebook, may_contact
from voicebot.dialogue.reading.loader import RULES, read_rulebook
from voicebot.disposition import Disposition
from voicebot.settings import load_settings
from voicebot.store.claiming import due
from voicebot.store.dialling import SqlContactQueue
from voicebot.store.sql import SqlStore

CLAIMS = 200
KEY = NumberKey(b"a secret of the measurement", "CL")


async def main(url: str, *sizes: str) -> None:
    """Print the figures of each size."""
    store, rules = SqlStore(url), read_rulebook(load_settings().flows_dir / RULES)
    await store.open()
    queue, filled = SqlContactQueue(store.database), 0
    await a_campaign(store.database)
    for size in map(int, sizes):
        await a_portfolio(store.database, size, first=filled + 1, state="due")
        await _settle(store)
        claims, ends = await _claims(queue, rules)
        print(f"{size:>9,} contacts: claim {_told(claims)}, end {_told(ends)}", flush=True)
        filled = size
    print(await _plan(store))
    await store.close()


async def _settle(store: SqlStore) -> None:
    """Let the planner know how many there are, as the database does by itself in time."""
    async with store.database.engine.connect() as sql:
        await sql.exec_driver_sql("ANALYZE")
        await sql.commit()


async def _claims(queue: SqlContactQueue, rules: Rulebook) -> tuple[list[float], list[float]]:
    """Seconds of each claim, and of each end of its attempt."""

    def decide(candidate: Candidate, history: History) -> Decision:
        number = candidate.phones[0].e164
        verdict = may_contact(candidate.person, number, Channel.VOICE, NOW, history, rules)
        if verdict.allowed:
            return dial(candidate, history)
        return Postpone(verdict.next_allowed_at or NOW + timedelta(days=30), verdict.reason)

    claims, ends = list[float](), list[float]()
    for _ in range(CLAIMS):
        began = time.perf_counter()
        claim = await queue.claim("november", NOW, decide, KEY.hash)
        claimed = time.perf_counter()
        assert claim.claimed is not None, claim.blocked
        attempt_id = claim.claimed[1].attempt_id
        await queue.finish(Ended(attempt_id, NOW, Disposition.NO_ANSWER), _tomorrow)
        claims.append(claimed - began)
        ends.append(time.perf_counter() - claimed)
    return claims, ends


def _tomorrow(attempted: Attempted) -> Next:
    return TryAgain(NOW + timedelta(days=1), attempted.e164)


def _told(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.1f} ms (p95 {quantiles(seconds, n=20)[-1] * 1000:.1f})"


async def _plan(store: SqlStore) -> str:
    server = store.database.engine.dialect.name == "postgresql"
    dialect = postgresql.dialect() if server else sqlite.dialect()  # type: ignore[no-untyped-call]
    query = str(due("november", 1).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    async with store.database.engine.connect() as sql:
        explained = await sql.exec_driver_sql(f"EXPLAIN {'' if server else 'QUERY PLAN '}{query}")
        return "\n".join(str(row[-1]) for row in explained)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
