"""Processes that hold calls, as each says that it lives."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from voicebot.store.columns import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "holders",
        sa.Column("held_by", sa.Text, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=True),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("held_by", name="pk_holders"),
    )
