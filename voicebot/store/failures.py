"""What a driver's failure means to the person who runs voicebot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError, StatementError

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


_OF_VALUES = ("22", "23")
"""Classes of SQLSTATE whose messages repeat values of rows: bad data, and rows that contradict others."""


@contextmanager
def store_errors(doing: str, *, conflict: str = "") -> Iterator[None]:
    """Turn what the driver raises into a ``StoreError`` that says what to do. No values of rows are told, and
    the driver's own error, which may tell them, does not come along.

    Args:
        doing: what could not be done, as "the promise could not be written".
        conflict: what it means when the rows contradict those already there.
    """
    try:
        yield
    except IntegrityError as error:
        raise StoreError(f"{doing}: {conflict or _told(error)}") from None
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        cause = _told(error)
        raise StoreError(f"{doing} ({cause}): {_advice(cause)}") from None


def _told(error: Exception) -> str:
    """What went wrong, without names and numbers of people: PostgreSQL repeats values in details, and in
    messages about values; so does its driver in complaints about parameters."""
    if not isinstance(error, StatementError) or error.orig is None:
        return str(error)
    if not isinstance(error, DBAPIError):
        return type(error.orig).__name__
    driver = error.orig.__cause__ or error.orig
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(driver, sqlite3.Error | OSError):
        return str(driver)
    if state is None or state.startswith(_OF_VALUES):
        name = getattr(driver, "constraint_name", None) or getattr(driver, "column_name", None)
        return f"{type(driver).__name__} of {name}" if name else type(driver).__name__
    return str(driver).splitlines()[0]


def _advice(cause: str) -> str:
    for words, advice in _ADVICE.items():
        if words in cause.lower():
            return advice
    return "look into the database that VOICEBOT_DATABASE_URL names"
