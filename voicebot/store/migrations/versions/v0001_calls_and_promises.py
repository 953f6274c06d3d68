"""Calls and the promises made in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from voicebot.store.columns import ExactDecimal, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("flow", sa.String(200), nullable=False),
        sa.Column("flow_version", sa.String(100), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("disposition", sa.Text, nullable=True),
        sa.Column("turns", sa.JSON, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_calls"),
    )
    op.create_index("ix_calls_disposition", "calls", ["disposition"])
    op.create_table(
        "promises",
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("amount", ExactDecimal, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_promises"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_promises_calls"),
    )
    op.create_index("ix_promises_date", "promises", ["date"])
