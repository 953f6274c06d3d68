"""People who are never called again though no number of theirs is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("suppressions") as suppressions:
        suppressions.alter_column("number_hash", existing_type=sa.String(80), nullable=True)
