"""What callers asked for besides a promise, and whether somebody has worked it off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from voicebot.store.columns import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("request_id", sa.Integer, nullable=False),
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("account_id", sa.Text, nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("status", sa.String(10), nullable=False, server_default="open"),
        sa.PrimaryKeyConstraint("request_id", name="pk_requests"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_requests_calls"),
    )
    for column in ("call_id", "account_id", "status"):
        op.create_index(f"ix_requests_{column}", "requests", [column])
