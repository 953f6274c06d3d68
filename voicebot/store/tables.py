"""The tables as SQL knows them, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine


class ExactDecimal(TypeDecorator[Decimal]):
    """Money to the last cent: SQLite has only binary fractions, so there it is written as text."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(40) if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        # PostgreSQL's driver gives 1.25E+6 for 1250000.
        return None if value is None else Decimal(f"{Decimal(value):f}")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, written in UTC: SQLite forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

calls = Table(
    "calls",
    metadata,
    Column("call_id", String(200), primary_key=True),
    Column("flow", String(200), nullable=False),
    Column("flow_version", String(100), nullable=False),
    Column("language", String(10), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seconds", Float, nullable=False),
    # NULL while the call is in progress.
    Column("disposition", Text, nullable=True, index=True),
    Column("turns", JSON, nullable=False),
    Column("events", JSON, nullable=False),
    # With a default, so that a process of the version before can still write its last calls.
    Column("direction", String(10), nullable=False, server_default="inbound"),
    # No foreign key: calls are kept by law for longer than the account may be.
    Column("account_id", Text, nullable=True, index=True),
    Column("cause", Integer, nullable=True),
    Column("sip_status", Integer, nullable=True),
    # host:pid:start of the process that began it; NULL in calls that were written at their end only.
    Column("held_by", Text, nullable=True),
)

promises = Table(
    "promises",
    metadata,
    # One promise for each call: a second one supersedes the first.
    Column("call_id", ForeignKey("calls.call_id"), primary_key=True),
    Column("amount", ExactDecimal, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("date", Date, nullable=False, index=True),
    Column("whole", Boolean, nullable=False),
    # With a default, so that a process of the version before can still write its last promises.
    Column("instalments", Integer, nullable=False, server_default="1"),
)

requests = Table(
    "requests",
    metadata,
    Column("request_id", Integer, primary_key=True),
    Column("call_id", ForeignKey("calls.call_id"), nullable=False, index=True),
    # As the call knew it when the request was made; no foreign key, as in calls.
    Column("account_id", Text, nullable=True, index=True),
    Column("kind", String(20), nullable=False),
    Column("details", JSON, nullable=False),
    Column("language", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("status", String(10), nullable=False, index=True, server_default="open"),
)

suppressions = Table(
    "suppressions",
    metadata,
    # Each time that somebody said so is a row of its own: nothing is ever overwritten.
    Column("suppression_id", Integer, primary_key=True),
    Column("number_hash", String(80), nullable=False, index=True),
    Column("channel", String(10), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    # No foreign key: it outlives the record of the call.
    Column("call_id", String(200), nullable=True),
    Column("reason", Text, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("language", String(10), nullable=True),
    Column("facts", JSON, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

account_phones = Table(
    "account_phones",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True),
    Column("e164", Text, primary_key=True, index=True),
    # Of the account's telephones, the one to try first has 0.
    Column("place", Integer, nullable=False),
)
