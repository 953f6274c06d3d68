"""Numbers that are never called again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from voicebot.store.columns import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "suppressions",
        sa.Column("suppression_id", sa.Integer, nullable=False),
        sa.Column("number_hash", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("call_id", sa.String(200), nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("suppression_id", name="pk_suppressions"),
    )
    op.create_index("ix_suppressions_number_hash", "suppressions", ["number_hash"])
