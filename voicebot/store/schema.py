"""The database brought to the shape this version of voicebot needs."""

from __future__ import annotations

from collections.abc import Iterable

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from voicebot.errors import StoreError

_TAKE_TURNS = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(hashtext('voicebot schema'))",
}
"""Makes other processes that start at the same moment wait until the transaction ends."""


def upgrade_schema(connection: Connection) -> None:
    """Take all missing steps in one transaction, or none.

    Raises:
        StoreError: a newer voicebot has been here.
    """
    connection.exec_driver_sql(_TAKE_TURNS[connection.dialect.name])
    config = _config(connection)
    _refuse_newer(connection, ScriptDirectory.from_config(config))
    command.upgrade(config, "head")
    connection.commit()


def schema_is_current(connection: Connection) -> bool:
    """Whether no step is missing; changes nothing.

    Raises:
        StoreError: a newer voicebot has been here.
    """
    steps = ScriptDirectory.from_config(_config(connection))
    return _refuse_newer(connection, steps) == set(steps.get_heads())


def steps_taken(connection: Connection) -> set[str]:
    """The steps the database has taken last; changes nothing.

    Raises:
        StoreError: a newer voicebot has been here.
    """
    return _refuse_newer(connection, ScriptDirectory.from_config(_config(connection)))


def require_known(taken: Iterable[str]) -> None:
    """See that this version knows all those steps.

    Raises:
        StoreError: a newer voicebot took them.
    """
    _require_known(taken, ScriptDirectory.from_config(_config()))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "voicebot.store:migrations")
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection, steps: ScriptDirectory) -> set[str]:
    """The steps the database has taken last."""
    taken = set(MigrationContext.configure(connection).get_current_heads())
    _require_known(taken, steps)
    return taken


def _require_known(taken: Iterable[str], steps: ScriptDirectory) -> None:
    unknown = set(taken) - {step.revision for step in steps.walk_revisions()}
    if unknown:
        raise StoreError(
            f"the database was written by a newer voicebot (schema {', '.join(unknown)}): "
            "install that version again, or put back the backup from before the update"
        )
