"""Who has closed a request or let a held contact be called again, when and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from voicebot.store.columns import UtcDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("requests", sa.Column("closed_at", UtcDateTime, nullable=True))
    op.add_column("requests", sa.Column("closed_by", sa.Text, nullable=True))
    op.add_column("requests", sa.Column("closed_why", sa.Text, nullable=True))
    op.create_table(
        "releases",
        sa.Column("release_id", sa.Integer, nullable=False),
        sa.Column("campaign", sa.String(100), nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("was", sa.Text, nullable=True),
        sa.Column("released_at", UtcDateTime, nullable=False),
        sa.Column("released_by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("release_id", name="pk_releases"),
    )
    op.create_index("ix_releases_account_id", "releases", ["account_id"])
