"""The rows of a file on disk, each account once, between checking and loading them."""

from __future__ import annotations

import os
import pickle
import sqlite3
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voicebot.campaigns.sheets.contact_row import ContactRow, OptOut

PAGE: Final = 1000
"""Rows that are in memory at once."""
_CACHE_KIB: Final = 16_384


@dataclass(frozen=True, slots=True)
class Spooled:
    """A row that may be loaded."""

    line: int
    contact: ContactRow
    cells: list[str]
    """As they stand in the file, in case it is not loaded after all."""
    refused: bool
    """Whether any row of the file says no to an artificial voice for this person."""


class Spool:
    """Memory does not grow with the file; what is in it is gone with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        """Make one in ``folder``.

        Raises:
            OSError: there is no room, or no right to write there.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".import.", dir=folder)
        os.close(handle)
        self._sql = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            self._sql.execute(f"PRAGMA {pragma}")
        self._sql.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._sql.execute(
            "CREATE TABLE rows (line INTEGER PRIMARY KEY, account TEXT NOT NULL UNIQUE, row BLOB)"
        )
        self._sql.execute("CREATE TABLE refusals (person TEXT PRIMARY KEY)")
        self._sql.execute("CREATE TABLE opt_outs (line INTEGER PRIMARY KEY, said BLOB)")
        os.unlink(name)  # it has personal data in it: open, it serves; closed, it is nowhere
        self._sql.execute("BEGIN")

    def close(self) -> None:
        """Forget all of it."""
        self._sql.close()

    def add(self, line: int, contact: ContactRow, cells: list[str]) -> int | None:
        """Keep a row; the line of the one that its account has already, in place of which it is not kept."""
        if contact.refused:
            self._sql.execute("INSERT OR IGNORE INTO refusals VALUES (?)", (contact.person_id,))
        known = self._line_of(contact.account_ref)
        if known is not None and known[1]:
            return known[0]
        if known:
            self._sql.execute("DELETE FROM rows WHERE line = ?", (known[0],))
        row = pickle.dumps((contact, cells), pickle.HIGHEST_PROTOCOL)
        self._sql.execute("INSERT INTO rows VALUES (?, ?, ?)", (line, contact.account_ref, row))
        return None

    def mention(self, line: int, account_ref: str) -> None:
        """Note that the file has an account whose row cannot be loaded: it is not one that it lacks."""
        self._sql.execute("INSERT OR IGNORE INTO rows VALUES (?, ?, NULL)", (line, account_ref))

    def opt_out(self, line: int, who: OptOut) -> None:
        """Keep who wants no more calls of a row that cannot be loaded."""
        said = pickle.dumps(who, pickle.HIGHEST_PROTOCOL)
        self._sql.execute("INSERT INTO opt_outs VALUES (?, ?)", (line, said))

    def opt_outs(self) -> Iterator[list[OptOut]]:
        """All of those, so many at a time."""
        found = self._sql.execute("SELECT said FROM opt_outs ORDER BY line")
        while page := found.fetchmany(PAGE):
            yield [pickle.loads(said) for (said,) in page]

    def pages(self) -> Iterator[list[Spooled]]:
        """All rows that may be loaded, in the order of the file, so many at a time."""
        last = 0
        while True:
            found = self._sql.execute(
                "SELECT line, row FROM rows WHERE line > ? AND row IS NOT NULL ORDER BY line LIMIT ?",
                (last, PAGE),
            ).fetchall()
            if not found:
                return
            last = found[-1][0]
            rows = [(line, *pickle.loads(row)) for line, row in found]
            refused = self._refused({contact.person_id for _, contact, _ in rows})
            yield [
                Spooled(line, contact, cells, contact.person_id in refused) for line, contact, cells in rows
            ]

    def lacking(self, accounts: Collection[str]) -> list[str]:
        """Those of ``accounts`` that the file does not name."""
        return [account for account in accounts if self._line_of(account) is None]

    def _refused(self, persons: Collection[str]) -> set[str]:
        these = ", ".join("?" * len(persons))
        found = self._sql.execute(f"SELECT person FROM refusals WHERE person IN ({these})", tuple(persons))
        return {person for (person,) in found}

    def _line_of(self, account: str) -> tuple[int, bool] | None:
        found = self._sql.execute(
            "SELECT line, row IS NOT NULL FROM rows WHERE account = ?", (account,)
        ).fetchone()
        return (found[0], bool(found[1])) if found else None
