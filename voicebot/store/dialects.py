"""What SQLite and PostgreSQL both have and SQLAlchemy does not say for both at once."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_into(sql: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that may end in ON CONFLICT."""
    return postgresql.insert(table) if sql.dialect.name == "postgresql" else sqlite.insert(table)
