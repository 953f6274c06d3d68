"""Contacts that are called about a promise, each promise once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from voicebot.store.columns import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("flow", sa.String(200), nullable=True))
    op.add_column("contacts", sa.Column("flow_facts", sa.JSON, nullable=True))
    op.add_column("promises", sa.Column("reminded_at", UtcDateTime, nullable=True))
    op.add_column("promises", sa.Column("followed_up_at", UtcDateTime, nullable=True))
