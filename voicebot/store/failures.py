"""What a driver's failure means to the person who runs voicebot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from voicebot.errors import StoreError

_ADVICE = {
    "disk is full": "free some disk space",
    "unable to open database file": "make its folder, and let voicebot write there",
    "readonly database": "let voicebot write to the file and to its folder",
    "database is locked": "end the program that keeps the file locked",
    "not a database": "move the file away and put back a backup",
    "malformed": "move the file away and put back a backup",
    "disk i/o error": "look into the disk and its free space",
    "connect": "see that the server of VOICEBOT_DATABASE_URL runs and can be reached",
}
"""What to do, by words in the driver's message."""


@contextmanager
def store_errors(doing: str, *, conflict: str = "") -> Iterator[None]:
    """Turn what the driver raises into a ``StoreError`` that says what to do; no values of rows are told.

    Args:
        doing: what could not be done, as "the promise could not be written".
        conflict: what it means when the rows contradict those already there.
    """
    try:
        yield
    except IntegrityError as error:
        raise StoreError(f"{doing}: {conflict or error.orig}") from error
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        cause = str(error.orig if isinstance(error, DBAPIError) else error)
        raise StoreError(f"{doing} ({cause}): {_advice(cause)}") from error


def _advice(cause: str) -> str:
    for words, advice in _ADVICE.items():
        if words in cause.lower():
            return advice
    return "look into the database that VOICEBOT_DATABASE_URL names"
