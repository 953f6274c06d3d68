"""Accounts and their telephones; of a call whose it was, who dialled, why the line ended and who holds it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from voicebot.store.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("calls", sa.Column("direction", sa.String(10), nullable=False, server_default="inbound"))
    op.add_column("calls", sa.Column("account_id", sa.Text, nullable=True))
    op.add_column("calls", sa.Column("cause", sa.Integer, nullable=True))
    op.add_column("calls", sa.Column("sip_status", sa.Integer, nullable=True))
    op.add_column("calls", sa.Column("held_by", sa.Text, nullable=True))
    op.create_index("ix_calls_account_id", "calls", ["account_id"])
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("language", sa.String(10), nullable=True),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_accounts"),
    )
    op.create_table(
        "account_phones",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("e164", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "e164", name="pk_account_phones"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name="fk_account_phones_accounts", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_account_phones_e164", "account_phones", ["e164"])
