"""Campaigns: persons, numbers, consents, contacts and attempts; payments, and what becomes of promises."""

from __future__ import annotations

import calendar
from datetime import date

import sqlalchemy as sa
from alembic import op

from voicebot.store.columns import ExactDecimal, UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _whom_to_call()
    _campaigns()
    _attempts()
    _payments_and_imports()
    _accounts_and_suppressions()
    _promises()
    _tell_of_old_promises()


def _whom_to_call() -> None:
    op.create_table(
        "persons",
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("first_name", sa.Text, nullable=True),
        sa.Column("last_name", sa.Text, nullable=True),
        sa.Column("language", sa.String(10), nullable=True),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("region", sa.Text, nullable=True),
        sa.Column("time_zone", sa.Text, nullable=True),
        sa.Column("inconvenient", sa.JSON, nullable=False),
        sa.Column("channels", sa.JSON, nullable=True),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_persons"),
    )
    op.create_table(
        "numbers",
        sa.Column("e164", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=True),
        sa.Column("state", sa.String(20), nullable=False, server_default="good"),
        sa.Column("misses", sa.Integer, nullable=False, server_default="0"),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("e164", name="pk_numbers"),
    )
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("e164", sa.Text, nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=True),
        sa.Column("given_at", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("consent_id", name="pk_consents"),
    )
    op.create_index("ix_consents_person_id", "consents", ["person_id"])


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_campaigns"),
    )
    op.create_table(
        "contacts",
        sa.Column("contact_id", sa.Integer, nullable=False),
        sa.Column("campaign", sa.String(100), nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", UtcDateTime, nullable=True),
        sa.Column("asked_for", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("phone", sa.Text, nullable=True),
        sa.Column("other_than_trunk", sa.String(100), nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("disposition", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("row_hash", sa.String(64), nullable=True),
        sa.Column("claimed_by", sa.Text, nullable=True),
        sa.Column("attempt_id", sa.String(200), nullable=True),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name="pk_contacts"),
        sa.UniqueConstraint("campaign", "account_id", name="uq_contacts_campaign_account_id"),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.name"], name="fk_contacts_campaigns"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_contacts_persons"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name="fk_contacts_accounts", ondelete="CASCADE"
        ),
    )
    for column in ("account_id", "person_id"):
        op.create_index(f"ix_contacts_{column}", "contacts", [column])
    first = sa.text("asked_for DESC"), sa.text("priority DESC")
    _index_of_state("due", "campaign", *first, "next_at", "contact_id")
    _index_of_state("waiting", "campaign", "next_at")


def _index_of_state(state: str, *columns: str | sa.TextClause) -> None:
    which = sa.text(f"state = '{state}'")
    op.create_index(f"ix_contacts_{state}", "contacts", columns, sqlite_where=which, postgresql_where=which)


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("attempt_id", sa.String(200), nullable=False),
        sa.Column("campaign", sa.String(100), nullable=False),
        sa.Column("contact_id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("channel", sa.String(10), nullable=False, server_default="voice"),
        sa.Column("e164", sa.Text, nullable=False),
        sa.Column("trunk", sa.String(100), nullable=True),
        sa.Column("caller_id", sa.Text, nullable=True),
        sa.Column("placed_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.Column("disposition", sa.Text, nullable=True),
        sa.Column("cause", sa.Integer, nullable=True),
        sa.Column("sip_status", sa.Integer, nullable=True),
        sa.Column("human", sa.Boolean, nullable=True),
        sa.Column("abandoned", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("connected_seconds", sa.Float, nullable=False, server_default="0"),
        sa.Column("held_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_attempts"),
    )
    for column in ("contact_id", "account_id"):
        op.create_index(f"ix_attempts_{column}", "attempts", [column])
    for column in ("campaign", "person_id"):
        op.create_index(f"ix_attempts_{column}_placed_at", "attempts", [column, "placed_at"])
    op.create_index("ix_attempts_placed_at", "attempts", ["placed_at", "caller_id"])
    live = sa.text("ended_at IS NULL")
    for name, column in {"person": "person_id", "number": "e164"}.items():
        op.create_index(
            f"uq_attempts_live_{name}",
            "attempts",
            [column],
            unique=True,
            sqlite_where=live,
            postgresql_where=live,
        )
    op.create_table(
        "blocks",
        sa.Column("campaign", sa.String(100), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("held_by", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("campaign", "day", "reason", "held_by", name="pk_blocks"),
    )


def _payments_and_imports() -> None:
    op.create_table(
        "payments",
        sa.Column("payment_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("amount", ExactDecimal, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("value_date", sa.Date, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("payment_id", name="pk_payments"),
    )
    for column in ("account_id", "value_date"):
        op.create_index(f"ix_payments_{column}", "payments", [column])
    op.create_table(
        "imports",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("campaign", sa.String(100), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("rows_loaded", sa.Integer, nullable=False, server_default="0"),
        sa.Column("totals", sa.JSON, nullable=False),
        sa.Column("imported_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "campaign", name="pk_imports"),
    )


def _accounts_and_suppressions() -> None:
    op.add_column("accounts", sa.Column("person_id", sa.Text, nullable=True))
    op.add_column("accounts", sa.Column("creditor", sa.Text, nullable=True))
    op.add_column("accounts", sa.Column("balance", ExactDecimal, nullable=True))
    op.add_column("accounts", sa.Column("currency", sa.String(3), nullable=True))
    op.add_column("accounts", sa.Column("due_date", sa.Date, nullable=True))
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"])
    op.add_column("suppressions", sa.Column("campaign", sa.String(100), nullable=True))
    op.add_column("suppressions", sa.Column("person_id", sa.Text, nullable=True))
    op.create_index("ix_suppressions_person_id", "suppressions", ["person_id"])


def _promises() -> None:
    op.add_column("promises", sa.Column("account_id", sa.Text, nullable=True))
    op.add_column("promises", sa.Column("promised_on", sa.Date, nullable=True))
    op.add_column("promises", sa.Column("due_by", sa.Date, nullable=True))
    op.add_column("promises", sa.Column("grace_days", sa.Integer, nullable=False, server_default="1"))
    op.add_column("promises", sa.Column("status", sa.String(20), nullable=False, server_default="open"))
    op.add_column("promises", sa.Column("kept_amount", ExactDecimal, nullable=False, server_default="0"))
    op.add_column("promises", sa.Column("settled_at", UtcDateTime, nullable=True))
    op.add_column("promises", sa.Column("superseded_by", sa.String(200), nullable=True))
    for column in ("account_id", "status"):
        op.create_index(f"ix_promises_{column}", "promises", [column])


def _tell_of_old_promises() -> None:
    """Whose they are and since when, as their calls say; due with the last payment."""
    call = sa.table(
        "calls", sa.column("call_id"), sa.column("account_id"), sa.column("started_at", UtcDateTime)
    )
    days = (sa.column(name, sa.Date) for name in ("date", "promised_on", "due_by"))
    promise = sa.table("promises", *map(sa.column, ("call_id", "instalments", "account_id")), *days)
    old = sa.select(
        promise.c.call_id, promise.c.date, promise.c.instalments, call.c.account_id, call.c.started_at
    )
    connection = op.get_bind()
    for row in connection.execute(old.join(call, call.c.call_id == promise.c.call_id)).all():
        told = {
            "account_id": row.account_id,
            "promised_on": row.started_at.date(),
            "due_by": _months_on(row.date, row.instalments - 1),
        }
        connection.execute(sa.update(promise).where(promise.c.call_id == row.call_id).values(told))


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
