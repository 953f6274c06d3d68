"""When a server last looked after a campaign, and what keeps it from dialling."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from voicebot.store.columns import UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.add_column(sa.Column("looked_at", UtcDateTime, nullable=True))
        campaigns.add_column(sa.Column("notice", sa.Text, nullable=True))
