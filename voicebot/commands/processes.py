"""Processes that hold calls and are not seen any more, as operators list them and give them up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from voicebot.errors import ProcessError
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.store.database import Database
from voicebot.store.presence import Silent, give_up, silent


async def list_processes(settings: Settings, *, as_json: bool = False) -> str:
    """Every process that holds calls and is not seen any more, with what to do; or as a JSON list.

    Raises:
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        missing = await silent_processes(store.database)
    if as_json:
        return json.dumps([one.as_json() for one in missing], indent=2)
    return "\n".join(map(str, missing)) or "every process that holds calls is seen"


async def silent_processes(database: Database) -> Sequence[Silent]:
    """Those that hold calls, and nobody knows whether they live.

    Raises:
        StoreError: the database failed.
    """
    async with database.reading("the processes") as sql:
        return await silent(sql, datetime.now(UTC))


async def give_up_processes(settings: Settings, host: str) -> str:
    """Take an operator's word that the processes of a machine that are not seen are gone.

    Raises:
        ProcessError: none of them is missing.
        StoreError: the database failed.
    """
    async with open_records(settings) as store, store.database.writing("that they are gone") as sql:
        gone = await give_up(sql, host, datetime.now(UTC))
    if not gone:
        raise ProcessError(f"no process of {host} is missing: voicebot processes list tells which are")
    processes, calls = _many(len(gone), "process", "es"), _many(sum(one.calls for one in gone), "call", "s")
    return f"given up: {processes} of {host}, {calls}; a server that dials ends them within a minute"


def _many(how_many: int, what: str, more: str) -> str:
    return f"{how_many} {what}{more if how_many > 1 else ''}"
