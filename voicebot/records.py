"""The database that the settings name, for whoever needs it for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from voicebot.settings import Settings
from voicebot.store.sql import SqlStore


@asynccontextmanager
async def open_records(settings: Settings) -> AsyncIterator[SqlStore]:
    """The store, brought to the present version; closed again on leaving.

    Raises:
        StoreError: the database cannot be opened.
    """
    settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # promises and voices are in it
    store = SqlStore(settings.store_url, settings.promises)
    await store.open()
    try:
        yield store
    finally:
        await store.close()
