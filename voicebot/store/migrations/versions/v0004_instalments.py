"""Promises in several payments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("promises", sa.Column("instalments", sa.Integer, nullable=False, server_default="1"))
